import type { ColumnDefinition } from "../../../data/table-definition";
import { isNumeric, isText, isUnicode, lengthOf, precisionOf, scaleOf } from "../../values/type-rules";
import { catalogTypeName } from "./physical-type";
import { schemasOf, type View, view } from "./view";

function characterLength({ type }: ColumnDefinition): number | null {
  if (!isText(type) && type.length === undefined && type.name !== "image" && type.name !== "xml") return null;
  const length = lengthOf(type);
  return length === Number.POSITIVE_INFINITY ? -1 : length;
}

function octetLength(column: ColumnDefinition): number | null {
  const length = characterLength(column);
  return length === null || length < 0 || !isUnicode(column.type) ? length : length * 2;
}

const temporal = new Set(["date", "time", "datetime", "datetime2", "datetimeoffset", "smalldatetime"]);

/** The views of the SQL standard. */
export const informationSchemaViews: Readonly<Record<string, View>> = {
  tables: view(
    "TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, TABLE_TYPE varchar(10)",
    ({ database, tables }) =>
      tables.map(({ definition }) => ({
        TABLE_CATALOG: database.name,
        TABLE_SCHEMA: definition.schema,
        TABLE_NAME: definition.name,
        TABLE_TYPE: "BASE TABLE",
      })),
  ),
  columns: view(
    "TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, COLUMN_NAME sysname, ORDINAL_POSITION int, COLUMN_DEFAULT nvarchar(4000), IS_NULLABLE varchar(3), DATA_TYPE nvarchar(128), CHARACTER_MAXIMUM_LENGTH int, CHARACTER_OCTET_LENGTH int, NUMERIC_PRECISION tinyint, NUMERIC_PRECISION_RADIX smallint, NUMERIC_SCALE int, DATETIME_PRECISION smallint, CHARACTER_SET_NAME sysname, COLLATION_NAME sysname",
    ({ database, tables }) =>
      tables.flatMap(({ definition }) =>
        definition.columns.map((column, index) => {
          const floating = column.type.name === "float" || column.type.name === "real";
          const numeric = isNumeric(column.type) && column.type.name !== "bit";
          const floatPrecision = column.type.name === "float" ? 53 : 24;
          return {
            TABLE_CATALOG: database.name,
            TABLE_SCHEMA: definition.schema,
            TABLE_NAME: definition.name,
            COLUMN_NAME: column.name,
            ORDINAL_POSITION: index + 1,
            COLUMN_DEFAULT: column.defaultExpression === undefined ? null : `(${column.defaultExpression})`,
            IS_NULLABLE: column.nullable ? "YES" : "NO",
            DATA_TYPE: catalogTypeName(column.type.name),
            CHARACTER_MAXIMUM_LENGTH: characterLength(column),
            CHARACTER_OCTET_LENGTH: octetLength(column),
            NUMERIC_PRECISION: numeric ? (floating ? floatPrecision : precisionOf(column.type)) : null,
            NUMERIC_PRECISION_RADIX: numeric ? (floating ? 2 : 10) : null,
            NUMERIC_SCALE: numeric && !floating ? scaleOf(column.type) : null,
            DATETIME_PRECISION: temporal.has(column.type.name)
              ? column.type.name === "smalldatetime"
                ? 0
                : scaleOf(column.type)
              : null,
            CHARACTER_SET_NAME: isText(column.type) ? (isUnicode(column.type) ? "UNICODE" : "iso_1") : null,
            COLLATION_NAME: isText(column.type) ? (column.collation ?? database.collation) : null,
          };
        }),
      ),
  ),
  schemata: view("CATALOG_NAME nvarchar(128), SCHEMA_NAME nvarchar(128), SCHEMA_OWNER nvarchar(128)", ({ database }) =>
    schemasOf(database).map((name) => ({ CATALOG_NAME: database.name, SCHEMA_NAME: name, SCHEMA_OWNER: "dbo" })),
  ),
  table_constraints: view(
    "CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname, TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, CONSTRAINT_TYPE varchar(11)",
    ({ database, tables }) =>
      tables.flatMap(({ definition }) => {
        const record = (name: string, type: string) => ({
          CONSTRAINT_CATALOG: database.name,
          CONSTRAINT_SCHEMA: definition.schema,
          CONSTRAINT_NAME: name,
          TABLE_CATALOG: database.name,
          TABLE_SCHEMA: definition.schema,
          TABLE_NAME: definition.name,
          CONSTRAINT_TYPE: type,
        });
        return [
          ...(definition.primaryKey ? [record(definition.primaryKey.name, "PRIMARY KEY")] : []),
          ...definition.uniqueConstraints.map((key) => record(key.name, "UNIQUE")),
          ...definition.foreignKeys.map((key) => record(key.name, "FOREIGN KEY")),
        ];
      }),
  ),
  key_column_usage: view(
    "CONSTRAINT_NAME nvarchar(128), TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128), COLUMN_NAME nvarchar(128), ORDINAL_POSITION int",
    ({ database, tables }) =>
      tables.flatMap(({ definition }) =>
        [
          ...(definition.primaryKey ? [definition.primaryKey] : []),
          ...definition.uniqueConstraints,
          ...definition.foreignKeys,
        ].flatMap((key) =>
          key.columns.map((column, index) => ({
            CONSTRAINT_NAME: key.name,
            TABLE_CATALOG: database.name,
            TABLE_SCHEMA: definition.schema,
            TABLE_NAME: definition.name,
            COLUMN_NAME: column,
            ORDINAL_POSITION: index + 1,
          })),
        ),
      ),
  ),
};
