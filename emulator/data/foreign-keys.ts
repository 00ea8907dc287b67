import type { Database } from "./database";
import type { Row, RowId } from "./row";
import { isCurrent, type RowEffect } from "./row-effect";
import { SqlError } from "./sql-error";
import type { Table } from "./table";
import type { ForeignKey, KeyConstraint } from "./table-definition";

/** A foreign key with the table that it belongs to. */
export interface Reference {
  readonly child: Table;
  readonly foreignKey: ForeignKey;
}

/** Foreign keys that refer to a table. */
export function referencesTo(
  database: Database,
  { schema, name }: { readonly schema: string; readonly name: string },
): Reference[] {
  const wanted = database.tableKey(schema, name);
  return database
    .tables()
    .flatMap((child) =>
      child.definition.foreignKeys
        .filter((key) => database.tableKey(key.referencedSchema, key.referencedTable) === wanted)
        .map((foreignKey) => ({ child, foreignKey })),
    );
}

/** Those of them that need just this key. */
export function referencesThrough(database: Database, parent: Table, key: KeyConstraint): Reference[] {
  const sorted = (columns: readonly string[]) => columns.map(parent.rules.fold).sort().join("\u0000");
  return referencesTo(database, parent.definition).filter(
    ({ foreignKey }) => sorted(foreignKey.referencedColumns) === sorted(key.columns),
  );
}

/** @throws SqlError 3726 for a table that another one refers to, by a disabled foreign key as well */
export function requireUnreferenced(database: Database, schema: string, name: string): void {
  const own = database.tableKey(schema, name);
  const isOther = ({ child }: Reference) => database.tableKey(child.definition.schema, child.definition.name) !== own;
  if (referencesTo(database, { schema, name }).some(isOther))
    throw new SqlError(
      3726,
      `Could not drop object '${schema}.${name}' because it is referenced by a FOREIGN KEY constraint.`,
    );
}

/** The values of some columns of a row; undefined when one is NULL, which refers to nothing. */
export function keyValues(table: Table, columns: readonly string[], row: Row) {
  const values = columns.map((column) => row[table.columnIndex(column)] ?? null);
  return values.includes(null) ? undefined : values;
}

/** The row that `row` refers to by the foreign key is missing. */
export function isOrphan(database: Database, child: Table, key: ForeignKey, row: Row): boolean {
  const values = keyValues(child, key.columns, row);
  if (!values) return false;
  return (
    database.table(key.referencedSchema, key.referencedTable)?.findRow(key.referencedColumns, values) === undefined
  );
}

/** Rows of the child that refer to key values which the effects took away, with the effect that did. */
export function orphansOf(
  { child, foreignKey }: Reference,
  parent: Table,
  effects: readonly RowEffect[],
): { readonly id: RowId; readonly row: Row; readonly effect: RowEffect }[] {
  const { columns, referencedColumns } = foreignKey;
  const gone = new Map<string, RowEffect>();
  for (const effect of effects) {
    const values = effect.before && keyValues(parent, referencedColumns, effect.before);
    if (values && parent.findRow(referencedColumns, values) === undefined)
      gone.set(parent.keyText(referencedColumns, values), effect);
  }
  if (gone.size === 0) return [];
  return [...child.rows].flatMap(([id, row]) => {
    const values = keyValues(child, columns, row);
    const effect = values && gone.get(parent.keyText(referencedColumns, values));
    return effect ? [{ id, row, effect }] : [];
  });
}

/** @throws SqlError 547 when the effects left a row without the one that it refers to */
export function checkForeignKeys(database: Database, table: Table, effects: readonly RowEffect[]): void {
  for (const key of table.definition.foreignKeys) {
    if (key.disabled) continue;
    for (const effect of effects)
      if (isCurrent(effect, table) && isOrphan(database, table, key, effect.after!))
        throw missingParent(effect.statement, key, table, database);
  }
  for (const reference of referencesTo(database, table.definition)) {
    if (reference.foreignKey.disabled) continue;
    const [orphan] = orphansOf(reference, table, effects);
    if (orphan) throw leftChild(orphan.effect.statement, reference, table, database);
  }
}

/** @throws SqlError 547 of ALTER TABLE when a row of the table refers to nothing */
export function verifyForeignKey(database: Database, table: Table, key: ForeignKey): void {
  for (const row of table.rows.values())
    if (isOrphan(database, table, key, row)) throw missingParent("ALTER TABLE", key, table, database);
}

function missingParent(statement: string, key: ForeignKey, table: Table, database: Database): SqlError {
  const parent = `${key.referencedSchema}.${key.referencedTable}`;
  const itself = database.table(key.referencedSchema, key.referencedTable) === table;
  return conflict(
    statement,
    itself ? "FOREIGN KEY SAME TABLE" : "FOREIGN KEY",
    key.name,
    database,
    parent,
    key.referencedColumns,
  );
}

function leftChild(statement: string, { child, foreignKey }: Reference, parent: Table, database: Database): SqlError {
  const { schema, name } = child.definition;
  const kind = child === parent ? "SAME TABLE REFERENCE" : "REFERENCE";
  return conflict(statement, kind, foreignKey.name, database, `${schema}.${name}`, foreignKey.columns);
}

/** SQL Server names the column only where there is just one. */
export function conflict(
  statement: string,
  kind: string,
  constraint: string,
  database: Database,
  table: string,
  columns: readonly string[],
): SqlError {
  const column = columns.length === 1 ? `, column '${columns[0]}'` : "";
  return new SqlError(
    547,
    `The ${statement} statement conflicted with the ${kind} constraint "${constraint}". The conflict occurred in database "${database.name}", table "${table}"${column}.`,
    16,
    0,
  );
}
