/** A growing buffer with the little-endian primitives of TDS (MS-TDS 2.2.5). */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A view of what was written; valid until the next write. */
  view(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  uint8(value: number): this {
    this.#reserve(1);
    this.#length = this.#buffer.writeUInt8(value, this.#length);
    return this;
  }

  uint16(value: number): this {
    this.#reserve(2);
    this.#length = this.#buffer.writeUInt16LE(value, this.#length);
    return this;
  }

  int16(value: number): this {
    this.#reserve(2);
    this.#length = this.#buffer.writeInt16LE(value, this.#length);
    return this;
  }

  uint32(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeUInt32LE(value, this.#length);
    return this;
  }

  int32(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeInt32LE(value, this.#length);
    return this;
  }

  uint64(value: bigint): this {
    this.#reserve(8);
    this.#length = this.#buffer.writeBigUInt64LE(value, this.#length);
    return this;
  }

  int64(value: bigint): this {
    this.#reserve(8);
    this.#length = this.#buffer.writeBigInt64LE(value, this.#length);
    return this;
  }

  float32(value: number): this {
    this.#reserve(4);
    this.#length = this.#buffer.writeFloatLE(value, this.#length);
    return this;
  }

  float64(value: number): this {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
    return this;
  }

  /** An unsigned integer of up to six bytes. */
  uintN(value: number, size: number): this {
    this.#reserve(size);
    this.#length = this.#buffer.writeUIntLE(value, this.#length, size);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    return this;
  }

  ucs2(text: string): this {
    this.#reserve(text.length * 2);
    this.#length += this.#buffer.write(text, this.#length, "utf16le");
    return this;
  }

  /** B_VARCHAR: one byte of length in characters. */
  shortText(text: string): this {
    return this.uint8(text.length).ucs2(text);
  }

  /** US_VARCHAR: two bytes of length in characters. */
  longText(text: string): this {
    return this.uint16(text.length).ucs2(text);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + count));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
