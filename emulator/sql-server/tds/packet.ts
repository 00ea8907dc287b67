import { ProtocolError } from "./byte-reader";

/** Packet types (MS-TDS 2.2.3.1.1). */
export const packetType = {
  sqlBatch: 0x01,
  rpc: 0x03,
  response: 0x04,
  attention: 0x06,
  bulkLoad: 0x07,
  transactionManager: 0x0e,
  login7: 0x10,
  sspi: 0x11,
  prelogin: 0x12,
} as const;

/** Bytes of a packet, header included, unless a login agrees on others. */
export const standardPacketSize = 4096;
const headerBytes = 8;
const endOfMessage = 0x01;
const ignoreMessage = 0x02;
const resetConnection = 0x08;
const resetConnectionKeepTransaction = 0x10;
const messageBytesMax = 64 * 1024 * 1024;

/** A message put together from its packets. */
export interface Message {
  readonly type: number;
  readonly payload: Buffer;
  /** A pooled connection is handed on: the session starts afresh before this request. */
  readonly reset: "no" | "all" | "keep-transaction";
  /** The client took the request back while sending it: it is answered, but not run (MS-TDS 2.2.3.1.2, "ignore this event"). */
  readonly ignored: boolean;
}

/** Cuts the byte stream of a client into messages. */
export class MessageReader {
  #pending: Buffer = Buffer.alloc(0);
  #parts: Buffer[] = [];
  #reset: Message["reset"] = "no";

  /** @throws ProtocolError when the bytes are no TDS packets or a message is longer than 64 MB */
  *feed(chunk: Buffer): Generator<Message> {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    while (this.#pending.length >= headerBytes) {
      const type = this.#pending.readUInt8(0);
      const status = this.#pending.readUInt8(1);
      const length = this.#pending.readUInt16BE(2);
      if (length < headerBytes || !isKnownType(type)) throw new ProtocolError("not a TDS packet");
      if (this.#pending.length < length) return;
      this.#parts.push(this.#pending.subarray(headerBytes, length));
      this.#pending = this.#pending.subarray(length);
      if (status & resetConnection) this.#reset = "all";
      if (status & resetConnectionKeepTransaction) this.#reset = "keep-transaction";
      if (this.#parts.reduce((sum, part) => sum + part.length, 0) > messageBytesMax)
        throw new ProtocolError("the message is too long");
      if (!(status & endOfMessage)) continue;
      const ignored = (status & ignoreMessage) !== 0;
      const message: Message = { type, payload: Buffer.concat(this.#parts), reset: this.#reset, ignored };
      this.#parts = [];
      this.#reset = "no";
      yield message;
    }
  }
}

function isKnownType(type: number): boolean {
  return (Object.values(packetType) as number[]).includes(type);
}

/** One packet of a response. */
export function responsePacket(payload: Uint8Array, packetId: number, last: boolean): Buffer {
  return packet(packetType.response, payload, packetId, last);
}

function packet(type: number, payload: Uint8Array, packetId: number, last: boolean): Buffer {
  const packet = Buffer.allocUnsafe(headerBytes + payload.length);
  packet.writeUInt8(type, 0);
  packet.writeUInt8(last ? endOfMessage : 0, 1);
  packet.writeUInt16BE(packet.length, 2);
  packet.writeUInt16BE(0, 4);
  packet.writeUInt8(packetId & 0xff, 6);
  packet.writeUInt8(0, 7);
  packet.set(payload, headerBytes);
  return packet;
}

/** A whole message of the server in packets of the size that holds before a login. */
export function packets(type: number, payload: Uint8Array): Buffer[] {
  const size = packetPayloadBytes(standardPacketSize);
  const count = Math.max(1, Math.ceil(payload.length / size));
  return Array.from({ length: count }, (_, index) =>
    packet(type, payload.subarray(index * size, (index + 1) * size), index + 1, index === count - 1),
  );
}

export const packetPayloadBytes = (packetSize: number): number => packetSize - headerBytes;
