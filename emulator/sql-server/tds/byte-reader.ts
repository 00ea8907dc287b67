/** The client sent something that is not TDS; the connection is closed, as SQL Server does. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
}

/** Reads a message of TDS from its start; every read past its end is a ProtocolError. */
export class ByteReader {
  #position = 0;

  constructor(readonly buffer: Buffer) {}

  get position(): number {
    return this.#position;
  }

  get atEnd(): boolean {
    return this.#position >= this.buffer.length;
  }

  uint8(): number {
    return this.buffer.readUInt8(this.#take(1));
  }

  peek(): number {
    if (this.atEnd) throw new ProtocolError("the message ends too early");
    return this.buffer.readUInt8(this.#position);
  }

  int16(): number {
    return this.buffer.readInt16LE(this.#take(2));
  }

  uint16(): number {
    return this.buffer.readUInt16LE(this.#take(2));
  }

  int32(): number {
    return this.buffer.readInt32LE(this.#take(4));
  }

  uint32(): number {
    return this.buffer.readUInt32LE(this.#take(4));
  }

  int64(): bigint {
    return this.buffer.readBigInt64LE(this.#take(8));
  }

  uint64(): bigint {
    return this.buffer.readBigUInt64LE(this.#take(8));
  }

  float32(): number {
    return this.buffer.readFloatLE(this.#take(4));
  }

  float64(): number {
    return this.buffer.readDoubleLE(this.#take(8));
  }

  /** @param size 1 to 6 bytes, what a number holds exactly */
  uintN(size: number): number {
    if (size < 1 || size > 6) throw new ProtocolError(`a number of ${size} bytes`);
    return this.buffer.readUIntLE(this.#take(size), size);
  }

  bytes(count: number): Buffer {
    const start = this.#take(count);
    return this.buffer.subarray(start, start + count);
  }

  ucs2(characters: number): string {
    return this.bytes(characters * 2).toString("utf16le");
  }

  shortText(): string {
    return this.ucs2(this.uint8());
  }

  rest(): Buffer {
    return this.bytes(this.buffer.length - this.#position);
  }

  #take(count: number): number {
    const start = this.#position;
    if (start + count > this.buffer.length) throw new ProtocolError("the message ends too early");
    this.#position += count;
    return start;
  }
}
