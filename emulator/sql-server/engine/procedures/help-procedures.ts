import type { CatalogProcedure } from "./catalog-sql";

/** The names of an index's columns, up to the sixteen that a key may have. */
const keys = Array.from({ length: 16 }, (_, index) => index + 1)
  .map(
    (
      place,
    ) => `ISNULL((SELECT '${place > 1 ? ", " : ""}' + c.name + CASE WHEN k.is_descending_key = 1 THEN '(-)' ELSE '' END
      FROM sys.index_columns k JOIN sys.columns c ON c.object_id = k.object_id AND c.column_id = k.column_id
      WHERE k.object_id = i.object_id AND k.index_id = i.index_id AND k.key_ordinal = ${place}), '')`,
  )
  .join(" + ");

const hasIndexes = "EXISTS (SELECT * FROM sys.indexes WHERE object_id = OBJECT_ID(@objname) AND index_id > 0)";

const indexes = `
SELECT i.name AS index_name, CONVERT(varchar(210), CASE WHEN i.type = 1 THEN 'clustered' ELSE 'nonclustered' END
    + CASE WHEN i.is_unique = 1 THEN ', unique' ELSE '' END + CASE WHEN i.is_primary_key = 1 THEN ', primary key' ELSE '' END
    + CASE WHEN i.is_unique_constraint = 1 THEN ', unique key' ELSE '' END + ' located on PRIMARY') AS index_description,
  CONVERT(nvarchar(2078), ${keys}) AS index_keys
FROM sys.indexes i WHERE i.object_id = OBJECT_ID(@objname) AND i.index_id > 0 ORDER BY i.name`;

const kilobytes = (pages: string) =>
  `CONVERT(varchar(18), CONVERT(varchar(15), 8 * ISNULL(${pages}, CONVERT(bigint, 0))) + ' KB')`;
const used = "FROM sys.partitions p JOIN sys.allocation_units a ON a.container_id = p.partition_id";

/** What people ask for one object in a query window. */
export const helpProcedures: Readonly<Record<string, CatalogProcedure>> = {
  sp_helpindex: {
    parameters: "@objname nvarchar(776)",
    object: "@objname",
    sql: `
IF ${hasIndexes} ${indexes}
ELSE PRINT 'The object ''' + @objname + ''' does not have any indexes, or you do not have permissions.'`,
  },
  sp_spaceused: {
    parameters: "@objname nvarchar(776) = NULL, @updateusage varchar(5) = 'false'",
    object: "@objname",
    sql: `
IF @objname IS NOT NULL
  SELECT CONVERT(nvarchar(128), OBJECT_NAME(OBJECT_ID(@objname))) AS name,
    CONVERT(char(20), (SELECT SUM(rows) FROM sys.partitions WHERE object_id = OBJECT_ID(@objname) AND index_id < 2)) AS rows,
    ${kilobytes(`(SELECT SUM(a.total_pages) ${used} WHERE p.object_id = OBJECT_ID(@objname))`)} AS reserved,
    ${kilobytes(`(SELECT SUM(a.data_pages) ${used} WHERE p.object_id = OBJECT_ID(@objname) AND p.index_id < 2)`)} AS data,
    ${kilobytes(`(SELECT SUM(a.used_pages) ${used} WHERE p.object_id = OBJECT_ID(@objname) AND p.index_id > 1)`)} AS index_size,
    CONVERT(varchar(18), '0 KB') AS unused
ELSE BEGIN
  SELECT CONVERT(nvarchar(128), DB_NAME()) AS database_name,
    CONVERT(varchar(18), CONVERT(varchar(15), CONVERT(decimal(15, 2), ISNULL((SELECT SUM(a.total_pages) ${used}), 0) / 128.0)) + ' MB') AS database_size,
    CONVERT(varchar(18), '0.00 MB') AS [unallocated space]
  SELECT ${kilobytes(`(SELECT SUM(a.total_pages) ${used})`)} AS reserved,
    ${kilobytes(`(SELECT SUM(a.data_pages) ${used} WHERE p.index_id < 2)`)} AS data,
    ${kilobytes(`(SELECT SUM(a.used_pages) ${used} WHERE p.index_id > 1)`)} AS index_size, CONVERT(varchar(18), '0 KB') AS unused
END`,
  },
  sp_help: {
    parameters: "@objname nvarchar(776) = NULL",
    object: "@objname",
    sql: `
IF @objname IS NULL BEGIN
  SELECT o.name AS Name, CONVERT(sysname, 'dbo') AS Owner, CONVERT(nvarchar(31), LOWER(REPLACE(o.type_desc, '_', ' '))) AS Object_type
  FROM sys.objects o ORDER BY Object_type DESC, Name
  SELECT t.name AS User_type, CONVERT(sysname, TYPE_NAME(t.system_type_id)) AS Storage_type, CONVERT(smallint, t.max_length) AS Length,
    CONVERT(int, t.precision) AS Prec, CONVERT(int, t.scale) AS Scale, CONVERT(varchar(35), CASE WHEN t.is_nullable = 1 THEN 'yes' ELSE 'no' END) AS Nullable,
    CONVERT(sysname, 'none') AS Default_name, CONVERT(sysname, 'none') AS Rule_name, t.collation_name AS Collation
  FROM sys.types t WHERE t.is_user_defined = 1 ORDER BY t.name
  RETURN
END
SELECT o.name AS Name, CONVERT(sysname, 'dbo') AS Owner, CONVERT(nvarchar(31), LOWER(REPLACE(o.type_desc, '_', ' '))) AS Type, o.create_date AS Created_datetime
FROM sys.objects o WHERE o.object_id = OBJECT_ID(@objname)
IF OBJECTPROPERTY(OBJECT_ID(@objname), 'IsTable') = 0 AND OBJECTPROPERTY(OBJECT_ID(@objname), 'IsView') = 0 RETURN
SELECT c.name AS Column_name, CONVERT(nvarchar(128), TYPE_NAME(c.user_type_id)) AS Type, CONVERT(varchar(35), CASE WHEN c.is_computed = 1 THEN 'yes' ELSE 'no' END) AS Computed,
  CONVERT(int, c.max_length) AS Length, CONVERT(char(5), CASE WHEN c.precision > 0 THEN CONVERT(varchar(5), c.precision) ELSE '' END) AS Prec,
  CONVERT(char(5), CASE WHEN c.precision > 0 THEN CONVERT(varchar(5), c.scale) ELSE '' END) AS Scale,
  CONVERT(varchar(35), CASE WHEN c.is_nullable = 1 THEN 'yes' ELSE 'no' END) AS Nullable,
  CONVERT(varchar(35), CASE WHEN TYPE_NAME(c.system_type_id) LIKE '%char' OR TYPE_NAME(c.system_type_id) LIKE '%binary' THEN 'no' ELSE '(n/a)' END) AS TrimTrailingBlanks,
  CONVERT(varchar(35), CASE WHEN TYPE_NAME(c.system_type_id) LIKE '%char' OR TYPE_NAME(c.system_type_id) LIKE '%binary' THEN CASE WHEN c.is_nullable = 1 THEN 'yes' ELSE 'no' END ELSE '(n/a)' END) AS FixedLenNullInSource,
  c.collation_name AS Collation
FROM sys.columns c WHERE c.object_id = OBJECT_ID(@objname) ORDER BY c.column_id
IF EXISTS (SELECT * FROM sys.identity_columns WHERE object_id = OBJECT_ID(@objname))
  SELECT name AS [Identity], CONVERT(numeric(38, 0), seed_value) AS Seed, CONVERT(numeric(38, 0), increment_value) AS Increment, CONVERT(int, is_not_for_replication) AS [Not For Replication]
  FROM sys.identity_columns WHERE object_id = OBJECT_ID(@objname)
ELSE
  SELECT CONVERT(nvarchar(128), 'No identity column defined.') AS [Identity], CONVERT(numeric(38, 0), NULL) AS Seed, CONVERT(numeric(38, 0), NULL) AS Increment, CONVERT(int, NULL) AS [Not For Replication]
SELECT ISNULL((SELECT name FROM sys.columns WHERE object_id = OBJECT_ID(@objname) AND is_rowguidcol = 1), 'No rowguidcol column defined.') AS [RowGuidCol]
IF OBJECTPROPERTY(OBJECT_ID(@objname), 'IsTable') = 0 RETURN
SELECT CONVERT(sysname, 'PRIMARY') AS Data_located_on_filegroup
IF ${hasIndexes} ${indexes}
ELSE PRINT 'The object ''' + @objname + ''' does not have any indexes, or you do not have permissions.'
SELECT q.constraint_type, q.constraint_name, q.delete_action, q.update_action, q.status_enabled, CONVERT(varchar(19), 'Is_For_Replication') AS status_for_replication, q.constraint_keys FROM (
  SELECT CONVERT(nvarchar(146), CASE WHEN i.is_primary_key = 1 THEN 'PRIMARY KEY ' ELSE 'UNIQUE ' END + CASE WHEN i.type = 1 THEN '(clustered)' ELSE '(non-clustered)' END) AS constraint_type,
    i.name AS constraint_name, '(n/a)' AS delete_action, '(n/a)' AS update_action, '(n/a)' AS status_enabled, CONVERT(nvarchar(2126), ${keys}) AS constraint_keys
  FROM sys.indexes i WHERE i.object_id = OBJECT_ID(@objname) AND (i.is_primary_key = 1 OR i.is_unique_constraint = 1)
  UNION ALL SELECT 'FOREIGN KEY', f.name, LOWER(REPLACE(f.delete_referential_action_desc, '_', ' ')), LOWER(REPLACE(f.update_referential_action_desc, '_', ' ')),
    CASE WHEN f.is_disabled = 1 THEN 'Disabled' ELSE 'Enabled' END, 'REFERENCES ' + DB_NAME() + '.' + OBJECT_SCHEMA_NAME(f.referenced_object_id) + '.' + OBJECT_NAME(f.referenced_object_id)
  FROM sys.foreign_keys f WHERE f.parent_object_id = OBJECT_ID(@objname)
  UNION ALL SELECT 'CHECK', k.name, '(n/a)', '(n/a)', CASE WHEN k.is_disabled = 1 THEN 'Disabled' ELSE 'Enabled' END, k.definition
  FROM sys.check_constraints k WHERE k.parent_object_id = OBJECT_ID(@objname)
  UNION ALL SELECT 'DEFAULT on column ' + c.name, d.name, '(n/a)', '(n/a)', '(n/a)', d.definition
  FROM sys.default_constraints d JOIN sys.columns c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(@objname)
) q ORDER BY q.constraint_type, q.constraint_name
IF EXISTS (SELECT * FROM sys.foreign_keys WHERE referenced_object_id = OBJECT_ID(@objname))
  SELECT DB_NAME() + '.' + OBJECT_SCHEMA_NAME(f.parent_object_id) + '.' + OBJECT_NAME(f.parent_object_id) + ': ' + f.name AS [Table is referenced by foreign key]
  FROM sys.foreign_keys f WHERE f.referenced_object_id = OBJECT_ID(@objname) ORDER BY 1
ELSE PRINT 'No foreign keys reference table ''' + @objname + ''', or you do not have permissions on referencing tables.'`,
  },
};
