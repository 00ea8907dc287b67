import { CloudError } from "../cloud-error";
import type { Column, TdsConnection } from "./connection";
import { beginTransaction, rollbackTransaction } from "./statements";

/**
 * Runs a checked SELECT in a transaction that is always rolled back. No MAXDOP here: the text is the requester's and may have hints of its own.
 * @throws CloudError `sql-error` when it yields more than one value.
 */
export async function readSingleValue(
  connection: TdsConnection,
  sql: string,
): Promise<string | number | boolean | null> {
  await connection.batch("readScalar", beginTransaction);
  const [read] = await Promise.allSettled([readOne(connection, sql)]);
  const [undone] = await Promise.allSettled([connection.batch("readScalar", rollbackTransaction)]);
  // Why the read failed says more than that its connection is gone.
  if (read.status === "rejected") throw read.reason;
  if (undone.status === "rejected") throw undone.reason;
  return read.value;
}

async function readOne(connection: TdsConnection, sql: string): Promise<string | number | boolean | null> {
  let rows = 0;
  let first: readonly Column[] = [];
  await connection.batch("readScalar", sql, (columns) => {
    rows += 1;
    if (rows === 1) first = columns;
    // A second row says enough, however many millions follow.
    return rows === 1;
  });
  if (rows === 0) return null;
  if (rows > 1 || first.length !== 1) throw notSingle(rows > 1 ? "several rows" : "1 row", first.length);
  return scalarOf(first[0]!);
}

function notSingle(rows: string, columns: number): CloudError {
  const text = `The check yields ${rows} of ${columns} columns; it must yield one value.`;
  return new CloudError("refused", "sql-server", "readScalar", "sql-error", text);
}

/** Dates as ISO texts, bytes as hexadecimal digits, a bigint as a number where that is exact. */
function scalarOf(column: Column): string | number | boolean | null {
  const { value } = column;
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (typeof value === "bigint" || (typeof value === "string" && isBigInt(column))) {
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  }
  return typeof value === "number" || typeof value === "boolean" ? value : String(value);
}

/** The driver writes bigint as text; `IntN` of eight bytes is a bigint column. */
function isBigInt(column: Column): boolean {
  return ["BigInt", "IntN"].includes(column.metadata.type.name);
}
