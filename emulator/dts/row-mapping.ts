import type { Capabilities } from "../capabilities";
import type { Database, Row, Table } from "../data/database";
import { requireTakesValues } from "../data/server-made-column";
import { SqlError } from "../data/sql-error";
import type { SqlValue } from "../data/sql-value";
import type { ColumnDefinition, TableDefinition } from "../data/table-definition";
import type { Instance } from "../rds/instance";
import { ObjectRegistry } from "../sql-server/engine/object-registry";
import { collationOf } from "../sql-server/values/collation";
import type { Converter } from "../sql-server/values/convert";
import { fitting, type Place } from "../sql-server/values/fitting";
import { declared } from "../sql-server/values/type-rules";
import { serverVersion } from "../sql-server/version";
import { isMigratedColumn } from "./target-definition";

/** The table that rows are written to. */
export interface Target {
  readonly instance: Instance;
  readonly database: Database;
  readonly table: Table;
}

/** Makes the value of one column of the target from a row of the source and its position in the chunk. */
type Cell = (row: Row, position: number) => SqlValue;

/**
 * Turns rows of the source into rows of the target, as an INSERT that names the columns does: names are equal as the target's collation
 * says, values are converted to the target's types, columns that the source lacks get their default.
 * @throws SqlError 207, 264, 271 or 273 for columns that do not fit; the mapping throws those of values that do not fit
 */
export function rowMapping(
  target: Target,
  source: { readonly database: Database; readonly definition: TableDefinition },
  { serverMadeColumn }: Pick<Capabilities, "serverMadeColumn">,
): (row: Row, position: number) => Row {
  const { database, table } = target;
  const carried = new Map<number, number>();
  for (const [index, column] of source.definition.columns.entries()) {
    if (!isMigratedColumn(column)) continue;
    const position = table.columnIndex(column.name);
    if (position < 0) throw new SqlError(207, `Invalid column name '${column.name}'.`);
    if (carried.has(position))
      throw new SqlError(
        264,
        `The column name '${column.name}' is specified more than once in the SET clause or column list of an INSERT.`,
      );
    if (serverMadeColumn === "fails") requireTakesValues(table.definition.columns[position]!);
    carried.set(position, index);
  }
  const place = placeOf(target);
  const cells = table.definition.columns.map((column, position): Cell => {
    const index = carried.get(position);
    if (column.type.name === "rowversion") return (_, row) => rowVersion(database.sequence + 1, row);
    if (column.computed !== undefined) return () => null;
    if (index !== undefined) {
      const convert = conversion(source.definition.columns[index]!, source.database.collation, place(column));
      return (row) => convert(row[index] ?? null);
    }
    if (column.identity) return identities(target, place(column), column.identity);
    return () => column.defaultConstraint?.value() ?? null;
  });
  return (row, position) => cells.map((cell) => cell(row, position));
}

function placeOf({ instance, database, table }: Target): (column: ColumnDefinition) => Place {
  const { schema, name } = table.definition;
  return (column) => ({
    type: column.type,
    collation: collationOf(column.collation ?? database.collation),
    names: [database.name, schema, name, column.name],
    majorVersion: serverVersion(instance.engineVersion).major,
  });
}

function conversion({ type, collation }: ColumnDefinition, standard: string, place: Place): Converter {
  const isSame = declared(type) === declared(place.type) && (collation ?? standard) === place.collation.name;
  return isSame ? (value) => value : fitting(type, place);
}

/** New values of an identity column that the source lacks. */
function identities(
  { database, table }: Target,
  place: Place,
  { seed, increment }: { readonly seed: number; readonly increment: number },
): Cell {
  const convert = fitting({ name: "bigint" }, place);
  const { schema, name } = table.definition;
  const last = ObjectRegistry.of(database).lastIdentity(schema, name);
  const first = last === undefined ? BigInt(seed) : last + BigInt(increment);
  return (_, position) => convert(first + BigInt(increment) * BigInt(position));
}

/** The target makes its own rowversions: eight bytes that grow with every commit and row. */
function rowVersion(sequence: number, position: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(sequence, 0);
  bytes.writeUInt32BE(position, 4);
  return bytes;
}
