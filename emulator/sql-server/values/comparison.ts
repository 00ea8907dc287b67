import type { SqlType, SqlValue } from "../../data/sql-value";
import { binaryKey, valueKeyOf } from "../../data/value-key";
import { guidSortKey } from "./binary-value";
import type { Collation } from "./collation";
import { utcText } from "./moment-conversion";
import { family } from "./type-rules";

/** Negative, zero or positive. Both values are of one type and not NULL. */
export type Comparison = (left: SqlValue, right: SqlValue) => number;

/** The order of a type's values in two steps, so that sorting prepares each value once. */
export interface ValueOrder {
  key(value: SqlValue): SqlValue;
  /** Compares keys. */
  readonly compare: Comparison;
}

const asItIs = (value: SqlValue): SqlValue => value;

export function valueOrder(type: SqlType, collation: Collation): ValueOrder {
  switch (family(type)) {
    case "text":
    case "xml":
      return {
        key: (value) => collation.key(value as string),
        compare: (left, right) => collation.compareKeys(left as string, right as string),
      };
    case "decimal":
    case "money":
      return { key: asItIs, compare: (left, right) => compareDecimals(left as string, right as string) };
    case "binary":
      return { key: (value) => binaryKey(value as Uint8Array), compare: ordered };
    case "guid":
      return { key: (value) => guidSortKey(value as string), compare: ordered };
    case "temporal":
      return {
        key: type.name === "datetimeoffset" ? (value) => utcText(value as string, type) : asItIs,
        compare: ordered,
      };
    default:
      return { key: asItIs, compare: ordered };
  }
}

/** The order of a type's values. */
export function comparison(type: SqlType, collation: Collation): Comparison {
  const { key, compare } = valueOrder(type, collation);
  return key === asItIs ? compare : (left, right) => compare(key(left), key(right));
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

/** A key under which equal values of one type are equal: for hash joins, GROUP BY and DISTINCT. */
export function equalityKey(type: SqlType, collation: Collation): (value: SqlValue) => string {
  const key = valueKeyOf(type, collation);
  return (value) => (value === null ? "" : `=${key(value)}`);
}
