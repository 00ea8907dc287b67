import type { Table } from "../../../data/database";
import type { KeyConstraint } from "../../../data/table-definition";
import { objectId } from "./table-views";
import { type CatalogContext, catalogTime, schemaId, type View, view } from "./view";

/** Indexes of a table: 0 the heap of a table without a primary key, 1 the clustered primary key, then unique constraints. */
export function indexesOf(
  table: Table,
): { readonly id: number; readonly key: KeyConstraint | undefined; readonly primary: boolean }[] {
  const { primaryKey, uniqueConstraints } = table.definition;
  return [
    { id: primaryKey ? 1 : 0, key: primaryKey, primary: primaryKey !== undefined },
    ...uniqueConstraints.map((key, index) => ({ id: index + 2, key, primary: false })),
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
      indexesOf(table).flatMap(({ id, key, primary }) => {
        if (!key) return [];
        const [type, description] = primary ? ["PK", "PRIMARY_KEY_CONSTRAINT"] : ["UQ", "UNIQUE_CONSTRAINT"];
        return [{ ...constraint(context, table, key.name, type!, description!), unique_index_id: id }];
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
        indexesOf(table).map(({ id, key, primary }) => ({
          object_id: objectId(context, table, table.definition.name),
          name: key?.name,
          index_id: id,
          type: id === 0 ? 0 : id === 1 ? 1 : 2,
          type_desc: id === 0 ? "HEAP" : id === 1 ? "CLUSTERED" : "NONCLUSTERED",
          is_unique: key !== undefined,
          data_space_id: 1,
          ignore_dup_key: false,
          is_primary_key: primary,
          is_unique_constraint: key !== undefined && !primary,
          fill_factor: 0,
          is_padded: false,
          is_disabled: false,
          is_hypothetical: false,
          has_filter: false,
        })),
      ),
  ),
  index_columns: view(
    "object_id int, index_id int, index_column_id int, column_id int, key_ordinal tinyint, partition_ordinal tinyint, is_descending_key bit, is_included_column bit",
    (context) =>
      context.tables.flatMap((table) =>
        indexesOf(table).flatMap(({ id, key }) =>
          (key?.columns ?? []).map((column, index) => ({
            object_id: objectId(context, table, table.definition.name),
            index_id: id,
            index_column_id: index + 1,
            column_id: table.columnIndex(column) + 1,
            key_ordinal: index + 1,
            partition_ordinal: 0,
            is_descending_key: false,
            is_included_column: false,
          })),
        ),
      ),
  ),
};
