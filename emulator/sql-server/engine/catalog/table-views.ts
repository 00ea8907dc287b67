import type { Table } from "../../../data/database";
import type { SqlValue } from "../../../data/sql-value";
import { isText } from "../../values/type-rules";
import { physicalType } from "./physical-type";
import { type CatalogContext, catalogTime, schemaId, type View, view } from "./view";

/** object_id of something of `table`'s schema. */
export function objectId({ registry }: CatalogContext, table: Table, name: string): number | null {
  return registry.id(table.definition.schema, name) ?? null;
}

function object(
  context: CatalogContext,
  table: Table,
  name: string,
  type: string,
  description: string,
  parent: number,
) {
  const { database, registry, session } = context;
  const created = catalogTime(registry.createdAtMs(table.definition.schema, name) ?? database.createdAtMs, session);
  return {
    name,
    object_id: objectId(context, table, name),
    schema_id: schemaId(database, table.definition.schema),
    parent_object_id: parent,
    type,
    type_desc: description,
    create_date: created,
    modify_date: created,
    is_ms_shipped: false,
    is_published: false,
    is_schema_published: false,
  };
}

const objectColumns =
  "name sysname, object_id int, principal_id int, schema_id int, parent_object_id int, type char(2), type_desc nvarchar(60), create_date datetime, modify_date datetime, is_ms_shipped bit, is_published bit, is_schema_published bit";

function columnRecord(context: CatalogContext, table: Table, position: number) {
  const column = table.definition.columns[position]!;
  const { id, maxLength, precision, scale } = physicalType(column.type);
  return {
    object_id: objectId(context, table, table.definition.name),
    name: column.name,
    column_id: position + 1,
    system_type_id: id,
    user_type_id: id,
    max_length: maxLength,
    precision,
    scale,
    collation_name: isText(column.type) ? (column.collation ?? context.database.collation) : null,
    is_nullable: column.nullable,
    is_ansi_padded: true,
    is_rowguidcol: false,
    is_identity: column.identity !== undefined,
    is_computed: column.computed !== undefined,
    is_filestream: false,
    is_sparse: false,
    is_column_set: false,
    is_replicated: false,
    is_xml_document: false,
    default_object_id: 0,
    rule_object_id: 0,
  };
}

const columnColumns =
  "object_id int, name sysname, column_id int, system_type_id tinyint, user_type_id int, max_length smallint, precision tinyint, scale tinyint, collation_name sysname, is_nullable bit, is_ansi_padded bit, is_rowguidcol bit, is_identity bit, is_computed bit, is_filestream bit, is_sparse bit, is_column_set bit, is_replicated bit, is_xml_document bit, default_object_id int, rule_object_id int";

function columnRecords(
  context: CatalogContext,
): (ReturnType<typeof columnRecord> & { table: Table; position: number })[] {
  return context.tables.flatMap((table) =>
    table.definition.columns.map((_, position) => ({ ...columnRecord(context, table, position), table, position })),
  );
}

type Record = { readonly [name: string]: SqlValue | undefined };

function withoutTable({
  table: _table,
  position: _position,
  ...record
}: ReturnType<typeof columnRecords>[number]): Record {
  return record;
}

/** Tables, their columns and their triggers. */
export const tableViews: Readonly<{ [name: string]: View }> = {
  tables: view(`${objectColumns}, lob_data_space_id int, is_replicated bit, temporal_type tinyint`, (context) =>
    context.tables.map((table) => ({
      ...object(context, table, table.definition.name, "U ", "USER_TABLE", 0),
      lob_data_space_id: 0,
      is_replicated: false,
      temporal_type: 0,
    })),
  ),
  objects: view(objectColumns, (context) =>
    context.tables.flatMap((table) => {
      const { name, primaryKey, uniqueConstraints, foreignKeys, triggers } = table.definition;
      const parent = objectId(context, table, name) ?? 0;
      return [
        object(context, table, name, "U ", "USER_TABLE", 0),
        ...(primaryKey ? [object(context, table, primaryKey.name, "PK", "PRIMARY_KEY_CONSTRAINT", parent)] : []),
        ...uniqueConstraints.map((key) => object(context, table, key.name, "UQ", "UNIQUE_CONSTRAINT", parent)),
        ...foreignKeys.map((key) => object(context, table, key.name, "F ", "FOREIGN_KEY_CONSTRAINT", parent)),
        ...triggers.map((trigger) => object(context, table, trigger.name, "TR", "SQL_TRIGGER", parent)),
      ];
    }),
  ),
  columns: view(columnColumns, (context) => columnRecords(context).map(withoutTable)),
  identity_columns: view(
    `${columnColumns}, seed_value bigint, increment_value bigint, last_value bigint, is_not_for_replication bit`,
    (context) =>
      columnRecords(context).flatMap((record) => {
        const { identity } = record.table.definition.columns[record.position]!;
        if (!identity) return [];
        const { schema, name } = record.table.definition;
        return [
          {
            ...withoutTable(record),
            seed_value: BigInt(identity.seed),
            increment_value: BigInt(identity.increment),
            last_value: context.registry.lastIdentity(schema, name),
            is_not_for_replication: false,
          },
        ];
      }),
  ),
  computed_columns: view(
    `${columnColumns}, definition nvarchar(max), is_persisted bit, uses_database_collation bit`,
    (context) =>
      columnRecords(context)
        .filter(({ is_computed }) => is_computed)
        .map((record) => ({
          ...withoutTable(record),
          definition: `(${record.table.definition.columns[record.position]!.computed})`,
          is_persisted: false,
          uses_database_collation: true,
        })),
  ),
  triggers: view(
    "name sysname, object_id int, parent_class tinyint, parent_class_desc nvarchar(60), parent_id int, type char(2), type_desc nvarchar(60), create_date datetime, modify_date datetime, is_ms_shipped bit, is_disabled bit, is_not_for_replication bit, is_instead_of_trigger bit",
    (context) =>
      context.tables.flatMap((table) =>
        table.definition.triggers.map((trigger) => {
          const parent = objectId(context, table, table.definition.name) ?? 0;
          const {
            schema_id: _schema,
            parent_object_id: _parent,
            ...rest
          } = object(context, table, trigger.name, "TR", "SQL_TRIGGER", parent);
          return {
            ...rest,
            parent_class: 1,
            parent_class_desc: "OBJECT_OR_COLUMN",
            parent_id: parent,
            is_disabled: !trigger.enabled,
            is_not_for_replication: false,
            is_instead_of_trigger: false,
          };
        }),
      ),
  ),
};
