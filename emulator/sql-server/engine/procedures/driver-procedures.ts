import { bytes, type CatalogProcedure, columnTypes, digits, named, odbcType, ofTable, tables } from "./catalog-sql";

/** What else drivers ask of one table, and for procedures. */
export const driverProcedures: Readonly<Record<string, CatalogProcedure>> = {
  sp_special_columns: {
    parameters:
      "@table_name sysname, @table_owner sysname = NULL, @table_qualifier sysname = NULL, @col_type char(1) = 'R', @scope char(1) = 'T', @nullable char(1) = 'U', @ODBCVer int = 2",
    sql: `
SELECT CONVERT(smallint, CASE WHEN @col_type = 'V' THEN NULL ELSE 0 END) AS SCOPE, c.name AS COLUMN_NAME, ${odbcType} AS DATA_TYPE,
  CONVERT(sysname, CASE WHEN c.is_identity = 1 THEN n.name + ' identity' ELSE n.name END) AS TYPE_NAME,
  CONVERT(int, ${digits}) AS PRECISION, CONVERT(int, ${bytes}) AS LENGTH,
  CONVERT(smallint, CASE WHEN y.scale IS NOT NULL THEN y.scale WHEN c.precision > 0 AND y.digits IS NULL THEN c.scale END) AS SCALE,
  CONVERT(smallint, 1) AS PSEUDO_COLUMN
FROM ${tables} JOIN sys.columns c ON c.object_id = o.object_id JOIN ${columnTypes}
WHERE ${named} AND (@col_type = 'V' AND t.name = 'timestamp' OR @col_type = 'R' AND EXISTS (
  SELECT * FROM sys.indexes i JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
  WHERE i.object_id = o.object_id AND i.is_primary_key = 1 AND k.column_id = c.column_id)) ORDER BY c.column_id`,
  },
  sp_stored_procedures: {
    parameters:
      "@sp_name nvarchar(390) = NULL, @sp_owner nvarchar(384) = NULL, @sp_qualifier sysname = NULL, @fUsePattern bit = 1",
    sql: `
SELECT ${ofTable("PROCEDURE").replace("o.name", "CONVERT(nvarchar(134), o.name + ';1')")}, CONVERT(int, -1) AS NUM_INPUT_PARAMS,
  CONVERT(int, -1) AS NUM_OUTPUT_PARAMS, CONVERT(int, -1) AS NUM_RESULT_SETS, CONVERT(varchar(254), NULL) AS REMARKS, CONVERT(smallint, 2) AS PROCEDURE_TYPE
FROM ${tables} WHERE o.type = 'P' AND (@sp_name IS NULL OR o.name LIKE @sp_name) AND (@sp_owner IS NULL OR s.name LIKE @sp_owner) ORDER BY 2, 3`,
  },
};
