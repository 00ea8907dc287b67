import type { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import type { ResultColumn } from "../engine/compiled";
import type { ResultSink } from "../engine/result-sink";
import { type Collation, collationOf } from "../values/collation";
import { ByteWriter } from "./byte-writer";
import { writeColumnMetadata, writeTypeInfo, writeUserType } from "./column-metadata";
import { packetPayloadBytes, responsePacket } from "./packet";
import type { TdsVersion } from "./tds-version";
import {
  doneStatus,
  doneToken,
  environment,
  type ServerMessage,
  writeByteChange,
  writeDone,
  writeMessage,
  writeReturnStatus,
  writeTextChange,
} from "./tokens";
import { type ValueWriter, valueWriter } from "./value-writer";

/** What a response has to know about its connection. */
export interface ResponseContext {
  readonly version: TdsVersion;
  readonly packetSize: number;
  readonly serverName: string;
  /** The collation of the database in use. */
  collation(): Collation;
  /** Eight bytes that name the open transaction; undefined: none. */
  transactionDescriptor: Buffer | undefined;
  /** Transactions begun so far, to name the next one. */
  transactionsBegun: number;
}

const noTransaction = Buffer.alloc(8);

/** Builds the tokens of one response and hands them over in packets as they fill. */
export class Response implements ResultSink {
  readonly writer = new ByteWriter();
  #writers: ValueWriter[] = [];
  #packetId = 0;
  #failed = false;
  /** A DONE that is held back until it is known whether more follows. */
  #pendingDone: { readonly token: number; readonly status: number; readonly rowCount: number } | undefined;

  /** @param statementDone DONE in a batch, DONEINPROC in a procedure call */
  constructor(
    readonly context: ResponseContext,
    readonly send: (packet: Buffer) => void,
    readonly statementDone: number = doneToken.done,
  ) {}

  columns(columns: readonly ResultColumn[]): void {
    this.#begin();
    const { version } = this.context;
    const standard = this.context.collation();
    writeColumnMetadata(this.writer, columns, version, standard);
    this.#writers = columns.map(({ type, collation }) =>
      valueWriter(type, version, collation === undefined ? standard : collationOf(collation)),
    );
  }

  row(row: readonly SqlValue[]): void {
    this.#begin();
    const { writer } = this;
    // 7.3A, which is not told apart from 7.3B, does not know NBCROW.
    const compact = this.context.version >= 74 && row.includes(null);
    if (compact) writeNullBitmap(writer, row);
    else writer.uint8(0xd1);
    for (const [index, value] of row.entries()) if (!compact || value !== null) this.#writers[index]!(writer, value);
    this.#flushFull();
  }

  done(rowCount: number | undefined): void {
    this.#begin();
    const status = (rowCount === undefined ? 0 : doneStatus.count) | (this.#failed ? doneStatus.error : 0);
    this.#failed = false;
    this.#pendingDone = { token: this.statementDone, status, rowCount: rowCount ?? 0 };
  }

  error(error: SqlError, line: number): void {
    this.#failed = true;
    this.#message("error", {
      number: error.number,
      state: error.state,
      severity: error.severity,
      text: error.message,
      line,
    });
  }

  message(text: string, details: Omit<ServerMessage, "text">): void {
    this.#message("info", { ...details, text });
  }

  databaseChanged(name: string, before: string, quietly?: "quietly"): void {
    this.#begin();
    writeTextChange(this.writer, environment.database, name, before);
    const text = `Changed database context to '${name}'.`;
    if (!quietly) this.message(text, { number: 5701, state: 2, severity: 0, line: 1 });
    const { wire } = this.context.collation();
    writeByteChange(this.writer, environment.collation, wire, Buffer.alloc(0));
  }

  transaction(event: "began" | "committed" | "rolled-back"): void {
    this.#begin();
    const { context, writer } = this;
    const before = context.transactionDescriptor ?? noTransaction;
    if (event === "began") {
      context.transactionsBegun++;
      const descriptor = Buffer.alloc(8);
      descriptor.writeBigUInt64LE(BigInt(context.transactionsBegun));
      context.transactionDescriptor = descriptor;
      // Clients before 7.2 do not know transactions by name.
      if (context.version >= 72) writeByteChange(writer, environment.begin, descriptor, Buffer.alloc(0));
      return;
    }
    context.transactionDescriptor = undefined;
    const type = event === "committed" ? environment.commit : environment.rollback;
    if (context.version >= 72) writeByteChange(writer, type, Buffer.alloc(0), before);
  }

  /** RETURNVALUE of an output parameter (MS-TDS 2.2.7.19). */
  returnValue(ordinal: number, name: string, type: SqlType, value: SqlValue): void {
    this.#begin();
    const { version } = this.context;
    const collation = this.context.collation();
    this.writer.uint8(0xac).uint16(ordinal).shortText(name).uint8(0x01);
    writeUserType(this.writer, version);
    this.writer.uint16(0x01);
    writeTypeInfo(this.writer, type, version, collation);
    valueWriter(type, version, collation)(this.writer, value);
  }

  returnStatus(status: number): void {
    this.#begin();
    writeReturnStatus(this.writer, status);
  }

  /** The DONEPROC of a procedure call that others follow. */
  endCall(): void {
    this.#begin();
    const failed = this.#failed ? doneStatus.error : 0;
    this.#failed = false;
    const status = doneStatus.more | failed | this.#transactionStatus();
    writeDone(this.writer, doneToken.doneProc, status, 0, this.context.version);
  }

  /** The last DONE of the response. @param token another one than that of statements, for procedure calls */
  end(token: number = this.statementDone, status = 0): void {
    const pending = this.#pendingDone;
    const failed = this.#failed ? doneStatus.error : 0;
    if (pending && token === this.statementDone && !this.#failed && status === 0) {
      this.#pendingDone = undefined;
      writeDone(
        this.writer,
        pending.token,
        pending.status | this.#transactionStatus(),
        pending.rowCount,
        this.context.version,
      );
    } else {
      this.#begin();
      writeDone(this.writer, token, status | failed | this.#transactionStatus(), 0, this.context.version);
    }
    this.#flushAll();
  }

  #transactionStatus(): number {
    return this.context.transactionDescriptor ? doneStatus.inTransaction : 0;
  }

  #message(kind: "error" | "info", message: ServerMessage): void {
    this.#begin();
    writeMessage(this.writer, kind, message, this.context.serverName, this.context.version);
    this.#flushFull();
  }

  /** Something follows: a DONE that was held back says so. */
  #begin(): void {
    const pending = this.#pendingDone;
    if (!pending) return;
    this.#pendingDone = undefined;
    writeDone(
      this.writer,
      pending.token,
      pending.status | doneStatus.more | this.#transactionStatus(),
      pending.rowCount,
      this.context.version,
    );
  }

  #flushFull(): void {
    const size = packetPayloadBytes(this.context.packetSize);
    let sent = 0;
    // The last packet must not be empty, so a full one waits until something follows it.
    for (; this.writer.length - sent > size; sent += size) {
      this.#packetId++;
      this.send(responsePacket(this.writer.view().subarray(sent, sent + size), this.#packetId, false));
    }
    if (sent > 0) this.writer.drop(sent);
  }

  #flushAll(): void {
    this.#flushFull();
    this.#packetId++;
    this.send(responsePacket(this.writer.view(), this.#packetId, true));
    this.writer.drop(this.writer.length);
  }
}

/** NBCROW (MS-TDS 2.2.7.15): a bit for each column, set for NULL. */
function writeNullBitmap(writer: ByteWriter, row: readonly SqlValue[]): void {
  writer.uint8(0xd2);
  for (let start = 0; start < row.length; start += 8) {
    let bits = 0;
    for (let bit = 0; bit < 8 && start + bit < row.length; bit++) if (row[start + bit] === null) bits |= 1 << bit;
    writer.uint8(bits);
  }
}
