import { CloudError } from "../cloud-error";

/** One row by column name, as the driver decoded it. */
export type SqlRow = Readonly<Record<string, unknown>>;

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw unexpected(column, value);
  return value;
}

export function textOrNull(row: SqlRow, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** Integers; the driver hands bigint over as text. */
export function integer(row: SqlRow, column: string): number {
  const value = typeof row[column] === "string" ? Number(row[column]) : row[column];
  if (typeof value !== "number" || !Number.isSafeInteger(value)) throw unexpected(column, value);
  return value;
}

/** bit columns, and the 1, 0 and null of permission functions. */
export function flag(row: SqlRow, column: string): boolean {
  return row[column] === true || row[column] === 1;
}

export function bytes(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw unexpected(column, value);
  return value;
}

/** Such as a NULL in a key column that the master allows by now: what is read cannot be judged, and reading again answers the same. */
function unexpected(column: string, value: unknown): CloudError {
  const text = `column ${column}: unexpected ${value === null ? "NULL" : typeof value}`;
  return new CloudError("refused", "sql-server", "query", "sql-error", text);
}
