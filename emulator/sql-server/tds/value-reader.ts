import type { SqlType, SqlValue } from "../../data/sql-value";
import { notPlayed } from "../syntax/token-cursor";
import { codePage } from "../values/code-page";
import { decimalText } from "../values/decimal";
import { atOffset, days1900 } from "../values/moment";
import { sized } from "../values/type-rules";
import { type ByteReader, ProtocolError } from "./byte-reader";
import { readPlain, stored } from "./plain-value";
import { typeToken } from "./wire-type";

export interface TypedValue {
  readonly type: SqlType;
  readonly value: SqlValue;
}

/** A type, and how its values are read. */
export interface WireValues {
  readonly type: SqlType;
  read(): SqlValue;
}

/** Reads TYPE_INFO and the value behind it, as they stand in an RPC parameter. @throws ProtocolError or SqlError 50501 */
export function readTypedValue(reader: ByteReader): TypedValue {
  const { type, read } = readType(reader);
  return { type, value: read() };
}

/** Reads TYPE_INFO. @throws ProtocolError or SqlError 50501 */
export function readType(reader: ByteReader): WireValues {
  const token = reader.uint8();
  switch (token) {
    case typeToken.null:
      return { type: { name: "nvarchar", length: 1 }, read: () => null };
    case typeToken.intN:
      return ofLength(reader, { 1: "tinyint", 2: "smallint", 4: "int", 8: "bigint" });
    case typeToken.bitN:
      return ofLength(reader, { 1: "bit" });
    case typeToken.floatN:
      return ofLength(reader, { 4: "real", 8: "float" });
    case typeToken.moneyN:
      return ofLength(reader, { 4: "smallmoney", 8: "money" });
    case typeToken.dateTimeN:
      return ofLength(reader, { 4: "smalldatetime", 8: "datetime" });
    case typeToken.uniqueIdentifier:
      return ofLength(reader, { 16: "uniqueidentifier" });
    case typeToken.decimalN:
    case typeToken.numericN:
      return readDecimal(reader);
    case typeToken.date:
    case typeToken.time:
    case typeToken.datetime2:
    case typeToken.datetimeOffset:
      return readNewDate(reader, token);
    case typeToken.variant:
    case typeToken.udt:
    case typeToken.table:
      throw notPlayed("A parameter of type sql_variant, table or of a CLR type");
    default:
      return readFixed(reader, token) ?? readCharacters(reader, token);
  }
}

type Name = SqlType["name"];

/** The types of old clients that have no length because they are never NULL. */
function readFixed(reader: ByteReader, token: number): WireValues | undefined {
  const fixed: Readonly<Record<number, readonly [Name, number]>> = {
    [typeToken.tinyInt]: ["tinyint", 1],
    [typeToken.bit]: ["bit", 1],
    [typeToken.smallInt]: ["smallint", 2],
    [typeToken.int]: ["int", 4],
    [typeToken.bigInt]: ["bigint", 8],
    [typeToken.real]: ["real", 4],
    [typeToken.float]: ["float", 8],
    [typeToken.smallMoney]: ["smallmoney", 4],
    [typeToken.money]: ["money", 8],
    [typeToken.smallDateTime]: ["smalldatetime", 4],
    [typeToken.datetime]: ["datetime", 8],
  };
  const found = fixed[token];
  return found && { type: { name: found[0] }, read: () => readPlain(reader, found[0]) };
}

/** A type whose declared length says which one it is, then the value's own length, 0 for NULL. */
function ofLength(reader: ByteReader, names: Readonly<Record<number, Name>>): WireValues {
  const name = names[reader.uint8()];
  if (name === undefined) throw new ProtocolError("a parameter's type has an impossible length");
  const read = () => {
    const length = reader.uint8();
    return length === 0 ? null : readPlain(reader, names[length] ?? name);
  };
  return { type: { name }, read };
}

function readDecimal(reader: ByteReader): WireValues {
  reader.uint8();
  const precision = reader.uint8();
  const scale = reader.uint8();
  const type: SqlType = { name: "decimal", precision, scale };
  const read = () => {
    const length = reader.uint8();
    if (length === 0) return null;
    const positive = reader.uint8() !== 0;
    let magnitude = 0n;
    for (const [index, byte] of reader.bytes(length - 1).entries()) magnitude |= BigInt(byte) << BigInt(8 * index);
    return decimalText(positive ? magnitude : -magnitude, scale);
  };
  return { type, read };
}

function readNewDate(reader: ByteReader, token: number): WireValues {
  const scale = token === typeToken.date ? 0 : reader.uint8();
  const name: Name =
    token === typeToken.date
      ? "date"
      : token === typeToken.time
        ? "time"
        : token === typeToken.datetime2
          ? "datetime2"
          : "datetimeoffset";
  const type: SqlType = name === "date" ? { name } : { name, scale };
  const read = () => {
    const length = reader.uint8();
    if (length === 0) return null;
    const behind = name === "time" ? 0 : name === "datetimeoffset" ? 5 : 3;
    const ticks = length > behind ? reader.uintN(length - behind) * 10 ** (7 - scale) : 0;
    const days = name === "time" ? days1900 : reader.uintN(3);
    const utc = { days, ticks, offsetMinutes: 0 };
    return stored(name === "datetimeoffset" ? atOffset(utc, reader.int16()) : utc, type);
  };
  return { type, read };
}

const maxLength = 0xffff;

function readCharacters(reader: ByteReader, token: number): WireValues {
  switch (token) {
    case typeToken.nVarChar:
    case typeToken.nChar: {
      const declaredLength = reader.uint16();
      reader.bytes(5);
      const type = sized("nvarchar", declaredLength === maxLength ? Number.POSITIVE_INFINITY : declaredLength / 2);
      return { type, read: () => readBytes(reader, declaredLength)?.toString("utf16le") ?? null };
    }
    case typeToken.varChar:
    case typeToken.char: {
      const declaredLength = reader.uint16();
      const decode = decoder(reader.bytes(5));
      return {
        type: sized("varchar", declaredLength === maxLength ? Number.POSITIVE_INFINITY : declaredLength),
        read: () => decoded(readBytes(reader, declaredLength), decode),
      };
    }
    case typeToken.varBinary:
    case typeToken.binary: {
      const declaredLength = reader.uint16();
      return {
        type: sized("varbinary", declaredLength === maxLength ? Number.POSITIVE_INFINITY : declaredLength),
        read: () => decoded(readBytes(reader, declaredLength), (bytes) => Uint8Array.from(bytes)),
      };
    }
    case typeToken.varCharOld:
    case typeToken.charOld: {
      const length = reader.uint8();
      const read = () => {
        const used = reader.uint8();
        return used === 0xff ? null : codePage(1252).decode(reader.bytes(used));
      };
      return { type: { name: "varchar", length: Math.max(1, length) }, read };
    }
    case typeToken.xml: {
      if (reader.uint8() !== 0) throw notPlayed("XML with a schema");
      return { type: { name: "xml" }, read: () => readParts(reader)?.toString("utf16le") ?? null };
    }
    default:
      return readBlob(reader, token);
  }
}

function readBytes(reader: ByteReader, declaredLength: number): Buffer | null {
  if (declaredLength === maxLength) return readParts(reader);
  const length = reader.uint16();
  return length === 0xffff ? null : reader.bytes(length);
}

/** Partially length-prefixed bytes (MS-TDS 2.2.5.2.3). */
function readParts(reader: ByteReader): Buffer | null {
  if (reader.uint64() === 0xffff_ffff_ffff_ffffn) return null;
  const parts: Buffer[] = [];
  for (let length = reader.uint32(); length > 0; length = reader.uint32()) parts.push(reader.bytes(length));
  return Buffer.concat(parts);
}

function readBlob(reader: ByteReader, token: number): WireValues {
  if (token !== typeToken.text && token !== typeToken.nText && token !== typeToken.image)
    throw new ProtocolError(`the type 0x${token.toString(16)} is no type of a parameter`);
  reader.uint32();
  const decode = token === typeToken.image ? undefined : decoder(reader.bytes(5));
  const read = () => {
    const length = reader.int32();
    return length < 0 ? null : reader.bytes(length);
  };
  if (token === typeToken.image)
    return {
      type: { name: "varbinary", length: "max" },
      read: () => decoded(read(), (bytes) => Uint8Array.from(bytes)),
    };
  if (token === typeToken.nText)
    return { type: { name: "nvarchar", length: "max" }, read: () => read()?.toString("utf16le") ?? null };
  return { type: { name: "varchar", length: "max" }, read: () => decoded(read(), decode!) };
}

function decoded(bytes: Buffer | null, decode: (bytes: Buffer) => SqlValue): SqlValue {
  return bytes && decode(bytes);
}

const codePages: Readonly<Record<number, number>> = { 2052: 936, 1028: 950, 1041: 932, 1042: 949, 1049: 1251 };

/** Decodes with the code page of a parameter's collation. */
function decoder(collation: Buffer): (bytes: Buffer) => string {
  const isUtf8 = (collation.readUInt8(3) & 0x04) !== 0;
  if (isUtf8) return (bytes) => bytes.toString("utf8");
  const page = collation.readUInt8(4) === 0 ? (codePages[collation.readUInt16LE(0)] ?? 1252) : 1252;
  return (bytes) => codePage(page).decode(bytes);
}
