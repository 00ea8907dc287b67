import type { Change } from "./commit";
import type { Database } from "./database";
import { SqlError } from "./sql-error";
import type { Row, Table } from "./table";
import type { ForeignKey, KeyConstraint } from "./table-definition";

/** @throws SqlError 547 or 3726 when `changes`, which are applied already, leave a row without the row that it refers to */
export function checkForeignKeys(database: Database, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind === "insert" || change.kind === "update") {
      const table = database.table(change.schema, change.table);
      if (!table) continue;
      const rows = change.kind === "insert" ? change.rows : change.rows.map((entry) => entry.row);
      for (const row of rows) checkParents(database, table, row);
    }
    if (change.kind === "delete" || change.kind === "drop-table") checkChildren(database, change.schema, change.table);
  }
}

/** Messages name the column of a key that has no other. */
export function onlyColumn(columns: readonly string[]): string {
  return columns.length === 1 ? `, column '${columns[0]}'` : "";
}

function checkParents(database: Database, table: Table, row: Row): void {
  for (const key of table.definition.foreignKeys) {
    const values = key.columns.map((column) => row[table.columnIndex(column)] ?? null);
    if (values.includes(null)) continue;
    const parent = database.table(key.referencedSchema, key.referencedTable);
    if (parent?.findRow(key.referencedColumns, values) !== undefined) continue;
    const kind = parent === table ? "FOREIGN KEY SAME TABLE" : "FOREIGN KEY";
    throw new SqlError(
      547,
      `The INSERT statement conflicted with the ${kind} constraint "${key.name}". The conflict occurred in database "${database.name}", table "${key.referencedSchema}.${key.referencedTable}"${onlyColumn(key.referencedColumns)}.`,
      16,
      0,
    );
  }
}

/** Foreign keys that refer to a table, with their own tables. */
export function referencesTo(
  database: Database,
  { schema, name }: { readonly schema: string; readonly name: string },
): { readonly child: Table; readonly foreignKey: ForeignKey }[] {
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
export function referencesThrough(
  database: Database,
  parent: Table,
  key: KeyConstraint,
): { readonly child: Table; readonly foreignKey: ForeignKey }[] {
  const sorted = (columns: readonly string[]) => columns.map(parent.rules.fold).sort().join("\u0000");
  return referencesTo(database, parent.definition).filter(
    ({ foreignKey }) => sorted(foreignKey.referencedColumns) === sorted(key.columns),
  );
}

function checkChildren(database: Database, schema: string, name: string): void {
  const parent = database.table(schema, name);
  for (const { child, foreignKey } of referencesTo(database, { schema, name })) {
    if (!parent)
      throw new SqlError(
        3726,
        `Could not drop object '${schema}.${name}' because it is referenced by a FOREIGN KEY constraint.`,
      );
    for (const row of child.rows.values()) {
      const values = foreignKey.columns.map((column) => row[child.columnIndex(column)] ?? null);
      if (values.includes(null) || parent.findRow(foreignKey.referencedColumns, values) !== undefined) continue;
      const kind = parent === child ? "SAME TABLE REFERENCE" : "REFERENCE";
      throw new SqlError(
        547,
        `The DELETE statement conflicted with the ${kind} constraint "${foreignKey.name}". The conflict occurred in database "${database.name}", table "${child.definition.schema}.${child.definition.name}"${onlyColumn(foreignKey.columns)}.`,
        16,
        0,
      );
    }
  }
}
