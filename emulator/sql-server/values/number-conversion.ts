import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlTypeName, SqlValue } from "../../data/sql-value";
import { notPlayed } from "../syntax/token-cursor";
import { integerOf } from "./binary-value";
import { noConversion, numberName, outOfRange, overflow } from "./conversion-errors";
import { decimalText, fitsPrecision, parseDecimal, powerOfTen, rescale, unitsOf } from "./decimal";
import { daysSince1900 } from "./moment-conversion";
import { moneyUnits } from "./number-text";
import { family, precisionOf, scaleOf } from "./type-rules";

interface Exact {
  readonly units: bigint;
  readonly scale: number;
}

const ranges: Partial<Record<SqlTypeName, readonly [bigint, bigint]>> = {
  tinyint: [0n, 255n],
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  int: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
  smallmoney: [-(2n ** 31n), 2n ** 31n - 1n],
  money: [-(2n ** 63n), 2n ** 63n - 1n],
};

/** Conversions to bit, integers, decimals, money and floats. @throws SqlError 529 where there is none, and while converting 220, 245, 248, 8114 or 8115 */
export function convertToNumber(from: SqlType, to: SqlType): (value: SqlValue) => SqlValue {
  const source = family(from);
  if (source === "temporal" && from.name !== "datetime" && from.name !== "smalldatetime") throw noConversion(from, to);
  if (source === "guid" || source === "xml" || (source === "binary" && family(to) === "float"))
    throw noConversion(from, to);
  if (source === "binary" && family(to) === "decimal") throw notPlayed(`The conversion of ${from.name} to ${to.name}`);
  if (family(to) === "float") return (value) => rounded(asFloat(value, from, to), to);
  if (family(to) === "bit") return (value) => asBit(value, from, to);
  return (value) => store(asExact(value, from, to), from, to, value);
}

function rounded(value: number, to: SqlType): number {
  const result = to.name === "real" ? Math.fround(value) : value;
  if (!Number.isFinite(result)) throw outOfRange(to, value, 2);
  return result;
}

function asFloat(value: SqlValue, from: SqlType, to: SqlType): number {
  if (family(from) === "text") {
    const text = (value as string).trim();
    if (text === "") return 0;
    if (!floatPattern.test(text)) throw notNumber(from, to);
    return Number(text.replace(/[ed]([+-]?\d*)$/i, (_, exponent: string) => `e${/\d/.test(exponent) ? exponent : 0}`));
  }
  if (family(from) === "temporal") return daysSince1900(value as string, from);
  return Number(value);
}

function asBit(value: SqlValue, from: SqlType, to: SqlType): boolean {
  if (family(from) === "text") {
    const text = (value as string).trim().toLowerCase();
    if (text === "true" || text === "false") return text === "true";
    if (!/^[+-]?\d*$/.test(text)) throw conversionFailed(value as string, from, to);
    return Number(text) !== 0;
  }
  if (value instanceof Uint8Array) return value.some((byte) => byte !== 0);
  return Number(value) !== 0;
}

function asExact(value: SqlValue, from: SqlType, to: SqlType): Exact {
  switch (family(from)) {
    case "bit":
    case "integer":
      return { units: BigInt(value as number), scale: 0 };
    case "decimal":
    case "money":
      return { units: unitsOf(value as string), scale: scaleOf(from) };
    case "float":
      return ofFloat(value as number);
    case "temporal": {
      const days = daysSince1900(value as string, from);
      // Noon begins the next day for whole numbers.
      return family(to) === "integer" ? { units: BigInt(Math.floor(days + 0.5)), scale: 0 } : ofFloat(days);
    }
    case "binary":
      return {
        units: integerOf(value as Uint8Array, to.name === "bigint" || family(to) === "money" ? 8 : 4),
        scale: family(to) === "money" ? 4 : 0,
      };
    default:
      return ofText(value as string, from, to);
  }
}

/** Every float is exact as a decimal with enough digits; seventeen tell all floats apart. */
function ofFloat(value: number): Exact {
  return parseDecimal(value.toExponential(16))!;
}

function ofText(text: string, from: SqlType, to: SqlType): Exact {
  const trimmed = text.trim();
  if (family(to) === "integer") {
    if (!/^[+-]?\d*$/.test(trimmed))
      throw to.name === "bigint" ? notNumber(from, to) : conversionFailed(text, from, to);
    return {
      units: trimmed === "" ? 0n : BigInt(trimmed.replace(/^\+/, "") === "-" ? "0" : trimmed.replace(/^\+/, "")),
      scale: 0,
    };
  }
  if (family(to) === "money") {
    const units = moneyUnits(trimmed);
    if (!units) throw new SqlError(235, "Cannot convert a char value to money. The char value has incorrect syntax.");
    return units;
  }
  const parsed = /e/i.test(trimmed) ? undefined : parseDecimal(trimmed);
  if (!parsed) throw notNumber(from, to);
  return parsed;
}

/** Integers drop what is behind the point (money is rounded); decimals and money round. */
function store(exact: Exact, from: SqlType, to: SqlType, value: SqlValue): SqlValue {
  if (family(to) === "integer") {
    const whole =
      family(from) === "money" ? rescale(exact.units, exact.scale, 0) : exact.units / powerOfTen(exact.scale);
    if (!inRange(whole, to)) throw integerOverflow(value, from, to);
    return to.name === "bigint" ? whole : Number(whole);
  }
  const scale = scaleOf(to);
  const units = rescale(exact.units, exact.scale, scale);
  const fits = family(to) === "money" ? inRange(units, to) : fitsPrecision(units, precisionOf(to));
  if (!fits) throw decimalOverflow(from, to);
  return decimalText(units, scale);
}

export function inRange(value: bigint, type: SqlType): boolean {
  const [least, most] = ranges[type.name]!;
  return value >= least && value <= most;
}

function integerOverflow(value: SqlValue, from: SqlType, to: SqlType): SqlError {
  if (to.name === "bigint") return overflow(to);
  const small = to.name === "tinyint" ? 1 : to.name === "smallint" ? 2 : undefined;
  const source = family(from);
  if (source === "text" && small !== undefined)
    return new SqlError(
      244,
      `The conversion of the ${from.name} value '${value}' overflowed an INT${small} column. Use a larger integer column.`,
      16,
      small,
    );
  if (source === "text")
    return new SqlError(248, `The conversion of the ${from.name} value '${value}' overflowed an int column.`);
  if (source === "float") return outOfRange(to, value as number, small ?? 3);
  if (small !== undefined && source === "integer" && from.name !== "bigint")
    return new SqlError(
      220,
      `Arithmetic overflow error for data type ${to.name}, value = ${value}.`,
      16,
      to.name === "tinyint" ? 2 : 1,
    );
  return overflow(to);
}

function decimalOverflow(from: SqlType, to: SqlType): SqlError {
  if (family(to) === "money" && family(from) !== "text") return overflow(to);
  return new SqlError(
    8115,
    `Arithmetic overflow error converting ${numberName(from)} to data type ${numberName(to)}.`,
    16,
    family(from) === "float" ? 6 : 8,
  );
}

/** C's form of a float, with `d` as well for the exponent, which may have no digits. */
const floatPattern = /^[+-]?(\d+\.?\d*|\.\d+)([ed][+-]?\d*)?$/i;

/** ISNUMERIC of a text: some number type takes it, money with its signs and symbols included. */
export function isNumberText(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "") return false;
  return (
    moneyUnits(trimmed) !== undefined ||
    (floatPattern.test(trimmed) && Number.isFinite(Number(trimmed.replace(/d/i, "e").replace(/e[+-]?$/i, ""))))
  );
}

function conversionFailed(text: string, from: SqlType, to: SqlType): SqlError {
  return new SqlError(
    245,
    `Conversion failed when converting the ${from.name} value '${text}' to data type ${to.name}.`,
  );
}

function notNumber(from: SqlType, to: SqlType): SqlError {
  return new SqlError(8114, `Error converting data type ${from.name} to ${numberName(to)}.`);
}
