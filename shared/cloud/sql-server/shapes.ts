import type { ColumnShape, TableShape } from "../sql-server";
import { declaredType } from "./column-type";
import { flag, integer, type SqlRow, text, textOrNull } from "./row";
import { canPageBy } from "./text-form";

/** The answers to the catalog statements, row by row. */
export interface CatalogRows {
  readonly columns: readonly SqlRow[];
  readonly keys: readonly SqlRow[];
  readonly foreignKeys: readonly SqlRow[];
  readonly triggers: readonly SqlRow[];
}

/** Puts the catalog's answers together, in the order of the column rows. */
export function tableShapes(database: string, collation: string, rows: CatalogRows): TableShape[] {
  const keys = byTable(rows.keys);
  const foreignKeys = byTable(rows.foreignKeys);
  const triggers = byTable(rows.triggers);
  return [...byTable(rows.columns)].map(([address, columnRows]) => {
    const first = columnRows[0]!;
    return {
      database,
      schema: text(first, "schema_name"),
      name: text(first, "table_name"),
      columns: columnRows.map(columnShape),
      key: chooseKey(columnRows, keys.get(address) ?? [], collation),
      foreignKeys: (foreignKeys.get(address) ?? []).map((row) => ({
        name: text(row, "constraint_name"),
        referencedSchema: text(row, "referenced_schema"),
        referencedTable: text(row, "referenced_table"),
      })),
      enabledTriggers: (triggers.get(address) ?? []).map((row) => text(row, "trigger_name")),
    };
  });
}

function columnShape(row: SqlRow): ColumnShape {
  return {
    name: text(row, "column_name"),
    type: typeOf(row),
    nullable: flag(row, "is_nullable"),
    identity: flag(row, "is_identity"),
    computed: flag(row, "is_computed"),
  };
}

function typeOf(row: SqlRow): string {
  return declaredType({
    name: text(row, "type_name"),
    maxLength: integer(row, "max_length"),
    precision: integer(row, "precision"),
    scale: integer(row, "scale"),
  });
}

/** The first key that pages exactly: the primary key comes first, then unique constraints by name. */
function chooseKey(columnRows: readonly SqlRow[], keyRows: readonly SqlRow[], collation: string): string[] {
  const columns = new Map(columnRows.map((row) => [text(row, "column_name"), row]));
  const candidates = new Map<string, { primary: boolean; columns: string[] }>();
  for (const row of keyRows) {
    const name = text(row, "constraint_name");
    const candidate = candidates.get(name) ?? { primary: text(row, "constraint_type").trim() === "PK", columns: [] };
    candidate.columns.push(text(row, "column_name"));
    candidates.set(name, candidate);
  }
  const ordered = [...candidates.values()].sort((left, right) => Number(right.primary) - Number(left.primary));
  return ordered.find((key) => key.columns.every((name) => pages(columns.get(name), collation)))?.columns ?? [];
}

/**
 * A computed key column is not in the row hash. A varchar bound is converted in the database's code page: under another collation of
 * its own, a column's texts might not survive it (nvarchar texts do).
 */
function pages(row: SqlRow | undefined, collation: string): boolean {
  if (!row || flag(row, "is_nullable") || flag(row, "is_computed") || !canPageBy(typeOf(row))) return false;
  const codePaged = ["char", "varchar"].includes(text(row, "type_name").toLowerCase());
  return !codePaged || (textOrNull(row, "collation_name") ?? collation) === collation;
}

function byTable(rows: readonly SqlRow[]): Map<string, SqlRow[]> {
  const tables = new Map<string, SqlRow[]>();
  for (const row of rows) {
    const address = JSON.stringify([text(row, "schema_name"), text(row, "table_name")]);
    const list = tables.get(address) ?? [];
    list.push(row);
    tables.set(address, list);
  }
  return tables;
}
