import { declaredType } from "./column-type";
import type { ColumnShape, Enforcement, NamedObject, ReferringKey, TableShape, UniqueKey } from "./index";
import { flag, integer, type SqlRow, text, textOrNull } from "./row";
import { pagingKeys } from "./unique-keys";

/** The answers to the catalog statements, row by row. */
export interface CatalogRows {
  readonly columns: readonly SqlRow[];
  readonly keys: readonly SqlRow[];
  readonly foreignKeys: readonly SqlRow[];
  readonly checks: readonly SqlRow[];
  readonly constraints: readonly SqlRow[];
  readonly triggers: readonly SqlRow[];
}

/** Puts the catalog's answers together, in the order of the column rows. */
export function tableShapes(database: string, rows: CatalogRows): TableShape[] {
  const keys = byTable(rows.keys);
  const foreignKeys = byTable(rows.foreignKeys);
  const checks = byTable(rows.checks);
  const constraints = byTable(rows.constraints);
  const triggers = byTable(rows.triggers);
  return [...byTable(rows.columns)].map(([address, columnRows]) => {
    const first = columnRows[0]!;
    const columns = columnRows.map(columnShape);
    const uniqueKeys = readUniqueKeys(keys.get(address) ?? []);
    return {
      database,
      schema: text(first, "schema_name"),
      name: text(first, "table_name"),
      columns,
      uniqueKeys,
      key: pagingKeys({ columns, uniqueKeys })[0]?.columns ?? [],
      foreignKeys: (foreignKeys.get(address) ?? []).map((row) => ({
        name: text(row, "constraint_name"),
        referencedSchema: text(row, "referenced_schema"),
        referencedTable: text(row, "referenced_table"),
        ...enforcement(row),
      })),
      checks: (checks.get(address) ?? []).map((row) => ({
        name: text(row, "constraint_name"),
        definition: text(row, "definition"),
        ...enforcement(row),
      })),
      constraintNames: (constraints.get(address) ?? []).map((row) => text(row, "constraint_name")),
      enabledTriggers: (triggers.get(address) ?? []).map((row) => text(row, "trigger_name")),
    };
  });
}

function enforcement(row: SqlRow): Enforcement {
  return {
    ...(flag(row, "is_disabled") ? { disabled: true } : {}),
    ...(flag(row, "is_not_trusted") ? { untrusted: true } : {}),
  };
}

/** Types of sys.objects, as people call them; the others are called an object. */
const objectKinds: Readonly<Record<string, string>> = {
  U: "table",
  V: "view",
  SN: "synonym",
  P: "procedure",
  FN: "function",
  IF: "function",
  TF: "function",
  TR: "trigger",
  PK: "primary key",
  UQ: "unique constraint",
  F: "foreign key",
  C: "check constraint",
  D: "default",
};

export function readObjects(rows: readonly SqlRow[]): NamedObject[] {
  return rows.map((row) => {
    const [schema, name] = [textOrNull(row, "table_schema"), textOrNull(row, "table_name")];
    return {
      schema: text(row, "schema_name"),
      name: text(row, "object_name"),
      kind: objectKinds[text(row, "type").trim()] ?? "object",
      table: schema !== null && name !== null ? { schema, name } : null,
    };
  });
}

/** Foreign keys from the rows of their columns, which follow one another. */
export function readReferringKeys(rows: readonly SqlRow[]): ReferringKey[] {
  const keys = new Map<string, ReferringKey>();
  for (const row of rows) {
    const [schema, table, name] = [text(row, "schema_name"), text(row, "table_name"), text(row, "constraint_name")];
    const id = JSON.stringify([schema, name]);
    const before = keys.get(id);
    keys.set(id, {
      name,
      schema,
      table,
      columns: [...(before?.columns ?? []), text(row, "column_name")],
      referencedColumns: [...(before?.referencedColumns ?? []), text(row, "referenced_column")],
      ...action("onDelete", text(row, "on_delete")),
      ...action("onUpdate", text(row, "on_update")),
    });
  }
  return [...keys.values()];
}

/** `SET_NULL` of the catalog is `SET NULL` of a statement. */
function action(name: "onDelete" | "onUpdate", told: string): Partial<ReferringKey> {
  return told === "NO_ACTION" ? {} : { [name]: told.replace("_", " ") };
}

function columnShape(row: SqlRow): ColumnShape {
  return {
    name: text(row, "column_name"),
    type: typeOf(row),
    nullable: flag(row, "is_nullable"),
    identity: flag(row, "is_identity"),
    computed: flag(row, "is_computed"),
    ...(integer(row, "has_default") === 1 ? { hasDefault: true } : {}),
    collation: textOrNull(row, "collation_name"),
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

/** One key from the rows of its columns, which follow one another. */
function readUniqueKeys(rows: readonly SqlRow[]): UniqueKey[] {
  const keys = new Map<string, UniqueKey>();
  for (const row of rows) {
    const name = text(row, "key_name");
    const before = keys.get(name);
    keys.set(name, {
      name,
      kind: flag(row, "is_primary_key")
        ? "primary-key"
        : flag(row, "is_unique_constraint")
          ? "unique-constraint"
          : "unique-index",
      columns: [...(before?.columns ?? []), text(row, "column_name")],
      enabled: !flag(row, "is_disabled"),
      filtered: flag(row, "has_filter"),
      ...(flag(row, "has_filter") ? { condition: text(row, "filter_definition") } : {}),
    });
  }
  return [...keys.values()];
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
