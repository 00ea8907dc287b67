import type { Table } from "../../../data/database";
import { indexesOf, isClustered, type TableIndex } from "../../../data/table-definition";
import { objectId } from "./table-views";
import { type CatalogContext, catalogTime, schemaId, type View, view } from "./view";

/** An index with its number: 1 the clustered one, or 0 for the heap of a table without, which has no name; the others from 2. */
export function numberedIndexes(table: Table): { readonly id: number; readonly index: TableIndex | undefined }[] {
  const indexes = indexesOf(table.definition);
  const clustered = indexes.find(isClustered);
  const others = indexes.filter((index) => index !== clustered);
  return [
    { id: clustered ? 1 : 0, index: clustered },
    ...others.map((index, position) => ({ id: position + 2, index })),
  ];
}

const constraintColumns =
  "name sysname, object_id int, schema_id int, parent_object_id int, type char(2), type_desc nvarchar(60), create_date datetime, modify_date datetime, is_ms_shipped bit, is_system_named bit";

function constraint(context: CatalogContext, table: Table, name: string, type: string, description: string) {
  const { database, registry, session } = context;
  const created = catalogTime(registry.createdAtMs(table.definition.schema, name) ?? database.createdAtMs, session);
  return {
    name,
    object_id: objectId(context, table, name),
    schema_id: schemaId(database, table.definition.schema),
    parent_object_id: objectId(context, table, table.definition.name),
    type,
    type_desc: description,
    create_date: created,
    modify_date: created,
    is_ms_shipped: false,
    is_system_named: false,
  };
}

/** Keys, foreign keys and the indexes behind them. */
export const constraintViews: Readonly<Record<string, View>> = {
  key_constraints: view(`${constraintColumns}, unique_index_id int`, (context) =>
    context.tables.flatMap((table) =>
      numberedIndexes(table).flatMap(({ id, index }) => {
        if (!index || index.kind === "index") return [];
        const [type, description] =
          index.kind === "primary-key" ? ["PK", "PRIMARY_KEY_CONSTRAINT"] : ["UQ", "UNIQUE_CONSTRAINT"];
        return [{ ...constraint(context, table, index.name, type!, description!), unique_index_id: id }];
      }),
    ),
  ),
  foreign_keys: view(
    `${constraintColumns}, referenced_object_id int, key_index_id int, is_disabled bit, is_not_for_replication bit, is_not_trusted bit, delete_referential_action tinyint, delete_referential_action_desc nvarchar(60), update_referential_action tinyint, update_referential_action_desc nvarchar(60)`,
    (context) =>
      context.tables.flatMap((table) =>
        table.definition.foreignKeys.map((key) => ({
          ...constraint(context, table, key.name, "F ", "FOREIGN_KEY_CONSTRAINT"),
          referenced_object_id: context.registry.id(key.referencedSchema, key.referencedTable) ?? null,
          key_index_id: 1,
          is_disabled: false,
          is_not_for_replication: false,
          is_not_trusted: false,
          delete_referential_action: 0,
          delete_referential_action_desc: "NO_ACTION",
          update_referential_action: 0,
          update_referential_action_desc: "NO_ACTION",
        })),
      ),
  ),
  foreign_key_columns: view(
    "constraint_object_id int, constraint_column_id int, parent_object_id int, parent_column_id int, referenced_object_id int, referenced_column_id int",
    (context) =>
      context.tables.flatMap((table) =>
        table.definition.foreignKeys.flatMap((key) => {
          const referenced = context.database.table(key.referencedSchema, key.referencedTable);
          return key.columns.map((column, index) => ({
            constraint_object_id: objectId(context, table, key.name),
            constraint_column_id: index + 1,
            parent_object_id: objectId(context, table, table.definition.name),
            parent_column_id: table.columnIndex(column) + 1,
            referenced_object_id: context.registry.id(key.referencedSchema, key.referencedTable) ?? null,
            referenced_column_id: referenced ? referenced.columnIndex(key.referencedColumns[index]!) + 1 : null,
          }));
        }),
      ),
  ),
  indexes: view(
    "object_id int, name sysname, index_id int, type tinyint, type_desc nvarchar(60), is_unique bit, data_space_id int, ignore_dup_key bit, is_primary_key bit, is_unique_constraint bit, fill_factor tinyint, is_padded bit, is_disabled bit, is_hypothetical bit, has_filter bit, filter_definition nvarchar(max)",
    (context) =>
      context.tables.flatMap((table) =>
        numberedIndexes(table).map(({ id, index }) => ({
          object_id: objectId(context, table, table.definition.name),
          name: index?.name,
          index_id: id,
          type: Math.min(id, 2),
          type_desc: id === 0 ? "HEAP" : id === 1 ? "CLUSTERED" : "NONCLUSTERED",
          is_unique: index?.unique ?? false,
          data_space_id: 1,
          ignore_dup_key: false,
          is_primary_key: index?.kind === "primary-key",
          is_unique_constraint: index?.kind === "unique",
          fill_factor: 0,
          is_padded: false,
          is_disabled: index?.disabled ?? false,
          is_hypothetical: false,
          has_filter: index?.filter !== undefined,
          filter_definition: index?.filter && `(${index.filter.text})`,
        })),
      ),
  ),
  index_columns: view(
    "object_id int, index_id int, index_column_id int, column_id int, key_ordinal tinyint, partition_ordinal tinyint, is_descending_key bit, is_included_column bit",
    (context) =>
      context.tables.flatMap((table) =>
        numberedIndexes(table).flatMap(({ id, index }) =>
          indexColumns(index).map(({ name, isKey, descending }, position) => ({
            object_id: objectId(context, table, table.definition.name),
            index_id: id,
            index_column_id: position + 1,
            column_id: table.columnIndex(name) + 1,
            key_ordinal: isKey ? position + 1 : 0,
            partition_ordinal: 0,
            is_descending_key: descending,
            is_included_column: !isKey,
          })),
        ),
      ),
  ),
};

/** The key's columns in their order, then the included ones. */
function indexColumns(index: TableIndex | undefined): { name: string; isKey: boolean; descending: boolean }[] {
  if (!index) return [];
  const descending = new Set(index.descending);
  return [
    ...index.columns.map((name) => ({ name, isKey: true, descending: descending.has(name) })),
    ...(index.included ?? []).map((name) => ({ name, isKey: false, descending: false })),
  ];
}
