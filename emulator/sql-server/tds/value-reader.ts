import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { notPlayed } from "../syntax/token-cursor";
import { guidText } from "../values/binary-value";
import { codePage } from "../values/code-page";
import { decimalText } from "../values/decimal";
import { atOffset, days1900, storedMoment, ticksPerMinute, ticksPerSecond } from "../values/moment";
import { sized } from "../values/type-rules";
import { type ByteReader, ProtocolError } from "./byte-reader";
import { typeToken } from "./wire-type";

export interface TypedValue {
  readonly type: SqlType;
  readonly value: SqlValue;
}

/** Reads TYPE_INFO and the value behind it, as they stand in an RPC parameter. @throws ProtocolError or SqlError 50501 */
export function readTypedValue(reader: ByteReader): TypedValue {
  const token = reader.uint8();
  switch (token) {
    case typeToken.null:
      return { type: { name: "nvarchar", length: 1 }, value: null };
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
function readFixed(reader: ByteReader, token: number): TypedValue | undefined {
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
  return found && { type: { name: found[0] }, value: readPlain(reader, found[0]) };
}

/** A type whose declared length says which one it is, then the value's own length, 0 for NULL. */
function ofLength(reader: ByteReader, names: Readonly<Record<number, Name>>): TypedValue {
  const name = names[reader.uint8()];
  const length = reader.uint8();
  if (name === undefined) throw new ProtocolError("a parameter's type has an impossible length");
  return { type: { name }, value: length === 0 ? null : readPlain(reader, names[length] ?? name) };
}

function readPlain(reader: ByteReader, name: Name): SqlValue {
  switch (name) {
    case "tinyint":
      return reader.uint8();
    case "smallint":
      return reader.int16();
    case "int":
      return reader.int32();
    case "bigint":
      return reader.int64();
    case "bit":
      return reader.uint8() !== 0;
    case "real":
      return reader.float32();
    case "float":
      return reader.float64();
    case "smallmoney":
      return decimalText(BigInt(reader.int32()), 4);
    case "money": {
      const high = BigInt(reader.int32());
      return decimalText((high << 32n) | BigInt(reader.uint32()), 4);
    }
    case "smalldatetime": {
      const days = days1900 + reader.uint16();
      return stored({ days, ticks: reader.uint16() * ticksPerMinute, offsetMinutes: 0 }, { name });
    }
    case "datetime": {
      const days = days1900 + reader.int32();
      return stored({ days, ticks: Math.round((reader.uint32() * ticksPerSecond) / 300), offsetMinutes: 0 }, { name });
    }
    default:
      return guidText(reader.bytes(16));
  }
}

function stored(moment: Parameters<typeof storedMoment>[0], type: SqlType): string {
  const text = storedMoment(moment, type);
  if (text === undefined)
    throw new SqlError(
      8023,
      "The incoming tabular data stream (TDS) remote procedure call (RPC) protocol stream is incorrect. A parameter's value is out of range.",
    );
  return text;
}

function readDecimal(reader: ByteReader): TypedValue {
  reader.uint8();
  const precision = reader.uint8();
  const scale = reader.uint8();
  const type: SqlType = { name: "decimal", precision, scale };
  const length = reader.uint8();
  if (length === 0) return { type, value: null };
  const positive = reader.uint8() !== 0;
  let magnitude = 0n;
  for (const [index, byte] of reader.bytes(length - 1).entries()) magnitude |= BigInt(byte) << BigInt(8 * index);
  return { type, value: decimalText(positive ? magnitude : -magnitude, scale) };
}

function readNewDate(reader: ByteReader, token: number): TypedValue {
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
  const length = reader.uint8();
  if (length === 0) return { type, value: null };
  const behind = name === "time" ? 0 : name === "datetimeoffset" ? 5 : 3;
  const ticks = length > behind ? reader.uintN(length - behind) * 10 ** (7 - scale) : 0;
  const days = name === "time" ? days1900 : reader.uintN(3);
  const utc = { days, ticks, offsetMinutes: 0 };
  return { type, value: stored(name === "datetimeoffset" ? atOffset(utc, reader.int16()) : utc, type) };
}

const maxLength = 0xffff;

function readCharacters(reader: ByteReader, token: number): TypedValue {
  switch (token) {
    case typeToken.nVarChar:
    case typeToken.nChar: {
      const declaredLength = reader.uint16();
      reader.bytes(5);
      const bytes = readBytes(reader, declaredLength);
      const type = sized("nvarchar", declaredLength === maxLength ? Number.POSITIVE_INFINITY : declaredLength / 2);
      return { type, value: bytes === null ? null : bytes.toString("utf16le") };
    }
    case typeToken.varChar:
    case typeToken.char: {
      const declaredLength = reader.uint16();
      const decode = decoder(reader.bytes(5));
      const bytes = readBytes(reader, declaredLength);
      return {
        type: sized("varchar", declaredLength === maxLength ? Number.POSITIVE_INFINITY : declaredLength),
        value: bytes && decode(bytes),
      };
    }
    case typeToken.varBinary:
    case typeToken.binary: {
      const declaredLength = reader.uint16();
      const bytes = readBytes(reader, declaredLength);
      return {
        type: sized("varbinary", declaredLength === maxLength ? Number.POSITIVE_INFINITY : declaredLength),
        value: bytes && Uint8Array.from(bytes),
      };
    }
    case typeToken.varCharOld:
    case typeToken.charOld: {
      const length = reader.uint8();
      const used = reader.uint8();
      return {
        type: { name: "varchar", length: Math.max(1, length) },
        value: used === 0xff ? null : codePage(1252).decode(reader.bytes(used)),
      };
    }
    case typeToken.xml: {
      if (reader.uint8() !== 0) throw notPlayed("XML with a schema");
      const bytes = readParts(reader);
      return { type: { name: "xml" }, value: bytes === null ? null : bytes.toString("utf16le") };
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

function readBlob(reader: ByteReader, token: number): TypedValue {
  if (token !== typeToken.text && token !== typeToken.nText && token !== typeToken.image)
    throw new ProtocolError(`the type 0x${token.toString(16)} is no type of a parameter`);
  reader.uint32();
  const decode = token === typeToken.image ? undefined : decoder(reader.bytes(5));
  const length = reader.int32();
  const bytes = length < 0 ? null : reader.bytes(length);
  if (token === typeToken.image)
    return { type: { name: "varbinary", length: "max" }, value: bytes && Uint8Array.from(bytes) };
  if (token === typeToken.nText)
    return { type: { name: "nvarchar", length: "max" }, value: bytes === null ? null : bytes.toString("utf16le") };
  return { type: { name: "varchar", length: "max" }, value: bytes && decode!(bytes) };
}

const codePages: Readonly<Record<number, number>> = { 2052: 936, 1028: 950, 1041: 932, 1042: 949, 1049: 1251 };

/** Decodes with the code page of a parameter's collation. */
function decoder(collation: Buffer): (bytes: Buffer) => string {
  const isUtf8 = (collation.readUInt8(3) & 0x04) !== 0;
  if (isUtf8) return (bytes) => bytes.toString("utf8");
  const page = collation.readUInt8(4) === 0 ? (codePages[collation.readUInt16LE(0)] ?? 1252) : 1252;
  return (bytes) => codePage(page).decode(bytes);
}
