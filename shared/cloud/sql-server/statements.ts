import { bracketed } from "../../object-name";
import { tablePages } from "./catalog";
import { quoteColumn, quoteTable } from "./identifiers";
import type { ColumnShape, KeyRange, ReadColumn, ReadShape, TableName, ValueSearch } from "./index";
import { keyBound, keyText, keyValue, valueUnder } from "./keyset";
import { planRowHash } from "./row-hash";

/** Every statement keeps to SQL Server 2008 R2 and to one processor: the master is at work. */
const oneProcessor = "OPTION (MAXDOP 1)";

/** How long a read waits for a lock of the application before it gives way. */
export const lockTimeoutMs = 5_000;

/** READ COMMITTED throughout: what is compared was committed. In a deadlock the application wins. Names stand in double quotes, too. */
export const sessionSettings = [
  `SET LOCK_TIMEOUT ${lockTimeoutMs}`,
  "SET DEADLOCK_PRIORITY LOW",
  "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
  "SET NOCOUNT ON",
  "SET QUOTED_IDENTIFIER ON",
].join("; ");

export function useDatabase(database: string): string {
  return `USE ${bracketed(database)}`;
}

/** Columns `name`, `collation_name` (null while offline), `state_desc`; the four system databases left out. */
export const listDatabases =
  "SELECT name, collation_name, state_desc FROM sys.databases WHERE database_id > 4 ORDER BY name";

/** Column `row_count`, a bigint. */
export function countRows(table: TableName): string {
  return `SELECT COUNT_BIG(*) AS row_count FROM ${quoteTable(table)} ${oneProcessor}`;
}

/**
 * One page in key order, whole groups of one key: `k0, k1 …` (key texts), `h0 …` and `l0 …` (see planRowHash). Bounds are the parameters
 * `after0 …` and `upTo0 …`.
 */
export function readKeyedHashes(table: TableName, shape: ReadShape, range: KeyRange): string {
  const key = keyColumns(shape);
  const bounds = [
    ...(range.after ? [`(${keyBound("after", key)})`] : []),
    ...(range.upTo ? [`(${keyBound("upTo", key)})`] : []),
  ];
  return [
    `SELECT TOP (${wholeNumber(range.limit)}) WITH TIES ${keyedHash(shape)}`,
    `FROM ${quoteTable(table)} AS t`,
    ...(bounds.length > 0 ? [`WHERE ${bounds.join(" AND ")}`] : []),
    `ORDER BY ${key.map((column) => quoteColumn(column.name)).join(", ")}`,
    oneProcessor,
  ].join(" ");
}

/**
 * Keys that one statement looks for: SQL Server takes 2,100 parameters, and each key has one for each column (at most 16, or 32 since SQL
 * Server 2016).
 */
export const keysPerStatement = 60;

/** The rows of `count` keys, whose texts are the parameters `k0_0, k0_1 …, k1_0 …`: `asked` (position of the key) and what a page has. */
export function findKeyedHashes(table: TableName, shape: ReadShape, count: number): string {
  const key = keyColumns(shape);
  const parts = key.map((_, part) => part);
  const rows = Array.from(
    { length: count },
    (_, row) => `(${[row, ...parts.map((part) => `@k${row}_${part}`)].join(", ")})`,
  );
  const conditions = key.map((column, part) => `${quoteColumn(column.name)} = ${keyValue(`v.k${part}`, column)}`);
  return [
    `SELECT v.asked, ${keyedHash(shape)}`,
    `FROM (VALUES ${rows.join(", ")}) AS v (asked, ${parts.map((part) => `k${part}`).join(", ")})`,
    `JOIN ${quoteTable(table)} AS t ON ${conditions.join(" AND ")}`,
    oneProcessor,
  ].join(" ");
}

/** Values that one statement looks for: at most 1,000 rows behind VALUES, and 2,000 parameters. */
export function valuesPerStatement({ by }: ValueSearch): number {
  return Math.min(500, Math.floor(2_000 / by.length));
}

/** The rows of `count` groups of values, whose texts are the parameters `k0_0, k0_1 …, k1_0 …`: `asked` and the wanted texts `c0, c1 …`. */
export function findValues(table: TableName, { by, columns, condition }: ValueSearch, count: number): string {
  const parts = by.map((_, part) => part);
  const rows = Array.from(
    { length: count },
    (_, row) => `(${[row, ...parts.map((part) => `@k${row}_${part}`)].join(", ")})`,
  );
  const conditions = by.map((column, part) => {
    const equal = `${quoteColumn(column.name)} = ${keyValue(`v.k${part}`, column)}`;
    return column.nullable ? `(${equal} OR (${quoteColumn(column.name)} IS NULL AND v.k${part} IS NULL))` : equal;
  });
  const from = condition === undefined ? quoteTable(table) : `(SELECT * FROM ${quoteTable(table)} WHERE ${condition})`;
  return [
    `SELECT ${["v.asked", ...columns.map((column, index) => `${keyText(column)} AS c${index}`)].join(", ")}`,
    `FROM (VALUES ${rows.join(", ")}) AS v (asked, ${parts.map((part) => `k${part}`).join(", ")})`,
    `JOIN ${from} AS t ON ${conditions.join(" AND ")}`,
    oneProcessor,
  ].join(" ");
}

/** Keys shown of those that several rows have. */
const repeatedShown = 5;

/**
 * Some of the keys that several rows have (`k0, k1 …`), and in each row how many rows there are beyond the first of every such key (`surplus`).
 * @param under values are compared as these columns would hold them, one for each key column
 */
export function repeatedKeys(table: TableName, shape: ReadShape, under: readonly ColumnShape[]): string {
  const key = keyColumns(shape);
  const texts = key.map((column, part) => `MIN(${keyText(column)}) AS k${part}`);
  const values = key.map((column, part) => valueUnder(column, under[part] ?? column));
  return [
    `SELECT TOP (${repeatedShown}) ${key.map((_, part) => `g.k${part}`).join(", ")}, SUM(g.n - 1) OVER () AS surplus`,
    `FROM (SELECT ${texts.join(", ")}, COUNT_BIG(*) AS n FROM ${quoteTable(table)} AS t`,
    `GROUP BY ${values.join(", ")} HAVING COUNT_BIG(*) > 1) AS g`,
    oneProcessor,
  ].join(" ");
}

/** What is selected of each row: key texts `k0 …`, and `h0 …`, `l0 …` as planRowHash says. */
function keyedHash(shape: ReadShape): string {
  const plan = planRowHash(shape.columns);
  return [
    ...keyColumns(shape).map((column, index) => `${keyText(column)} AS k${index}`),
    ...plan.hashed.map((hash, index) => `${hash} AS h${index}`),
    ...plan.long.map((value, index) => `${value} AS l${index}`),
  ].join(", ");
}

/** The key's columns in key order. */
export function keyColumns(shape: ReadShape): ReadColumn[] {
  if (shape.key.length === 0) throw new Error("a keyed read needs a key");
  return shape.key.map((name) => {
    const column = shape.columns.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`the key column ${name} is not among the compared columns`);
    return column;
  });
}

/** Column `bytes`, null for a database without tables. */
export const databaseSize = `SELECT SUM(u.total_pages) * 8192 AS bytes FROM ${tablePages} WHERE t.is_ms_shipped = 0`;

/** Columns `bytes`, what the files of the database are allocated with their logs, and `is_encrypted` (TDE). Any login of the database may read it. */
export const databaseFiles = [
  "SELECT SUM(CONVERT(bigint, size)) * 8192 AS bytes,",
  "(SELECT d.is_encrypted FROM sys.databases AS d WHERE d.database_id = DB_ID()) AS is_encrypted FROM sys.database_files",
].join(" ");

/** Columns `can_select`, `can_write`, `can_create`: 1, 0, or null where the login does not reach the securable. */
export const permissions = [
  "SELECT HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'SELECT') AS can_select",
  "HAS_PERMS_BY_NAME(DB_NAME(), 'DATABASE', 'INSERT') AS can_write",
  "HAS_PERMS_BY_NAME(NULL, NULL, 'CREATE ANY DATABASE') AS can_create",
].join(", ");

export const beginTransaction = "BEGIN TRANSACTION";
/** An error may have ended the transaction already. */
export const rollbackTransaction = "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION";

function wholeNumber(value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`not a number of rows: ${value}`);
  return value;
}
