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

/** IEEE 754, big-endian. */
export function floatBytes(value: number, single: boolean): Buffer {
  const bytes = Buffer.alloc(single ? 4 : 8);
  if (single) bytes.writeFloatBE(value);
  else bytes.writeDoubleBE(value);
  return bytes;
}

/** The last `size` bytes as a signed integer. */
export function integerOf(bytes: Uint8Array, size: number): bigint {
  const last = Buffer.from(bytes).subarray(-size);
  let value = 0n;
  for (const byte of last) value = (value << 8n) | BigInt(byte);
  return last.length === 8 || last.length === size ? BigInt.asIntN(size * 8, value) : value;
}
