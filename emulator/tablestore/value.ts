/**
 * Values as Tablestore types them. An INTEGER is a signed 64-bit `bigint` and a DOUBLE is a `number`, always: the type of a
 * column is part of its value, and 3n and 3 are two different values to the service.
 */
export type ColumnValue = string | bigint | number | boolean | Uint8Array;
export type PrimaryKeyValue = string | bigint | Uint8Array;

export type ColumnType = "STRING" | "INTEGER" | "DOUBLE" | "BOOLEAN" | "BINARY";
export type PrimaryKeyType = "STRING" | "INTEGER" | "BINARY";

/** Below or above every value of a key column; for the two ends of a range only. */
export interface KeyLimit {
  readonly infinity: "min" | "max";
}
export const infMin: KeyLimit = { infinity: "min" };
export const infMax: KeyLimit = { infinity: "max" };
export type KeyBound = PrimaryKeyValue | KeyLimit;

export function isKeyLimit(value: KeyBound): value is KeyLimit {
  return typeof value === "object" && "infinity" in value;
}

export function typeOfValue(value: ColumnValue): ColumnType {
  if (typeof value === "string") return "STRING";
  if (typeof value === "bigint") return "INTEGER";
  if (typeof value === "number") return "DOUBLE";
  if (typeof value === "boolean") return "BOOLEAN";
  return "BINARY";
}

/** Negative, zero or positive; both of one type. Strings order by their UTF-8 bytes, as the service stores them. */
export function compareValues(left: ColumnValue, right: ColumnValue): number {
  if (left === right) return 0;
  if (typeof left === "string" && typeof right === "string") return compareTexts(left, right);
  if (left instanceof Uint8Array && right instanceof Uint8Array) return Buffer.compare(left, right);
  return left < right ? -1 : 1;
}

/** By code points, which is the order of the UTF-8 bytes; code units alone would put surrogates before U+E000..U+FFFF. */
function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  let position = 0;
  while (position < length && left.charCodeAt(position) === right.charCodeAt(position)) position++;
  if (position === length) return left.length - right.length;
  return weight(left.charCodeAt(position)) - weight(right.charCodeAt(position));
}

function weight(codeUnit: number): number {
  return codeUnit >= 0xd800 && codeUnit <= 0xdfff ? codeUnit + 0x10000 : codeUnit;
}

/** Orders keys column by column; both have all columns of the same schema. */
export function compareKeys(left: readonly KeyBound[], right: readonly KeyBound[]): number {
  for (let position = 0; position < left.length; position++) {
    const order = compareBounds(left[position] as KeyBound, right[position] as KeyBound);
    if (order !== 0) return order;
  }
  return 0;
}

function compareBounds(left: KeyBound, right: KeyBound): number {
  if (left === right) return 0;
  if (isKeyLimit(left) || isKeyLimit(right)) return rank(left) - rank(right);
  return compareValues(left, right);
}

function rank(bound: KeyBound): number {
  if (!isKeyLimit(bound)) return 0;
  return bound.infinity === "min" ? -1 : 1;
}

/** Does the value count for more than `bytes`? A character is three at most, so that few texts need counting. */
export function isLongerThan(value: ColumnValue, bytes: number): boolean {
  if (typeof value === "string" && value.length * 3 <= bytes) return false;
  return byteLength(value) > bytes;
}

/** Bytes that the value counts for, against limits and capacity units. */
export function byteLength(value: ColumnValue): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (value instanceof Uint8Array) return value.length;
  return typeof value === "boolean" ? 1 : 8;
}
