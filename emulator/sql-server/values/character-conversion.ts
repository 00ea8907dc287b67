import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { decimalValueBytes, floatBytes, guidBytes, integerBytes } from "./binary-value";
import type { Collation } from "./collation";
import { outOfRange, overflow } from "./conversion-errors";
import type { ConversionContext } from "./convert";
import { unitsOf } from "./decimal";
import { momentOf } from "./moment";
import { momentText } from "./moment-text";
import { floatText, moneyText } from "./number-text";
import { family, isUnicode, lengthOf, precisionOf, scaleOf } from "./type-rules";

/** Families whose texts are cut without a word. */
const cutFamilies: ReadonlySet<string> = new Set(["text", "binary", "xml", "temporal"]);

/** Any value as text of type `to`. */
export function toText(value: Exclude<SqlValue, null>, from: SqlType, to: SqlType, context: ConversionContext): string {
  const text = plainText(value, from, to, context);
  const limit = lengthOf(to);
  if (text.length > limit && !cutFamilies.has(family(from)))
    return fitText(insteadOf(value, from, to), to, context.collation);
  return fitText(text, to, context.collation);
}

/**
 * What stands for a text that is too long: `*` for int and smaller in a non-Unicode type; everything else fails ("CAST and CONVERT", truncating and
 * rounding results).
 */
function insteadOf(value: Exclude<SqlValue, null>, from: SqlType, to: SqlType): string {
  switch (family(from)) {
    case "integer":
      if (!isUnicode(to) && from.name !== "bigint") return "*";
      throw overflow(to);
    case "guid":
      throw new SqlError(8170, "Insufficient result space to convert uniqueidentifier value to char.", 16, 2);
    case "float":
      throw outOfRange(to, value as number, 2);
    case "money":
      throw new SqlError(234, `There is insufficient result space to convert a money value to ${to.name}.`, 16, 2);
    default:
      throw new SqlError(8115, `Arithmetic overflow error converting numeric to data type ${to.name}.`, 16, 5);
  }
}

function plainText(value: Exclude<SqlValue, null>, from: SqlType, to: SqlType, context: ConversionContext): string {
  const { style, collation } = context;
  switch (family(from)) {
    case "bit":
      return value ? "1" : "0";
    case "float":
      return floatText(value as number, style);
    case "money":
      return moneyText(value as string, style);
    case "temporal":
      return momentText(momentOf(value as string, from), from, style);
    case "binary":
      return binaryText(value as Uint8Array, to, style ?? 0, collation);
    default:
      return String(value);
  }
}

/** Styles: 0 the bytes are the characters, 1 hexadecimal digits with 0x, 2 without. */
function binaryText(bytes: Uint8Array, to: SqlType, style: number, collation: Collation): string {
  const hex = Buffer.from(bytes).toString("hex").toUpperCase();
  if (style === 1) return `0x${hex}`;
  if (style === 2) return hex;
  const whole = isUnicode(to) && bytes.length % 2 === 1 ? Buffer.concat([bytes, Buffer.alloc(1)]) : Buffer.from(bytes);
  return isUnicode(to) ? whole.toString("utf16le") : collation.codePage.decode(bytes);
}

/** Cuts a text to the length of its type, replaces what its code page does not have, and pads fixed types with blanks. */
export function fitText(text: string, type: SqlType, collation: Collation): string {
  const limit = lengthOf(type);
  if (isUnicode(type)) {
    const cut = text.length > limit ? text.slice(0, limit) : text;
    return type.name === "nchar" ? cut.padEnd(limit, " ") : cut;
  }
  const cut = fitBytes(text, limit, collation);
  return type.name === "char" ? cut + " ".repeat(Math.max(0, limit - byteLength(cut, type, collation))) : cut;
}

function fitBytes(text: string, limit: number, collation: Collation): string {
  const bytes = collation.codePage.encode(text);
  if (bytes.length === text.length && bytes.length <= limit) return collation.codePage.decode(bytes);
  let result = "";
  let used = 0;
  for (const character of text) {
    const encoded = collation.codePage.encode(character);
    if (used + encoded.length > limit) break;
    used += encoded.length;
    result += collation.codePage.decode(encoded);
  }
  return result;
}

/** DATALENGTH of a text of this type. */
export function byteLength(text: string, type: SqlType, collation: Collation): number {
  return isUnicode(type) ? text.length * 2 : collation.codePage.encode(text).length;
}

/** Any value that SQL Server converts to binary. */
export function toBytes(
  value: Exclude<SqlValue, null>,
  from: SqlType,
  to: SqlType,
  context: ConversionContext,
): Uint8Array {
  const integer = family(from) === "integer" || family(from) === "bit";
  const bytes = plainBytes(value, from, context);
  const limit = lengthOf(to);
  // Numbers keep their last bytes and are filled from the left, everything else its first and from the right.
  if (bytes.length > limit)
    return Uint8Array.from(integer ? bytes.subarray(bytes.length - limit) : bytes.subarray(0, limit));
  if (to.name !== "binary" || bytes.length === limit) return Uint8Array.from(bytes);
  const filled = new Uint8Array(limit);
  filled.set(bytes, integer ? limit - bytes.length : 0);
  return filled;
}

function plainBytes(value: Exclude<SqlValue, null>, from: SqlType, context: ConversionContext): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (family(from) === "text" || family(from) === "xml") {
    const text = value as string;
    if (context.style === 1 || context.style === 2) return hexBytes(text, context.style);
    return isUnicode(from) ? Buffer.from(text, "utf16le") : context.collation.codePage.encode(text);
  }
  if (family(from) === "guid") return guidBytes(value as string);
  if (family(from) === "float") return floatBytes(value as number, from.name === "real" ? 4 : 8);
  if (family(from) === "decimal") return decimalValueBytes(unitsOf(value as string), precisionOf(from), scaleOf(from));
  const sizes: Readonly<Record<string, number>> = { bit: 1, tinyint: 1, smallint: 2, int: 4, bigint: 8 };
  if (family(from) === "money")
    return integerBytes(BigInt((value as string).replace(".", "")), from.name === "money" ? 8 : 4);
  return integerBytes(BigInt(value), sizes[from.name]!);
}

function hexBytes(text: string, style: 1 | 2): Buffer {
  const digits = style === 1 ? text.replace(/^0x/i, "") : text;
  const valid = /^(?:[0-9a-f]{2})*$/i.test(digits) && (style === 2 || /^0x/i.test(text));
  if (!valid) throw new SqlError(8114, "Error converting data type varchar to varbinary.");
  return Buffer.from(digits, "hex");
}
