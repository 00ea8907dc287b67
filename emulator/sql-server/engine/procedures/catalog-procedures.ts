import { odbcTypes } from "./odbc-types";

/** A procedure of SQL Server's own, played as a text over the catalog views. */
export interface CatalogProcedure {
  readonly parameters: string;
  readonly sql: string;
}

const named = "o.name LIKE @table_name AND (@table_owner IS NULL OR s.name LIKE @table_owner)";
const tables = "sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id";
const ofTable = (name: string) =>
  `CONVERT(sysname, DB_NAME()) AS ${name}_QUALIFIER, s.name AS ${name}_OWNER, o.name AS ${name}_NAME`;
const oneTable = "@table_name sysname, @table_owner sysname = NULL, @table_qualifier sysname = NULL";

/** Digits and bytes of a column whose type alone does not say them. */
const digits = `CASE WHEN y.digits IS NOT NULL THEN y.digits WHEN c.precision > 0 THEN c.precision
  WHEN c.max_length = -1 THEN CASE WHEN y.name = 'nvarchar' THEN 1073741823 ELSE 2147483647 END
  WHEN y.name IN ('nchar', 'nvarchar') THEN c.max_length / 2 ELSE c.max_length END`;
const bytes = `CASE WHEN y.bytes IS NOT NULL THEN y.bytes WHEN y.name IN ('decimal', 'numeric') THEN c.precision + 2
  WHEN c.precision > 0 THEN c.precision * 2 WHEN c.max_length = -1 THEN CASE WHEN y.name = 'nvarchar' THEN 2147483646 ELSE 2147483647 END
  ELSE c.max_length END`;
const isText = "y.name IN ('char', 'varchar', 'nchar', 'nvarchar', 'text', 'ntext', 'binary', 'varbinary', 'image')";

/** @param more columns in front of the last one, which newer drivers ask for */
const columns = (more: string) => `
SELECT ${ofTable("TABLE")}, c.name AS COLUMN_NAME,
  CONVERT(smallint, CASE WHEN @ODBCVer = 3 THEN y.odbc3 ELSE y.odbc2 END) AS DATA_TYPE,
  CONVERT(sysname, CASE WHEN c.is_identity = 1 THEN n.name + ' identity' ELSE n.name END) AS TYPE_NAME,
  CONVERT(int, ${digits}) AS PRECISION, CONVERT(int, ${bytes}) AS LENGTH,
  CONVERT(smallint, CASE WHEN y.scale IS NOT NULL THEN y.scale WHEN c.precision > 0 AND y.digits IS NULL THEN c.scale END) AS SCALE,
  CONVERT(smallint, y.radix) AS RADIX, CONVERT(smallint, c.is_nullable) AS NULLABLE, CONVERT(varchar(254), NULL) AS REMARKS,
  CONVERT(nvarchar(4000), d.COLUMN_DEFAULT) AS COLUMN_DEF,
  CONVERT(smallint, CASE WHEN y.odbc3 IN (91, 93) THEN 9 ELSE y.odbc3 END) AS SQL_DATA_TYPE,
  CONVERT(smallint, CASE y.odbc3 WHEN 91 THEN 1 WHEN 93 THEN 3 END) AS SQL_DATETIME_SUB,
  CONVERT(int, CASE WHEN ${isText} THEN ${bytes} END) AS CHAR_OCTET_LENGTH, CONVERT(int, c.column_id) AS ORDINAL_POSITION,
  CONVERT(varchar(254), CASE WHEN c.is_nullable = 1 THEN 'YES' ELSE 'NO' END) AS IS_NULLABLE, ${more}
  CONVERT(tinyint, CASE WHEN c.is_nullable = 1 THEN y.nullable_id ELSE y.required_id END) AS SS_DATA_TYPE
FROM ${tables} JOIN sys.columns c ON c.object_id = o.object_id JOIN sys.types n ON n.user_type_id = c.user_type_id
  JOIN sys.types t ON t.user_type_id = c.system_type_id JOIN ${odbcTypes} ON y.name = t.name
  LEFT JOIN INFORMATION_SCHEMA.COLUMNS d ON d.TABLE_SCHEMA = s.name AND d.TABLE_NAME = o.name AND d.COLUMN_NAME = c.name
WHERE ${named} AND (@column_name IS NULL OR c.name LIKE @column_name) ORDER BY s.name, o.name, c.column_id`;

const newer = `CONVERT(smallint, 0) AS SS_IS_SPARSE, CONVERT(smallint, 0) AS SS_IS_COLUMN_SET,
  CONVERT(smallint, c.is_computed) AS SS_IS_COMPUTED, CONVERT(smallint, c.is_identity) AS SS_IS_IDENTITY,
  CONVERT(sysname, NULL) AS SS_UDT_CATALOG_NAME, CONVERT(sysname, NULL) AS SS_UDT_SCHEMA_NAME,
  CONVERT(sysname, NULL) AS SS_UDT_ASSEMBLY_TYPE_NAME, CONVERT(sysname, NULL) AS SS_XML_SCHEMACOLLECTION_CATALOG_NAME,
  CONVERT(sysname, NULL) AS SS_XML_SCHEMACOLLECTION_SCHEMA_NAME, CONVERT(sysname, NULL) AS SS_XML_SCHEMACOLLECTION_NAME,`;

const columnParameters =
  "@table_name nvarchar(384), @table_owner nvarchar(384) = NULL, @table_qualifier sysname = NULL, @column_name nvarchar(384) = NULL, @NameScope int = 0, @ODBCVer int = 2, @fUsePattern bit = 1";

const datatypeInfo: CatalogProcedure = {
  parameters: "@data_type int = 0, @ODBCVer tinyint = 2",
  sql: `
SELECT CONVERT(sysname, y.name) AS TYPE_NAME, CONVERT(smallint, CASE WHEN @ODBCVer = 3 THEN y.odbc3 ELSE y.odbc2 END) AS DATA_TYPE,
  CONVERT(int, COALESCE(y.digits, NULLIF(CONVERT(int, t.precision), 0), CASE WHEN y.name LIKE 'n%' THEN 4000 ELSE 8000 END)) AS PRECISION,
  CONVERT(varchar(32), y.quote) AS LITERAL_PREFIX, CONVERT(varchar(32), CASE WHEN y.quote LIKE '%''' THEN '''' END) AS LITERAL_SUFFIX,
  CONVERT(varchar(32), y.parameters) AS CREATE_PARAMS, CONVERT(smallint, CASE WHEN y.name = 'timestamp' THEN 0 ELSE 1 END) AS NULLABLE,
  CONVERT(smallint, 0) AS CASE_SENSITIVE,
  CONVERT(smallint, CASE WHEN y.name IN ('text', 'ntext') THEN 1 WHEN y.name IN ('image', 'xml') THEN 0 WHEN y.name LIKE '%char' THEN 3 ELSE 2 END) AS SEARCHABLE,
  CONVERT(smallint, CASE WHEN y.radix IS NOT NULL THEN CASE WHEN y.name = 'tinyint' THEN 1 ELSE 0 END END) AS UNSIGNED_ATTRIBUTE,
  CONVERT(smallint, CASE WHEN y.name LIKE '%money' THEN 1 ELSE 0 END) AS MONEY,
  CONVERT(smallint, CASE WHEN y.radix IS NOT NULL THEN 0 END) AS AUTO_INCREMENT, CONVERT(sysname, y.name) AS LOCAL_TYPE_NAME,
  CONVERT(smallint, CASE WHEN y.scale IS NOT NULL THEN y.scale WHEN y.parameters LIKE '%scale' THEN 0 END) AS MINIMUM_SCALE,
  CONVERT(smallint, CASE WHEN y.scale IS NOT NULL THEN y.scale WHEN y.parameters LIKE '%scale' THEN t.scale END) AS MAXIMUM_SCALE,
  CONVERT(smallint, CASE WHEN y.odbc3 IN (91, 93) THEN 9 ELSE y.odbc3 END) AS SQL_DATA_TYPE,
  CONVERT(smallint, CASE y.odbc3 WHEN 91 THEN 1 WHEN 93 THEN 3 END) AS SQL_DATETIME_SUB, CONVERT(int, y.radix) AS NUM_PREC_RADIX,
  CONVERT(smallint, NULL) AS INTERVAL_PRECISION, CONVERT(smallint, 0) AS USERTYPE
FROM ${odbcTypes} JOIN sys.types t ON t.name = y.name
WHERE @data_type = 0 OR @data_type = CASE WHEN @ODBCVer = 3 THEN y.odbc3 ELSE y.odbc2 END ORDER BY 2, 1`,
};

const statistics: CatalogProcedure = {
  parameters: `${oneTable}, @index_name sysname = '%', @is_unique char(1) = 'N', @accuracy char(1) = 'Q'`,
  sql: `
SELECT * FROM (
  SELECT ${ofTable("TABLE")}, CONVERT(smallint, NULL) AS NON_UNIQUE, CONVERT(sysname, NULL) AS INDEX_QUALIFIER,
    CONVERT(sysname, NULL) AS INDEX_NAME, CONVERT(smallint, 0) AS TYPE, CONVERT(smallint, NULL) AS SEQ_IN_INDEX,
    CONVERT(sysname, NULL) AS COLUMN_NAME, CONVERT(char(1), NULL) AS COLLATION, CONVERT(int, p.rows) AS CARDINALITY,
    CONVERT(int, NULL) AS PAGES, CONVERT(varchar(128), NULL) AS FILTER_CONDITION
  FROM ${tables} JOIN sys.partitions p ON p.object_id = o.object_id AND p.index_id < 2 WHERE ${named}
  UNION ALL
  SELECT ${ofTable("TABLE")}, CASE WHEN i.is_unique = 1 THEN 0 ELSE 1 END, o.name, i.name, CASE WHEN i.index_id = 1 THEN 1 ELSE 3 END,
    k.key_ordinal, c.name, CASE WHEN k.is_descending_key = 1 THEN 'D' ELSE 'A' END, CONVERT(int, p.rows), NULL, i.filter_definition
  FROM ${tables} JOIN sys.indexes i ON i.object_id = o.object_id JOIN sys.index_columns k ON k.object_id = i.object_id AND k.index_id = i.index_id
    JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id
    JOIN sys.partitions p ON p.object_id = i.object_id AND p.index_id = i.index_id
  WHERE ${named} AND i.name LIKE @index_name AND k.key_ordinal > 0 AND (@is_unique <> 'Y' OR i.is_unique = 1)
) q ORDER BY NON_UNIQUE, TYPE, INDEX_NAME, SEQ_IN_INDEX`,
};

const action = (column: string) => `CONVERT(smallint, CASE ${column} WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE ${column} END)`;

const procedures: Readonly<Record<string, CatalogProcedure>> = {
  sp_databases: {
    parameters: "",
    sql: "SELECT name AS DATABASE_NAME, CONVERT(int, NULL) AS DATABASE_SIZE, CONVERT(varchar(254), NULL) AS REMARKS FROM sys.databases WHERE HAS_DBACCESS(name) = 1 ORDER BY 1",
  },
  sp_tables: {
    parameters:
      "@table_name nvarchar(384) = '%', @table_owner nvarchar(384) = NULL, @table_qualifier sysname = NULL, @table_type varchar(100) = NULL, @fUsePattern bit = 1",
    sql: `
SELECT ${ofTable("TABLE")}, CONVERT(varchar(32), CASE o.type WHEN 'U' THEN 'TABLE' ELSE 'VIEW' END) AS TABLE_TYPE,
  CONVERT(varchar(254), NULL) AS REMARKS
FROM ${tables} WHERE o.type IN ('U', 'V') AND ${named.replace("@table_name", "ISNULL(@table_name, '%')")}
  AND (@table_type IS NULL OR @table_type LIKE CASE o.type WHEN 'U' THEN '%''TABLE''%' ELSE '%''VIEW''%' END) ORDER BY 4, 1, 2, 3`,
  },
  sp_columns: { parameters: columnParameters, sql: columns("") },
  sp_columns_90: { parameters: columnParameters, sql: columns(newer) },
  sp_columns_100: { parameters: columnParameters, sql: columns(newer) },
  sp_datatype_info: datatypeInfo,
  sp_datatype_info_90: datatypeInfo,
  sp_datatype_info_100: datatypeInfo,
  sp_statistics: statistics,
  sp_statistics_100: statistics,
  sp_pkeys: {
    parameters: oneTable,
    sql: `
SELECT ${ofTable("TABLE")}, c.name AS COLUMN_NAME, CONVERT(smallint, i.key_ordinal) AS KEY_SEQ, k.name AS PK_NAME
FROM ${tables} JOIN sys.key_constraints k ON k.parent_object_id = o.object_id AND k.type = 'PK'
  JOIN sys.index_columns i ON i.object_id = o.object_id AND i.index_id = k.unique_index_id
  JOIN sys.columns c ON c.object_id = i.object_id AND c.column_id = i.column_id
WHERE ${named} ORDER BY 1, 2, 3, KEY_SEQ`,
  },
  sp_fkeys: {
    parameters:
      "@pktable_name sysname = NULL, @pktable_owner sysname = NULL, @pktable_qualifier sysname = NULL, @fktable_name sysname = NULL, @fktable_owner sysname = NULL, @fktable_qualifier sysname = NULL",
    sql: `
SELECT CONVERT(sysname, DB_NAME()) AS PKTABLE_QUALIFIER, ps.name AS PKTABLE_OWNER, p.name AS PKTABLE_NAME, pc.name AS PKCOLUMN_NAME,
  CONVERT(sysname, DB_NAME()) AS FKTABLE_QUALIFIER, s.name AS FKTABLE_OWNER, o.name AS FKTABLE_NAME, c.name AS FKCOLUMN_NAME,
  CONVERT(smallint, x.constraint_column_id) AS KEY_SEQ, ${action("f.update_referential_action")} AS UPDATE_RULE,
  ${action("f.delete_referential_action")} AS DELETE_RULE, f.name AS FK_NAME, i.name AS PK_NAME, CONVERT(smallint, 7) AS DEFERRABILITY
FROM ${tables} JOIN sys.foreign_keys f ON f.parent_object_id = o.object_id
  JOIN sys.objects p ON p.object_id = f.referenced_object_id JOIN sys.schemas ps ON ps.schema_id = p.schema_id
  JOIN sys.foreign_key_columns x ON x.constraint_object_id = f.object_id
  JOIN sys.columns c ON c.object_id = x.parent_object_id AND c.column_id = x.parent_column_id
  JOIN sys.columns pc ON pc.object_id = x.referenced_object_id AND pc.column_id = x.referenced_column_id
  LEFT JOIN sys.indexes i ON i.object_id = f.referenced_object_id AND i.index_id = f.key_index_id
WHERE (@pktable_name IS NULL OR p.name LIKE @pktable_name) AND (@pktable_owner IS NULL OR ps.name LIKE @pktable_owner)
  AND (@fktable_name IS NULL OR o.name LIKE @fktable_name) AND (@fktable_owner IS NULL OR s.name LIKE @fktable_owner)
ORDER BY 2, 3, 6, 7, KEY_SEQ`,
  },
};

/** @param path the procedure's name, perhaps with `sys`, `dbo` or a database in front */
export function catalogProcedure(path: readonly string[]): CatalogProcedure | undefined {
  const schema = path.at(-2)?.toLowerCase() ?? "";
  return ["", "dbo", "sys"].includes(schema) ? procedures[path.at(-1)!.toLowerCase()] : undefined;
}
