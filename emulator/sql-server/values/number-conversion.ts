import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlTypeName, SqlValue } from "../../data/sql-value";
import { integerOf } from "./binary-value";
import { noConversion } from "./convert";
import { decimalText, fitsPrecision, parseDecimal, powerOfTen, rescale, unitsOf } from "./decimal";
import { daysSince1900 } from "./moment-conversion";
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
  if (family(to) === "float") return (value) => rounded(asFloat(value, from, to), to);
  if (family(to) === "bit") return (value) => asBit(value, from, to);
  return (value) => store(asExact(value, from, to), from, to, value);
}

function rounded(value: number, to: SqlType): number {
  const result = to.name === "real" ? Math.fround(value) : value;
  if (!Number.isFinite(result)) throw overflow(to);
  return result;
}

function asFloat(value: SqlValue, from: SqlType, to: SqlType): number {
  if (family(from) === "text") {
    const text = (value as string).trim();
    if (text !== "" && !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) throw notNumber(from, to);
    return Number(text);
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
    case "temporal":
      return ofFloat(daysSince1900(value as string, from));
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
    if (!/^[+-]?\d*$/.test(trimmed)) throw conversionFailed(text, from, to);
    return {
      units: trimmed === "" ? 0n : BigInt(trimmed.replace(/^\+/, "") === "-" ? "0" : trimmed.replace(/^\+/, "")),
      scale: 0,
    };
  }
  if (family(to) === "money") {
    const plain = parseDecimal(trimmed.replace(/[$,]/g, "") || "0");
    if (!plain || /e/i.test(trimmed))
      throw new SqlError(235, "Cannot convert a char value to money. The char value has incorrect syntax.");
    return plain;
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
  if (!fits)
    throw new SqlError(8115, `Arithmetic overflow error converting ${from.name} to data type ${wireName(to)}.`);
  return decimalText(units, scale);
}

export function inRange(value: bigint, type: SqlType): boolean {
  const [least, most] = ranges[type.name]!;
  return value >= least && value <= most;
}

function integerOverflow(value: SqlValue, from: SqlType, to: SqlType): SqlError {
  if (family(from) === "text")
    return new SqlError(248, `The conversion of the ${from.name} value '${value}' overflowed an ${to.name} column.`);
  if (to.name === "tinyint" || to.name === "smallint")
    return new SqlError(220, `Arithmetic overflow error for data type ${to.name}, value = ${value}.`);
  return overflow(to);
}

export function overflow(to: SqlType): SqlError {
  return new SqlError(8115, `Arithmetic overflow error converting expression to data type ${wireName(to)}.`);
}

function conversionFailed(text: string, from: SqlType, to: SqlType): SqlError {
  return new SqlError(
    245,
    `Conversion failed when converting the ${from.name} value '${text}' to data type ${to.name}.`,
  );
}

function notNumber(from: SqlType, to: SqlType): SqlError {
  return new SqlError(8114, `Error converting data type ${from.name} to ${wireName(to)}.`);
}

/** Messages call decimal by its other name. */
function wireName(type: SqlType): string {
  return type.name === "decimal" ? "numeric" : type.name;
}
