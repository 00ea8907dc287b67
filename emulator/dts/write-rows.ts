import type { Database, Row } from "../data/database";
import { SqlError } from "../data/sql-error";
import { enforcedKeys, type TableDefinition } from "../data/table-definition";
import type { DtsWorld } from "./dts-world";
import { rowMapping, type Target } from "./row-mapping";

/**
 * Writes rows as DTS's full phase does: a row whose key is on the target stays there as it is, the others are inserted
 * with their identity values; without a key everything is appended. The key is the primary key, or else the first unique one.
 * @throws SqlError of the target, and then none of these rows is written: 207 for a column that it lacks, 271 and 273, 515, 547, 2601, 2627, and those of values
 *   that do not fit
 */
export function writeRows(
  target: Target,
  source: { readonly database: Database; readonly definition: TableDefinition },
  rows: readonly Row[],
  { capabilities }: DtsWorld,
  atMs: number,
): void {
  const { database, table } = target;
  const [main] = enforcedKeys(table.definition);
  const skipsAll = capabilities.secondaryKeyConflict === "skips";
  const mapping = rowMapping(target, source, capabilities);
  const absent = table.newcomers(rows.map(mapping), (key) => skipsAll || key.name === main?.name);
  if (absent.length === 0) return;
  const { schema, name } = table.definition;
  try {
    database.commit(writeTimeMs(database, atMs), [{ kind: "insert", schema, table: name, rows: absent }]);
  } catch (error) {
    throw error instanceof SqlError && error.number === 515 ? ofInsert(error, database) : error;
  }
}

/** When a write of `atMs` enters the database's log, which never runs backwards. */
export function writeTimeMs(database: Database, atMs: number): number {
  return Math.max(atMs, database.createdAtMs, database.commits.at(-1)?.atMs ?? 0);
}

/** The store does not know the database and the statement, which SQL Server's message names. */
function ofInsert({ number, message, severity, state }: SqlError, { name }: Database): SqlError {
  return new SqlError(number, `${message.replace("table '", `table '${name}.`)} INSERT fails.`, severity, state);
}
