import type { ColumnDefinition } from "../../../data/table-definition";
import { isNumeric, isText, isUnicode, lengthOf, precisionOf, scaleOf } from "../../values/type-rules";
import { storedViews } from "./object-views";
import { catalogTypeName } from "./physical-type";
import { shownDefault } from "./shown-default";
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

/** Views of the SQL standard about tables, views and columns. */
export const standardTableViews: Readonly<Record<string, View>> = {
  tables: view(
    "TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, TABLE_TYPE varchar(10)",
    (context) => {
      const record = ({ schema, name }: { readonly schema: string; readonly name: string }, type: string) => ({
        TABLE_CATALOG: context.database.name,
        TABLE_SCHEMA: schema,
        TABLE_NAME: name,
        TABLE_TYPE: type,
      });
      return [
        ...context.tables.map(({ definition }) => record(definition, "BASE TABLE")),
        ...storedViews(context).map((stored) => record(stored, "VIEW")),
      ];
    },
  ),
  columns: view(
    "TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, COLUMN_NAME sysname, ORDINAL_POSITION int, COLUMN_DEFAULT nvarchar(4000), IS_NULLABLE varchar(3), DATA_TYPE nvarchar(128), CHARACTER_MAXIMUM_LENGTH int, CHARACTER_OCTET_LENGTH int, NUMERIC_PRECISION tinyint, NUMERIC_PRECISION_RADIX smallint, NUMERIC_SCALE int, DATETIME_PRECISION smallint, CHARACTER_SET_NAME sysname, COLLATION_NAME sysname, DOMAIN_CATALOG sysname, DOMAIN_SCHEMA sysname, DOMAIN_NAME sysname",
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
            COLUMN_DEFAULT: shownDefault(column),
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
            DOMAIN_CATALOG: column.userType ? database.name : null,
            DOMAIN_SCHEMA: column.userType?.schema ?? null,
            DOMAIN_NAME: column.userType?.name ?? null,
          };
        }),
      ),
  ),
  schemata: view("CATALOG_NAME nvarchar(128), SCHEMA_NAME nvarchar(128), SCHEMA_OWNER nvarchar(128)", ({ database }) =>
    schemasOf(database).map((name) => ({ CATALOG_NAME: database.name, SCHEMA_NAME: name, SCHEMA_OWNER: "dbo" })),
  ),
  views: view(
    "TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, VIEW_DEFINITION nvarchar(4000), CHECK_OPTION varchar(7), IS_UPDATABLE varchar(2)",
    (context) =>
      storedViews(context).map(({ schema, name, text }) => ({
        TABLE_CATALOG: context.database.name,
        TABLE_SCHEMA: schema,
        TABLE_NAME: name,
        // A definition that is longer than the column is NULL.
        VIEW_DEFINITION: text.length > 4000 ? null : text,
        CHECK_OPTION: "NONE",
        IS_UPDATABLE: "NO",
      })),
  ),
};
