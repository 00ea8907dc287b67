import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { notPlayed } from "../syntax/token-cursor";
import { guidText } from "./binary-value";
import { toBytes, toText } from "./character-conversion";
import type { Collation } from "./collation";
import { noConversion } from "./conversion-errors";
import { convertToMoment } from "./moment-conversion";
import { convertToNumber } from "./number-conversion";
import { declared, family } from "./type-rules";

export interface ConversionContext {
  /** The collation whose code page non-Unicode texts use. */
  readonly collation: Collation;
  /** The third argument of CONVERT. */
  readonly style?: number | undefined;
  /** From SQL Server 2016 on a datetime is an exact number of 1/300 s; before, it is what its three decimals say. */
  readonly exactDatetime: boolean;
}

/** Turns values of one type into values of another. @throws SqlError with the number of the conversion that failed */
export type Converter = (value: SqlValue) => SqlValue;

/**
 * The conversion from one type to another, as CAST and CONVERT do it: texts that are too long are cut, numbers that do not fit fail.
 * @throws SqlError 529 when SQL Server has no such conversion
 */
export function converter(from: SqlType, to: SqlType, context: ConversionContext): Converter {
  if (declared(from) === declared(to) && family(to) !== "text") return (value) => value;
  const convert = pick(from, to, context);
  return (value) => (value === null ? null : convert(value));
}

function pick(from: SqlType, to: SqlType, context: ConversionContext): (value: Exclude<SqlValue, null>) => SqlValue {
  switch (family(to)) {
    case "text":
      return (value) => toText(value, from, to, context);
    case "xml":
      if (family(from) === "text" || family(from) === "xml") return (value) => value;
      break;
    case "binary":
      if (family(from) === "temporal") throw notPlayed(`The conversion of ${from.name} to ${to.name}`);
      return (value) => toBytes(value, from, to, context);
    case "guid":
      if (family(from) === "guid") return (value) => value;
      if (family(from) === "text") return (value) => parseGuid(value as string);
      if (family(from) === "binary") return (value) => guidText(padded(value as Uint8Array));
      break;
    case "temporal":
      return convertToMoment(from, to, context);
    default:
      return convertToNumber(from, to);
  }
  throw noConversion(from, to);
}

function parseGuid(text: string): string {
  const match = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/i.exec(text.trim());
  if (!match)
    throw new SqlError(8169, "Conversion failed when converting from a character string to uniqueidentifier.");
  return match[1]!.toUpperCase();
}

function padded(bytes: Uint8Array): Buffer {
  const whole = Buffer.alloc(16);
  whole.set(bytes.subarray(0, 16));
  return whole;
}
