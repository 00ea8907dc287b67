import { notPlayed, parameterInvalid } from "./ots-error";
import { type ColumnValue, infMax, infMin, type KeyBound } from "./value";

/** Type bytes of PlainBuffer values. */
const variant = { integer: 0, double: 1, boolean: 2, string: 3, blob: 7, infMin: 9, infMax: 10, autoIncrement: 11 };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A value as it lies in cells and filters: type byte, then 8 bytes, 1 byte, or a 32-bit length and bytes; all little-endian. */
export function encodeVariant(value: ColumnValue): Buffer {
  if (typeof value === "boolean") return Buffer.from([variant.boolean, value ? 1 : 0]);
  if (typeof value === "bigint" || typeof value === "number") {
    const bytes = Buffer.alloc(9);
    if (typeof value === "bigint") {
      bytes.writeUInt8(variant.integer);
      bytes.writeBigInt64LE(value, 1);
    } else {
      bytes.writeUInt8(variant.double);
      bytes.writeDoubleLE(value, 1);
    }
    return bytes;
  }
  const content = Buffer.from(value as string);
  const head = Buffer.alloc(5);
  head.writeUInt8(typeof value === "string" ? variant.string : variant.blob);
  head.writeUInt32LE(content.length, 1);
  return Buffer.concat([head, content]);
}

/** The reverse; key values of ranges may be open. @throws ServiceError OTSParameterInvalid */
export function decodeVariant(bytes: Buffer): ColumnValue | KeyBound {
  const type = bytes[0];
  switch (type) {
    case variant.integer:
      return sized(bytes, 9).readBigInt64LE(1);
    case variant.double:
      return sized(bytes, 9).readDoubleLE(1);
    case variant.boolean:
      return sized(bytes, 2)[1] !== 0;
    case variant.string:
      return text(content(bytes));
    case variant.blob:
      return Buffer.from(content(bytes));
    case variant.infMin:
      return infMin;
    case variant.infMax:
      return infMax;
    case variant.autoIncrement:
      throw notPlayed("auto-increment key columns");
    default:
      throw parameterInvalid("data format is invalid, unknown variant type occured.");
  }
}

/** @throws ServiceError OTSParameterInvalid when the bytes are no UTF-8 */
export function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw parameterInvalid(`Cell data broken, wrong string format, size: ${bytes.length}.`);
  }
}

function content(bytes: Buffer): Buffer {
  const length = bytes.length < 5 ? Number.NaN : bytes.readUInt32LE(1);
  return sized(bytes, 5 + length).subarray(5);
}

function sized(bytes: Buffer, length: number): Buffer {
  if (bytes.length === length) return bytes;
  throw parameterInvalid("Cell data broken, has more data in cell, but they can't be parsed.");
}
