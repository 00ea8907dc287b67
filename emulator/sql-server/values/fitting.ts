import { SqlError } from "../../data/sql-error";
import type { SqlType } from "../../data/sql-value";
import { byteLength, fitText } from "./character-conversion";
import type { Collation } from "./collation";
import { type Converter, converter } from "./convert";
import { family, isNumeric, isText, isUnicode, lengthOf } from "./type-rules";

/** A column that values are written to. */
export interface Place {
  readonly type: SqlType;
  readonly collation: Collation;
  /** Database, schema, table and column, for messages. */
  readonly names: readonly [database: string, schema: string, table: string, column: string];
  /** Major version of SQL Server: 15 and later say which value it was that does not fit. */
  readonly majorVersion: number;
}

/**
 * Values of a type as a column takes them: like CONVERT, but what does not fit is an error.
 * @throws SqlError 257 where only CONVERT converts; the converter throws 2628 or 8152 for texts and bytes that are too long, and those of conversions
 */
export function fitting(from: SqlType, place: Place): Converter {
  const { type } = place;
  requireImplicit(from, type);
  const isLimited = type.length !== undefined && type.length !== "max";
  if (isLimited && isText(type) && isText(from))
    return (value) => (value === null ? null : fittingText(value as string, place));
  if (isLimited && family(type) === "binary" && family(from) === "binary")
    return (value) => (value === null ? null : fittingBytes(value as Uint8Array, place));
  return converter(from, type, { collation: place.collation, exactDatetime: place.majorVersion >= 13 });
}

function requireImplicit(from: SqlType, to: SqlType): void {
  const textToBytes = isText(from) && family(to) === "binary";
  const dateToNumber = family(from) === "temporal" && isNumeric(to);
  if (textToBytes || dateToNumber)
    throw new SqlError(
      257,
      `Implicit conversion from data type ${from.name} to ${to.name} is not allowed. Use the CONVERT function to run this query.`,
      16,
      3,
    );
}

/** Surplus blanks are dropped, anything else is too long. */
function fittingText(text: string, place: Place): string {
  const { type, collation } = place;
  const length = isUnicode(type) ? text.length : byteLength(text, type, collation);
  const fitted = fitText(text, type, collation);
  if (length > lengthOf(type) && text.slice(fitted.length).trim() !== "") throw truncation(fitted, place);
  return fitted;
}

function fittingBytes(bytes: Uint8Array, place: Place): Uint8Array {
  const limit = lengthOf(place.type);
  if (bytes.length > limit) throw truncation(Buffer.from(bytes.subarray(0, limit)).toString("hex"), place);
  if (place.type.name !== "binary" || bytes.length === limit) return bytes;
  const padded = new Uint8Array(limit);
  padded.set(bytes);
  return padded;
}

function truncation(cut: string, { names, majorVersion }: Place): SqlError {
  if (majorVersion < 15) return new SqlError(8152, "String or binary data would be truncated.", 16, 14);
  const [database, schema, table, column] = names;
  return new SqlError(
    2628,
    `String or binary data would be truncated in table '${database}.${schema}.${table}', column '${column}'. Truncated value: '${cut}'.`,
  );
}
