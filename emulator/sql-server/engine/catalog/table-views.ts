import type { Table } from "../../../data/database";
import type { SqlValue } from "../../../data/sql-value";
import { type TableObjectType, tableObjects } from "../../../data/table-objects";
import { isText } from "../../values/type-rules";
import { physicalType } from "./physical-type";
import { type CatalogContext, catalogTime, schemaId, userTypeId, type View, view } from "./view";

/** object_id of something of `table`'s schema. */
export function objectId({ registry }: CatalogContext, table: Table, name: string): number | null {
  return registry.id(table.definition.schema, name) ?? null;
}

/** What sys.objects says of an object of this schema. */
export function objectRecord(context: CatalogContext, schema: string, name: string, type: ObjectType, parent: number) {
  const { database, registry, session } = context;
  const created = catalogTime(registry.createdAtMs(schema, name) ?? database.createdAtMs, session);
  return {
    name,
    object_id: registry.id(schema, name) ?? null,
    schema_id: schemaId(database, schema),
    parent_object_id: parent,
    type,
    type_desc: descriptions[type],
    create_date: created,
    modify_date: created,
    is_ms_shipped: false,
    is_published: false,
    is_schema_published: false,
  };
}

export type ObjectType = TableObjectType | "V " | "SN" | "P ";

const descriptions: { readonly [type in ObjectType]: string } = {
  "U ": "USER_TABLE",
  PK: "PRIMARY_KEY_CONSTRAINT",
  UQ: "UNIQUE_CONSTRAINT",
  "F ": "FOREIGN_KEY_CONSTRAINT",
  "C ": "CHECK_CONSTRAINT",
  "D ": "DEFAULT_CONSTRAINT",
  TR: "SQL_TRIGGER",
  "V ": "VIEW",
  SN: "SYNONYM",
  "P ": "SQL_STORED_PROCEDURE",
};

const schemaObjectTypes = { view: "V ", synonym: "SN", procedure: "P " } as const;

export const objectColumns =
  "name sysname, object_id int, principal_id int, schema_id int, parent_object_id int, type char(2), type_desc nvarchar(60), create_date datetime, modify_date datetime, is_ms_shipped bit, is_published bit, is_schema_published bit";

function columnRecord(context: CatalogContext, table: Table, position: number) {
  const column = table.definition.columns[position]!;
  const { id, maxLength, precision, scale } = physicalType(column.type);
  return {
    object_id: objectId(context, table, table.definition.name),
    name: column.name,
    column_id: position + 1,
    system_type_id: id,
    user_type_id: column.userType ? userTypeId(context.database, column.userType) : id,
    max_length: maxLength,
    precision,
    scale,
    collation_name: isText(column.type) ? (column.collation ?? context.database.collation) : null,
    is_nullable: column.nullable,
    is_ansi_padded: true,
    is_rowguidcol: column.rowGuid ?? false,
    is_identity: column.identity !== undefined,
    is_computed: column.computed !== undefined,
    is_filestream: false,
    is_sparse: false,
    is_column_set: false,
    is_replicated: false,
    is_xml_document: false,
    default_object_id: column.defaultConstraint ? objectId(context, table, column.defaultConstraint.name) : 0,
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
      ...objectRecord(context, table.definition.schema, table.definition.name, "U ", 0),
      lob_data_space_id: 0,
      is_replicated: false,
      temporal_type: 0,
    })),
  ),
  objects: view(objectColumns, (context) => [
    ...context.tables.flatMap((table) => {
      const { schema, name } = table.definition;
      const own = objectId(context, table, name) ?? 0;
      return tableObjects(table.definition).map((object) =>
        objectRecord(context, schema, object.name, object.type, object.type === "U " ? 0 : own),
      );
    }),
    ...context.objects.map(({ schema, name, kind }) => objectRecord(context, schema, name, schemaObjectTypes[kind], 0)),
  ]),
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
            is_not_for_replication: identity.notForReplication ?? false,
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
          } = objectRecord(context, table.definition.schema, trigger.name, "TR", parent);
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
