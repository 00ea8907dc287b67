import type { SqlType, SqlValue } from "../../data/sql-value";
import { guidSortKey } from "./binary-value";
import type { Collation } from "./collation";
import { utcText } from "./moment-conversion";
import { family } from "./type-rules";

/** Negative, zero or positive. Both values are of `type` and not NULL. */
export type Comparison = (left: SqlValue, right: SqlValue) => number;

/** The order of a type's values. */
export function comparison(type: SqlType, collation: Collation): Comparison {
  switch (family(type)) {
    case "text":
    case "xml":
      return (left, right) => collation.compare(left as string, right as string);
    case "decimal":
    case "money":
      return (left, right) => compareDecimals(left as string, right as string);
    case "binary":
      return (left, right) => ordered(binaryKey(left as Uint8Array), binaryKey(right as Uint8Array));
    case "guid":
      return (left, right) => ordered(guidSortKey(left as string), guidSortKey(right as string));
    case "temporal":
      if (type.name === "datetimeoffset")
        return (left, right) => ordered(utcText(left as string, type), utcText(right as string, type));
      return ordered;
    default:
      return ordered;
  }
}

function ordered(left: SqlValue, right: SqlValue): number {
  return left! < right! ? -1 : left! > right! ? 1 : 0;
}

/** Canonical texts of one scale: longer is larger, equally long ones compare as texts. */
function compareDecimals(left: string, right: string): number {
  const leftNegative = left.startsWith("-");
  if (leftNegative !== right.startsWith("-")) return leftNegative ? -1 : 1;
  const size = left.length - right.length || ordered(left, right);
  return leftNegative ? -size : size;
}

/** Zeros at the end do not count: 0x01 = 0x0100. */
function binaryKey(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/(?:00)+$/, "");
}

/** A key under which equal values of one type are equal: for hash joins, GROUP BY and DISTINCT. */
export function equalityKey(type: SqlType, collation: Collation): (value: SqlValue) => string {
  const key = keyOf(type, collation);
  return (value) => (value === null ? "" : `=${key(value)}`);
}

function keyOf(type: SqlType, collation: Collation): (value: Exclude<SqlValue, null>) => string {
  switch (family(type)) {
    case "text":
    case "xml":
      return (value) => collation.key(value as string);
    case "binary":
      return (value) => binaryKey(value as Uint8Array);
    case "temporal":
      if (type.name === "datetimeoffset") return (value) => utcText(value as string, type);
      return String;
    case "float":
      // -0 equals 0
      return (value) => String(value === 0 ? 0 : value);
    default:
      return String;
  }
}
