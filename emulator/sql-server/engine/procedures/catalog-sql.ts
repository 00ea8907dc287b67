import { odbcTypes } from "./odbc-types";

/** Pieces of the texts behind catalog procedures. */

/** A procedure of SQL Server's own, played as a text over the catalog views. */
export interface CatalogProcedure {
  readonly parameters: string;
  readonly sql: string;
  /** The parameter that names an object, which must exist unless the parameter is NULL. */
  readonly object?: string;
}

export const named = "o.name LIKE @table_name AND (@table_owner IS NULL OR s.name LIKE @table_owner)";
export const tables = "sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id";
export const ofTable = (name: string) =>
  `CONVERT(sysname, DB_NAME()) AS ${name}_QUALIFIER, s.name AS ${name}_OWNER, o.name AS ${name}_NAME`;
export const oneTable = "@table_name sysname, @table_owner sysname = NULL, @table_qualifier sysname = NULL";

/** Digits and bytes of a column whose type alone does not say them. */
export const digits = `CASE WHEN y.digits IS NOT NULL THEN y.digits WHEN c.precision > 0 THEN c.precision
  WHEN c.max_length = -1 THEN CASE WHEN y.name = 'nvarchar' THEN 1073741823 ELSE 2147483647 END
  WHEN y.name IN ('nchar', 'nvarchar') THEN c.max_length / 2 ELSE c.max_length END`;
export const bytes = `CASE WHEN y.bytes IS NOT NULL THEN y.bytes WHEN y.name IN ('decimal', 'numeric') THEN c.precision + 2
  WHEN c.precision > 0 THEN c.precision * 2 WHEN c.max_length = -1 THEN CASE WHEN y.name = 'nvarchar' THEN 2147483646 ELSE 2147483647 END
  ELSE c.max_length END`;
export const isText =
  "y.name IN ('char', 'varchar', 'nchar', 'nvarchar', 'text', 'ntext', 'binary', 'varbinary', 'image')";

/** What ODBC calls a type. */
export const odbcType = "CONVERT(smallint, CASE WHEN @ODBCVer = 3 THEN y.odbc3 ELSE y.odbc2 END)";

/** The types of the columns `c`: `n` as declared, `t` of the system, `y` as ODBC describes it. */
export const columnTypes = `sys.types n ON n.user_type_id = c.user_type_id
  JOIN sys.types t ON t.user_type_id = c.system_type_id JOIN ${odbcTypes} ON y.name = t.name`;
