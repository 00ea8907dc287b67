import type { Table } from "../../../data/database";
import {
  type ForeignKey,
  indexesOf,
  isClustered,
  type ReferentialAction,
  type TableIndex,
} from "../../../data/table-definition";
import { shownDefault } from "./shown-default";
import { type ObjectType, objectColumns, objectId, objectRecord } from "./table-views";
import { type CatalogContext, type View, view } from "./view";

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

const constraintColumns = `${objectColumns}, is_system_named bit`;

function constraint(
  context: CatalogContext,
  table: Table,
  { name, systemNamed }: { readonly name: string; readonly systemNamed?: boolean },
  type: ObjectType,
) {
  const { definition } = table;
  const parent = objectId(context, table, definition.name) ?? 0;
  return { ...objectRecord(context, definition.schema, name, type, parent), is_system_named: systemNamed ?? false };
}

const enforcementColumns = "is_disabled bit, is_not_for_replication bit, is_not_trusted bit";

function enforcement({ disabled, untrusted }: { readonly disabled?: boolean; readonly untrusted?: boolean }) {
  return { is_disabled: disabled ?? false, is_not_for_replication: false, is_not_trusted: untrusted ?? false };
}

const actions = ["no-action", "cascade", "set-null", "set-default"] as const;

/** The number of a referential action and its name. */
function actionOf(action: ReferentialAction | "no-action" = "no-action"): readonly [number, string] {
  return [actions.indexOf(action), action.toUpperCase().replace("-", "_")];
}

/** The index of the referenced table that the foreign key stands on. */
function keyIndexId(context: CatalogContext, { referencedSchema, referencedTable, ...key }: ForeignKey): number {
  const parent = context.database.table(referencedSchema, referencedTable);
  const sorted = (columns: readonly string[]) => [...columns].sort().join("\u0000");
  const indexes = parent ? numberedIndexes(parent) : [];
  return indexes.find(({ index }) => index?.unique && sorted(index.columns) === sorted(key.referencedColumns))?.id ?? 1;
}

/** Keys, foreign keys and the indexes behind them. */
export const constraintViews: Readonly<Record<string, View>> = {
  key_constraints: view(`${constraintColumns}, unique_index_id int`, (context) =>
    context.tables.flatMap((table) =>
      numberedIndexes(table).flatMap(({ id, index }) => {
        if (!index || index.kind === "index") return [];
        const type = index.kind === "primary-key" ? "PK" : "UQ";
        return [{ ...constraint(context, table, index, type), unique_index_id: id }];
      }),
    ),
  ),
  check_constraints: view(
    `${constraintColumns}, ${enforcementColumns}, parent_column_id int, definition nvarchar(max), uses_database_collation bit`,
    (context) =>
      context.tables.flatMap((table) =>
        (table.definition.checks ?? []).map((check) => {
          const [column, second] = check.condition.columns;
          return {
            ...constraint(context, table, check, "C "),
            ...enforcement(check),
            // That of a check of several columns is 0.
            parent_column_id: column === undefined || second !== undefined ? 0 : table.columnIndex(column) + 1,
            definition: `(${check.condition.text})`,
            uses_database_collation: true,
          };
        }),
      ),
  ),
  default_constraints: view(`${constraintColumns}, parent_column_id int, definition nvarchar(max)`, (context) =>
    context.tables.flatMap((table) =>
      table.definition.columns.flatMap((column, position) =>
        column.defaultConstraint
          ? [
              {
                ...constraint(context, table, column.defaultConstraint, "D "),
                parent_column_id: position + 1,
                definition: shownDefault(column),
              },
            ]
          : [],
      ),
    ),
  ),
  foreign_keys: view(
    `${constraintColumns}, referenced_object_id int, key_index_id int, ${enforcementColumns}, delete_referential_action tinyint, delete_referential_action_desc nvarchar(60), update_referential_action tinyint, update_referential_action_desc nvarchar(60)`,
    (context) =>
      context.tables.flatMap((table) =>
        table.definition.foreignKeys.map((key) => {
          const [onDelete, onUpdate] = [actionOf(key.onDelete), actionOf(key.onUpdate)];
          return {
            ...constraint(context, table, key, "F "),
            ...enforcement(key),
            referenced_object_id: context.registry.id(key.referencedSchema, key.referencedTable) ?? null,
            key_index_id: keyIndexId(context, key),
            delete_referential_action: onDelete[0],
            delete_referential_action_desc: onDelete[1],
            update_referential_action: onUpdate[0],
            update_referential_action_desc: onUpdate[1],
          };
        }),
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
