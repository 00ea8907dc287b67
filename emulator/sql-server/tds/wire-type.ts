import type { SqlType } from "../../data/sql-value";
import { decimalBytes } from "../engine/catalog/physical-type";
import { scaleOf } from "../values/type-rules";
import type { TdsVersion } from "./tds-version";

/** Data type tokens (MS-TDS 2.2.5.4). */
export const typeToken = {
  null: 0x1f,
  image: 0x22,
  text: 0x23,
  uniqueIdentifier: 0x24,
  varBinaryOld: 0x25,
  intN: 0x26,
  varCharOld: 0x27,
  date: 0x28,
  time: 0x29,
  datetime2: 0x2a,
  datetimeOffset: 0x2b,
  binaryOld: 0x2d,
  charOld: 0x2f,
  tinyInt: 0x30,
  bit: 0x32,
  smallInt: 0x34,
  int: 0x38,
  smallDateTime: 0x3a,
  real: 0x3b,
  money: 0x3c,
  datetime: 0x3d,
  float: 0x3e,
  variant: 0x62,
  nText: 0x63,
  bitN: 0x68,
  decimalN: 0x6a,
  numericN: 0x6c,
  floatN: 0x6d,
  moneyN: 0x6e,
  dateTimeN: 0x6f,
  smallMoney: 0x7a,
  bigInt: 0x7f,
  varBinary: 0xa5,
  varChar: 0xa7,
  binary: 0xad,
  char: 0xaf,
  nVarChar: 0xe7,
  nChar: 0xef,
  udt: 0xf0,
  xml: 0xf1,
  table: 0xf3,
} as const;

/**
 * How a value goes over the wire. `short`: one byte of length. `long`: two bytes. `plp`: in parts, for (max) types from 7.2 on.
 * `blob`: text, ntext and image with a text pointer.
 */
export type WireForm = "short" | "long" | "plp" | "blob";

/** A column's type as a client of this version is told it; dates that 7.2 does not know travel as texts, as SQL Server does it. */
export interface WireType {
  readonly token: number;
  readonly form: WireForm;
  /** The type whose values are written; not the column's own for old clients. */
  readonly as: SqlType;
  /** Bytes of the longest value. */
  readonly length: number;
}

const integerBytes: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, int: 4, bigint: 8 };
const plpLength = 0xffff;
const blobLength = 0x7fffffff;

export function wireType(type: SqlType, version: TdsVersion): WireType {
  switch (type.name) {
    case "bit":
      return short(typeToken.bitN, type, 1);
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return short(typeToken.intN, type, integerBytes[type.name]!);
    case "decimal":
    case "numeric":
      return short(
        type.name === "decimal" ? typeToken.decimalN : typeToken.numericN,
        type,
        decimalBytes(type.precision ?? 18),
      );
    case "money":
    case "smallmoney":
      return short(typeToken.moneyN, type, type.name === "money" ? 8 : 4);
    case "float":
    case "real":
      return short(typeToken.floatN, type, type.name === "float" ? 8 : 4);
    case "datetime":
    case "smalldatetime":
      return short(typeToken.dateTimeN, type, type.name === "datetime" ? 8 : 4);
    case "uniqueidentifier":
      return short(typeToken.uniqueIdentifier, type, 16);
    case "date":
    case "time":
    case "datetime2":
    case "datetimeoffset":
      return version >= 73
        ? newDate(type)
        : long(typeToken.nVarChar, { name: "nvarchar", length: dateTextLength(type) }, dateTextLength(type) * 2);
    default:
      return characterOrBinary(type, version);
  }
}

function short(token: number, as: SqlType, length: number): WireType {
  return { token, form: "short", as, length };
}

function long(token: number, as: SqlType, length: number): WireType {
  return { token, form: "long", as, length };
}

function newDate(type: SqlType): WireType {
  const fraction = timeBytes(scaleOf(type));
  switch (type.name) {
    case "date":
      return short(typeToken.date, type, 3);
    case "time":
      return short(typeToken.time, type, fraction);
    case "datetime2":
      return short(typeToken.datetime2, type, fraction + 3);
    default:
      return short(typeToken.datetimeOffset, type, fraction + 5);
  }
}

/** Bytes of a time of day by its scale (MS-TDS 2.2.5.5.1.8). */
export function timeBytes(scale: number): number {
  return scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
}

function dateTextLength(type: SqlType): number {
  const lengths: Readonly<Record<string, number>> = { date: 10, time: 16, datetime2: 27, datetimeoffset: 34 };
  return lengths[type.name]!;
}

function characterOrBinary(type: SqlType, version: TdsVersion): WireType {
  const size = type.length === "max" ? undefined : (type.length ?? 1);
  switch (type.name) {
    case "nvarchar":
    case "nchar":
      if (size === undefined) return unlimited(typeToken.nVarChar, typeToken.nText, type, version);
      return long(type.name === "nchar" ? typeToken.nChar : typeToken.nVarChar, type, size * 2);
    case "varchar":
    case "char":
      if (size === undefined) return unlimited(typeToken.varChar, typeToken.text, type, version);
      return long(type.name === "char" ? typeToken.char : typeToken.varChar, type, size);
    case "varbinary":
    case "binary":
      if (size === undefined) return unlimited(typeToken.varBinary, typeToken.image, type, version);
      return long(type.name === "binary" ? typeToken.binary : typeToken.varBinary, type, size);
    case "rowversion":
      return long(typeToken.binary, { name: "binary", length: 8 }, 8);
    case "text":
      return { token: typeToken.text, form: "blob", as: type, length: blobLength };
    case "ntext":
      return { token: typeToken.nText, form: "blob", as: type, length: blobLength };
    case "image":
      return { token: typeToken.image, form: "blob", as: type, length: blobLength };
    default:
      return version >= 72
        ? { token: typeToken.xml, form: "plp", as: type, length: plpLength }
        : { token: typeToken.nText, form: "blob", as: { name: "ntext" }, length: blobLength };
  }
}

function unlimited(token: number, oldToken: number, as: SqlType, version: TdsVersion): WireType {
  if (version >= 72) return { token, form: "plp", as, length: plpLength };
  return { token: oldToken, form: "blob", as, length: blobLength };
}
