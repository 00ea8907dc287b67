import type { SqlType, SqlValue } from "../../data/sql-value";
import { guidBytes } from "../values/binary-value";
import type { Collation } from "../values/collation";
import { unitsOf } from "../values/decimal";
import { atOffset, days1900, momentOf, ticksPerMinute, ticksPerSecond } from "../values/moment";
import { momentText } from "../values/moment-text";
import { family, isUnicode, scaleOf } from "../values/type-rules";
import type { ByteWriter } from "./byte-writer";
import type { TdsVersion } from "./tds-version";
import { timeBytes, type WireType, wireType } from "./wire-type";

/** Writes one value as it stands in a ROW or RETURNVALUE (MS-TDS 2.2.5.5). */
export type ValueWriter = (writer: ByteWriter, value: SqlValue) => void;

/** TEXTPTR and a timestamp: clients skip them, but they must be there. */
const textPointer = Buffer.concat([Buffer.from([16]), Buffer.alloc(16, 0x2a), Buffer.alloc(8)]);

export function valueWriter(type: SqlType, version: TdsVersion, collation: Collation): ValueWriter {
  const wire = wireType(type, version);
  const bytes = bytesOf(type, wire, collation);
  switch (wire.form) {
    case "short":
      return shortWriter(type, wire);
    case "long":
      return (writer, value) => {
        if (value === null) return void writer.uint16(0xffff);
        const encoded = bytes(value);
        writer.uint16(encoded.length).bytes(encoded);
      };
    case "plp":
      return (writer, value) => {
        if (value === null) return void writer.uint64(0xffff_ffff_ffff_ffffn);
        const encoded = bytes(value);
        writer.uint64(BigInt(encoded.length));
        if (encoded.length > 0) writer.uint32(encoded.length).bytes(encoded);
        writer.uint32(0);
      };
    case "blob":
      return (writer, value) => {
        if (value === null) return void writer.uint8(0);
        const encoded = bytes(value);
        writer.bytes(textPointer).uint32(encoded.length).bytes(encoded);
      };
  }
}

function bytesOf(type: SqlType, wire: WireType, collation: Collation): (value: Exclude<SqlValue, null>) => Uint8Array {
  if (family(type) === "temporal")
    return (value) => Buffer.from(momentText(momentOf(value as string, type), type, 121), "utf16le");
  if (family(wire.as) === "binary") return (value) => value as Uint8Array;
  if (isUnicode(wire.as)) return (value) => Buffer.from(value as string, "utf16le");
  return (value) => collation.codePage.encode(value as string);
}

function shortWriter(type: SqlType, wire: WireType): ValueWriter {
  const write = fixedWriter(type, wire.length);
  return (writer, value) => {
    if (value === null) return void writer.uint8(0);
    writer.uint8(wire.length);
    write(writer, value);
  };
}

function fixedWriter(type: SqlType, length: number): (writer: ByteWriter, value: Exclude<SqlValue, null>) => void {
  switch (type.name) {
    case "bit":
      return (writer, value) => writer.uint8(value ? 1 : 0);
    case "tinyint":
      return (writer, value) => writer.uint8(value as number);
    case "smallint":
      return (writer, value) => writer.int16(value as number);
    case "int":
      return (writer, value) => writer.int32(value as number);
    case "bigint":
      return (writer, value) => writer.int64(value as bigint);
    case "float":
      return (writer, value) => writer.float64(value as number);
    case "real":
      return (writer, value) => writer.float32(value as number);
    case "smallmoney":
      return (writer, value) => writer.int32(Number(unitsOf(value as string)));
    case "money":
      return (writer, value) => writeMoney(writer, unitsOf(value as string));
    case "decimal":
    case "numeric":
      return (writer, value) => writeDecimal(writer, unitsOf(value as string), length);
    case "uniqueidentifier":
      return (writer, value) => writer.bytes(guidBytes(value as string));
    default:
      return (writer, value) => writeMoment(writer, value as string, type);
  }
}

/** The high half first. */
function writeMoney(writer: ByteWriter, units: bigint): void {
  writer.int32(Number(units >> 32n)).uint32(Number(units & 0xffff_ffffn));
}

/** A sign and the magnitude in whole groups of four bytes. */
function writeDecimal(writer: ByteWriter, units: bigint, length: number): void {
  writer.uint8(units < 0n ? 0 : 1);
  let magnitude = units < 0n ? -units : units;
  for (let written = 1; written < length; written += 4) {
    writer.uint32(Number(magnitude & 0xffff_ffffn));
    magnitude >>= 32n;
  }
}

function writeMoment(writer: ByteWriter, text: string, type: SqlType): void {
  const local = momentOf(text, type);
  // datetimeoffset travels in UTC, with its offset behind.
  const { days, ticks } = atOffset(local, 0);
  const scale = scaleOf(type);
  switch (type.name) {
    case "datetime":
      writer.int32(days - days1900).uint32(Math.round((ticks * 300) / ticksPerSecond));
      return;
    case "smalldatetime":
      writer.uint16(days - days1900).uint16(Math.round(ticks / ticksPerMinute));
      return;
    case "date":
      writer.uintN(days, 3);
      return;
    default:
      writer.uintN(Math.round(ticks / 10 ** (7 - scale)), timeBytes(scale));
      if (type.name !== "time") writer.uintN(days, 3);
      if (type.name === "datetimeoffset") writer.int16(local.offsetMinutes);
  }
}
