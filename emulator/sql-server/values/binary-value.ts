/** Byte orders of SQL Server: integers big-endian, uniqueidentifier with its first three groups little-endian. */
export function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll("-", ""), "hex");
  return Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ]);
}

export function guidText(bytes: Uint8Array): string {
  const source = Buffer.from(bytes);
  const group = (start: number, end: number, reversed: boolean) => {
    const part = Buffer.from(source.subarray(start, end));
    return (reversed ? part.reverse() : part).toString("hex").toUpperCase();
  };
  return [group(0, 4, true), group(4, 6, true), group(6, 8, true), group(8, 10, false), group(10, 16, false)].join("-");
}

/** A text by which uniqueidentifiers sort as SQL Server sorts them: the last group first, then each group before it. */
export function guidSortKey(guid: string): string {
  const [first = "", second = "", third = "", fourth = "", last = ""] = guid.split("-");
  const reversed = (hex: string) => Buffer.from(hex, "hex").reverse().toString("hex");
  return `${last}${fourth}${reversed(third)}${reversed(second)}${reversed(first)}`.toUpperCase();
}

export function integerBytes(value: bigint, size: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes.subarray(8 - size);
}

/** The last `size` bytes as a signed integer. */
export function integerOf(bytes: Uint8Array, size: number): bigint {
  const last = Buffer.from(bytes).subarray(-size);
  let value = 0n;
  for (const byte of last) value = (value << 8n) | BigInt(byte);
  return last.length === 8 || last.length === size ? BigInt.asIntN(size * 8, value) : value;
}

export function floatBytes(value: number, size: 4 | 8): Buffer {
  const bytes = Buffer.alloc(size);
  if (size === 4) bytes.writeFloatBE(value);
  else bytes.writeDoubleBE(value);
  return bytes;
}

/** decimal as varbinary: precision, scale, 0, the sign (1 for positive), then the digits' magnitude, lowest byte first. */
export function decimalValueBytes(units: bigint, precision: number, scale: number): Buffer {
  const groups = precision <= 9 ? 1 : precision <= 19 ? 2 : precision <= 28 ? 3 : 4;
  const bytes = Buffer.alloc(4 + groups * 4);
  bytes.set([precision, scale, 0, units < 0n ? 0 : 1]);
  let magnitude = units < 0n ? -units : units;
  for (let index = 4; index < bytes.length; index++, magnitude >>= 8n) bytes[index] = Number(magnitude & 0xffn);
  return bytes;
}
