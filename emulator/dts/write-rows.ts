import type { Database, Row, Table } from "../data/database";
import { SqlError } from "../data/sql-error";
import type { SqlValue } from "../data/sql-value";
import type { TableDefinition } from "../data/table-definition";
import { isMigratedColumn } from "./target-definition";

/**
 * Writes rows as DTS's full phase does: a row whose key is on the target stays there as it is, the others are inserted
 * with their identity values; without a key everything is appended.
 * @throws SqlError of the target: 207 for a column that it lacks, 515, 547, 2627
 */
export function writeRows(
  database: Database,
  target: Table,
  source: TableDefinition,
  rows: readonly Row[],
  atMs: number,
): void {
  const toTarget = columnMapping(source, target.definition, database.sequence + 1);
  const absent = rows.map(toTarget).filter((row) => target.conflicts(row).length === 0);
  if (absent.length === 0) return;
  const { schema, name } = target.definition;
  database.commit(writeTimeMs(database, atMs), [{ kind: "insert", schema, table: name, rows: absent }]);
}

/** When a write of `atMs` enters the database's log, which never runs backwards. */
export function writeTimeMs(database: Database, atMs: number): number {
  return Math.max(atMs, database.createdAtMs, database.commits.at(-1)?.atMs ?? 0);
}

/** Reorders a source row for the target; columns are matched by name. */
function columnMapping(
  source: TableDefinition,
  target: TableDefinition,
  sequence: number,
): (row: Row, position: number) => Row {
  const position = (definition: TableDefinition, name: string): number =>
    definition.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase());
  const missing = source.columns.find((column) => isMigratedColumn(column) && position(target, column.name) < 0);
  if (missing) throw new SqlError(207, `Invalid column name '${missing.name}'.`);
  const sources = target.columns.map((column) => {
    const index = position(source, column.name);
    const carried = column.computed === undefined && index >= 0 && isMigratedColumn(source.columns[index]!);
    return carried ? index : undefined;
  });
  const versions = target.columns.map((column) => column.type.name === "rowversion");
  return (row, rowPosition) =>
    sources.map((index, column): SqlValue => {
      if (versions[column]) return rowVersion(sequence, rowPosition);
      return index === undefined ? null : (row[index] ?? null);
    });
}

/** The target makes its own rowversions: eight bytes that grow with every commit and row. */
function rowVersion(sequence: number, position: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(sequence, 0);
  bytes.writeUInt32BE(position, 4);
  return bytes;
}
