import type { ByteWriter } from "./byte-writer";
import type { TdsVersion } from "./tds-version";

export const doneToken = { done: 0xfd, doneProc: 0xfe, doneInProc: 0xff } as const;
export const doneStatus = { more: 0x01, error: 0x02, inTransaction: 0x04, count: 0x10, attention: 0x20 } as const;
export const environment = {
  database: 1,
  language: 2,
  packetSize: 4,
  collation: 7,
  begin: 8,
  commit: 9,
  rollback: 10,
  reset: 18,
} as const;

/** DONE, DONEPROC, DONEINPROC (MS-TDS 2.2.7.6 and following). The command is not told: no client that we know reads it. */
export function writeDone(
  writer: ByteWriter,
  token: number,
  status: number,
  rowCount: number,
  version: TdsVersion,
): void {
  writer.uint8(token).uint16(status).uint16(0);
  if (version >= 72) writer.uint64(BigInt(rowCount));
  else writer.uint32(rowCount);
}

export interface ServerMessage {
  readonly number: number;
  readonly state: number;
  readonly severity: number;
  readonly text: string;
  readonly line: number;
}

/** ERROR or INFO (MS-TDS 2.2.7.10, 2.2.7.13). */
export function writeMessage(
  writer: ByteWriter,
  kind: "error" | "info",
  message: ServerMessage,
  server: string,
  version: TdsVersion,
): void {
  const text = message.text.slice(0, 8000);
  const name = server.slice(0, 255);
  const bytes = 4 + 1 + 1 + 2 + text.length * 2 + 1 + name.length * 2 + 1 + (version >= 72 ? 4 : 2);
  writer.uint8(kind === "error" ? 0xaa : 0xab).uint16(bytes);
  writer
    .int32(message.number)
    .uint8(message.state & 0xff)
    .uint8(message.severity);
  writer.longText(text).shortText(name).shortText("");
  if (version >= 72) writer.uint32(message.line);
  else writer.uint16(message.line);
}

/** ENVCHANGE with texts (MS-TDS 2.2.7.9). */
export function writeTextChange(writer: ByteWriter, type: number, value: string, before: string): void {
  writer.uint8(0xe3).uint16(3 + (value.length + before.length) * 2);
  writer.uint8(type).shortText(value).shortText(before);
}

/** ENVCHANGE with bytes: collation and transactions. */
export function writeByteChange(writer: ByteWriter, type: number, value: Uint8Array, before: Uint8Array): void {
  writer.uint8(0xe3).uint16(3 + value.length + before.length);
  writer.uint8(type).uint8(value.length).bytes(value).uint8(before.length).bytes(before);
}

/** LOGINACK (MS-TDS 2.2.7.14). */
export function writeLoginAck(
  writer: ByteWriter,
  tdsVersion: number,
  server: { readonly major: number; readonly minor: number; readonly build: number },
): void {
  const program = "Microsoft SQL Server";
  writer
    .uint8(0xad)
    .uint16(1 + 4 + 1 + program.length * 2 + 4)
    .uint8(1);
  const tds = Buffer.alloc(4);
  tds.writeUInt32BE(tdsVersion);
  writer.bytes(tds).shortText(program);
  writer
    .uint8(server.major)
    .uint8(server.minor)
    .uint8(server.build >> 8)
    .uint8(server.build & 0xff);
}

export function writeReturnStatus(writer: ByteWriter, status: number): void {
  writer.uint8(0x79).int32(status);
}
