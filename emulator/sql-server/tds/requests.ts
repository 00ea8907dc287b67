import { ByteReader, ProtocolError } from "./byte-reader";
import type { TdsVersion } from "./tds-version";
import { readTypedValue, type TypedValue } from "./value-reader";

/** ALL_HEADERS stands before requests from 7.2 on; nothing in it matters to a server with one session per connection. */
function skipHeaders(reader: ByteReader, version: TdsVersion): void {
  if (version < 72) return;
  const length = reader.uint32();
  if (length < 4) throw new ProtocolError("ALL_HEADERS is too short");
  reader.bytes(length - 4);
}

/** The text of an SQL batch (MS-TDS 2.2.6.7). */
export function readBatch(payload: Buffer, version: TdsVersion): string {
  const reader = new ByteReader(payload);
  skipHeaders(reader, version);
  return reader.rest().toString("utf16le");
}

export interface RpcParameter extends TypedValue {
  /** With its `@`; empty for one given by its place. */
  readonly name: string;
  readonly output: boolean;
}

export interface RpcCall {
  readonly procedure: string;
  readonly parameters: readonly RpcParameter[];
}

/** Procedures that clients call by number (MS-TDS 2.2.6.6). */
const procedures: Readonly<Record<number, string>> = {
  1: "sp_cursor",
  2: "sp_cursoropen",
  3: "sp_cursorprepare",
  4: "sp_cursorexecute",
  5: "sp_cursorprepexec",
  6: "sp_cursorunprepare",
  7: "sp_cursorfetch",
  8: "sp_cursoroption",
  9: "sp_cursorclose",
  10: "sp_executesql",
  11: "sp_prepare",
  12: "sp_execute",
  13: "sp_prepexec",
  14: "sp_prepexecrpc",
  15: "sp_unprepare",
};

const outputFlag = 0x01;
const batchSeparators = [0x80, 0xfe, 0xff];

/** The procedure calls of one message: drivers may send several at once. */
export function readRpc(payload: Buffer, version: TdsVersion): RpcCall[] {
  const reader = new ByteReader(payload);
  skipHeaders(reader, version);
  const calls: RpcCall[] = [];
  while (!reader.atEnd) {
    const length = reader.uint16();
    const procedure = length === 0xffff ? (procedures[reader.uint16()] ?? "an unknown procedure") : reader.ucs2(length);
    reader.uint16();
    const parameters: RpcParameter[] = [];
    while (!reader.atEnd && !batchSeparators.includes(reader.peek())) {
      const name = reader.shortText();
      const output = (reader.uint8() & outputFlag) !== 0;
      parameters.push({ name, output, ...readTypedValue(reader) });
    }
    if (!reader.atEnd) reader.uint8();
    calls.push({ procedure, parameters });
  }
  return calls;
}

export type TransactionRequest = "begin" | "commit" | "rollback" | "save" | "other";

/** A transaction manager request (MS-TDS 2.2.6.9); `next` says that COMMIT or ROLLBACK begins another one. */
export function readTransactionRequest(
  payload: Buffer,
  version: TdsVersion,
): { readonly request: TransactionRequest; readonly named: boolean; readonly next: boolean } {
  const reader = new ByteReader(payload);
  skipHeaders(reader, version);
  const kinds: Readonly<Record<number, TransactionRequest>> = { 5: "begin", 7: "commit", 8: "rollback", 9: "save" };
  const request = kinds[reader.uint16()] ?? "other";
  if (request !== "commit" && request !== "rollback") return { request, named: false, next: false };
  const nameBytes = reader.uint8();
  reader.bytes(nameBytes);
  const flags = reader.atEnd ? 0 : reader.uint8();
  return { request, named: nameBytes > 0, next: (flags & 0x01) !== 0 };
}
