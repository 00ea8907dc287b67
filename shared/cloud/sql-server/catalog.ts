/**
 * What the catalog views know about tables: one statement per kind, for all tables or for `named` ones, whose names are the
 * parameters `s0, t0, s1, t1 …`. Every row starts with `schema_name` and `table_name`.
 */
export interface CatalogStatements {
  /** `column_name, type_name, max_length, precision, scale, is_nullable, is_identity, is_computed, has_default, collation_name`, in column order. */
  readonly columns: string;
  /** `key_name, is_primary_key, is_unique_constraint, is_disabled, has_filter, filter_definition, column_name` of every unique index, in key order. */
  readonly keys: string;
  /** `constraint_name, referenced_schema, referenced_table, is_disabled, is_not_trusted`. */
  readonly foreignKeys: string;
  /** `constraint_name, definition, is_disabled, is_not_trusted`. */
  readonly checks: string;
  /** `constraint_name` of keys, and of checks and defaults that people named. */
  readonly constraints: string;
  /** `trigger_name`, enabled ones only. */
  readonly triggers: string;
}

/** Tables in one statement: SQL Server takes 2,100 parameters, and long OR lists compile slowly. */
export const tablesPerStatement = 100;

const named = "s.name AS schema_name, t.name AS table_name";
const tables = "sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id";

/**
 * Tables with their pages, indexes and long values included, joined as sp_spaceused does. Unlike sys.dm_db_partition_stats this needs no
 * VIEW DATABASE STATE: a login that sees a table sees its size.
 */
export const tablePages =
  "sys.tables t JOIN sys.partitions p ON p.object_id = t.object_id JOIN sys.allocation_units u ON u.container_id = p.partition_id";

/** `bytes` of each of `count` named tables; one that is not there has no row. */
export function tableSizes(count: number): string {
  return [
    `SELECT ${named}, SUM(u.total_pages) * 8192 AS bytes`,
    `FROM ${tablePages} JOIN sys.schemas s ON s.schema_id = t.schema_id`,
    `WHERE ${nameCondition(count)} GROUP BY s.name, t.name`,
  ].join(" ");
}

/** `schema_name, table_name` of every user table of the database in use. */
export const listTables = `SELECT ${named} FROM ${tables} WHERE t.is_ms_shipped = 0 ORDER BY s.name, t.name`;

/** `schema_name, object_name, type, table_schema, table_name` of the objects that have one of `count` names. */
export function objectsOfNames(count: number): string {
  const names = Array.from({ length: count }, (_, index) => `(s.name = @s${index} AND o.name = @t${index})`).join(
    " OR ",
  );
  return [
    "SELECT s.name AS schema_name, o.name AS object_name, o.type, ps.name AS table_schema, p.name AS table_name",
    "FROM sys.objects o JOIN sys.schemas s ON s.schema_id = o.schema_id",
    "LEFT JOIN sys.objects p ON p.object_id = o.parent_object_id LEFT JOIN sys.schemas ps ON ps.schema_id = p.schema_id",
    `WHERE (${names}) ORDER BY s.name, o.name`,
  ].join(" ");
}

/** `constraint_name, column_name, referenced_column, on_delete, on_update` of every foreign key that refers to the table `s0, t0`, in the order of their columns. */
export const referringKeys = [
  `SELECT ${named}, f.name AS constraint_name, c.name AS column_name, rc.name AS referenced_column,`,
  "f.delete_referential_action_desc AS on_delete, f.update_referential_action_desc AS on_update",
  `FROM ${tables} JOIN sys.foreign_keys f ON f.parent_object_id = t.object_id`,
  "JOIN sys.tables rt ON rt.object_id = f.referenced_object_id JOIN sys.schemas rs ON rs.schema_id = rt.schema_id",
  "JOIN sys.foreign_key_columns k ON k.constraint_object_id = f.object_id",
  "JOIN sys.columns c ON c.object_id = k.parent_object_id AND c.column_id = k.parent_column_id",
  "JOIN sys.columns rc ON rc.object_id = k.referenced_object_id AND rc.column_id = k.referenced_column_id",
  "WHERE rs.name = @s0 AND rt.name = @t0 ORDER BY s.name, t.name, f.name, k.constraint_column_id",
].join(" ");

/** `schema_name, table_name` of those of `count` named tables that the login may read, by a grant of any scope. */
export function readableTables(count: number): string {
  return [
    `SELECT ${named} FROM ${tables} WHERE (${nameCondition(count)})`,
    "AND HAS_PERMS_BY_NAME(QUOTENAME(s.name) + '.' + QUOTENAME(t.name), 'OBJECT', 'SELECT') = 1",
  ].join(" ");
}

/** @param count number of named tables; null: every user table of the database in use. */
export function catalogStatements(count: number | null): CatalogStatements {
  const where = ["t.is_ms_shipped = 0", ...(count === null ? [] : [`(${nameCondition(count)})`])].join(" AND ");
  return {
    columns: [
      `SELECT ${named}, c.name AS column_name, COALESCE(b.name, d.name) AS type_name, c.max_length, c.precision, c.scale,`,
      "c.is_nullable, c.is_identity, c.is_computed, CASE WHEN c.default_object_id = 0 THEN 0 ELSE 1 END AS has_default, c.collation_name",
      `FROM ${tables} JOIN sys.columns c ON c.object_id = t.object_id`,
      "JOIN sys.types d ON d.user_type_id = c.user_type_id",
      // An alias type is read as the system type that it stands for; CLR types have none.
      "LEFT JOIN sys.types b ON b.user_type_id = c.system_type_id",
      `WHERE ${where} ORDER BY s.name, t.name, c.column_id`,
    ].join(" "),
    keys: [
      // A constraint is enforced by its index, which can be disabled.
      `SELECT ${named}, x.name AS key_name, x.is_primary_key, x.is_unique_constraint, x.is_disabled, x.has_filter, x.filter_definition, c.name AS column_name`,
      `FROM ${tables} JOIN sys.indexes x ON x.object_id = t.object_id`,
      "JOIN sys.index_columns i ON i.object_id = x.object_id AND i.index_id = x.index_id",
      "JOIN sys.columns c ON c.object_id = i.object_id AND c.column_id = i.column_id",
      // Included columns, and a partition's column that is no key column, have the ordinal 0.
      `WHERE ${where} AND x.is_unique = 1 AND x.is_hypothetical = 0 AND i.key_ordinal > 0`,
      "ORDER BY s.name, t.name, x.is_primary_key DESC, x.is_unique_constraint DESC, x.name, i.key_ordinal",
    ].join(" "),
    foreignKeys: [
      `SELECT ${named}, f.name AS constraint_name, rs.name AS referenced_schema, rt.name AS referenced_table, f.is_disabled, f.is_not_trusted`,
      `FROM ${tables} JOIN sys.foreign_keys f ON f.parent_object_id = t.object_id`,
      "JOIN sys.tables rt ON rt.object_id = f.referenced_object_id JOIN sys.schemas rs ON rs.schema_id = rt.schema_id",
      `WHERE ${where} ORDER BY s.name, t.name, f.name`,
    ].join(" "),
    checks: [
      `SELECT ${named}, k.name AS constraint_name, k.definition, k.is_disabled, k.is_not_trusted`,
      `FROM ${tables} JOIN sys.check_constraints k ON k.parent_object_id = t.object_id`,
      `WHERE ${where} ORDER BY s.name, t.name, k.name`,
    ].join(" "),
    constraints: [
      // What the server named itself gets another name in a copy; a key keeps its name either way.
      `SELECT ${named}, o.name AS constraint_name`,
      `FROM ${tables} JOIN sys.objects o ON o.parent_object_id = t.object_id`,
      "LEFT JOIN sys.check_constraints k ON k.object_id = o.object_id",
      "LEFT JOIN sys.default_constraints d ON d.object_id = o.object_id",
      `WHERE ${where} AND (o.type IN ('PK', 'UQ') OR k.is_system_named = 0 OR d.is_system_named = 0)`,
      "ORDER BY s.name, t.name, o.name",
    ].join(" "),
    triggers: [
      `SELECT ${named}, g.name AS trigger_name`,
      `FROM ${tables} JOIN sys.triggers g ON g.parent_id = t.object_id`,
      `WHERE ${where} AND g.is_disabled = 0 ORDER BY s.name, t.name, g.name`,
    ].join(" "),
  };
}

function nameCondition(count: number): string {
  return Array.from({ length: count }, (_, index) => `(s.name = @s${index} AND t.name = @t${index})`).join(" OR ");
}
