import type { ColumnShape, KeyRange, TableAddress, TableShape } from "../sql-server";
import { tablePages } from "./catalog";
import { quoteName, quoteTable } from "./identifiers";
import { keyBound, keyText } from "./keyset";
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
  return `USE ${quoteName(database)}`;
}

/** Columns `name`, `collation_name` (null while offline), `state_desc`; the four system databases left out. */
export const listDatabases =
  "SELECT name, collation_name, state_desc FROM sys.databases WHERE database_id > 4 ORDER BY name";

/** Column `row_count`, a bigint. */
export function countRows(table: Pick<TableAddress, "schema" | "name">): string {
  return `SELECT COUNT_BIG(*) AS row_count FROM ${quoteTable(table)} ${oneProcessor}`;
}

/**
 * One page in key order: `k0, k1 …` (key texts), `h0 …` and `l0 …` (see planRowHash). Bounds are the parameters
 * `after0 …` and `upTo0 …`.
 */
export function readKeyedHashes(
  table: Pick<TableAddress, "schema" | "name">,
  shape: Pick<TableShape, "key" | "columns">,
  range: KeyRange,
): string {
  const key = keyColumns(shape);
  const plan = planRowHash(shape.columns);
  const selected = [
    ...key.map((column, index) => `${keyText(column)} AS k${index}`),
    ...plan.hashed.map((hash, index) => `${hash} AS h${index}`),
    ...plan.long.map((value, index) => `${value} AS l${index}`),
  ];
  const bounds = [
    ...(range.after ? [`(${keyBound("after", key)})`] : []),
    ...(range.upTo ? [`(${keyBound("upTo", key)})`] : []),
  ];
  return [
    `SELECT TOP (${wholeNumber(range.limit)}) ${selected.join(", ")}`,
    `FROM ${quoteTable(table)}`,
    ...(bounds.length > 0 ? [`WHERE ${bounds.join(" AND ")}`] : []),
    `ORDER BY ${key.map((column) => quoteName(column.name)).join(", ")}`,
    oneProcessor,
  ].join(" ");
}

/** The key's columns in key order. */
export function keyColumns(shape: Pick<TableShape, "key" | "columns">): ColumnShape[] {
  if (shape.key.length === 0) throw new Error("a keyed read needs a key");
  return shape.key.map((name) => {
    const column = shape.columns.find((candidate) => candidate.name === name);
    if (!column) throw new Error(`the key column ${name} is not among the compared columns`);
    return column;
  });
}

/** Column `bytes`, null for a database without tables. */
export const databaseSize = `SELECT SUM(u.total_pages) * 8192 AS bytes FROM ${tablePages} WHERE t.is_ms_shipped = 0`;

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
