import type { Socket } from "node:net";
import { SqlError } from "../data/sql-error";
import type { ServerInstance } from "./engine/server-instance";
import type { Session } from "./engine/session";
import { StatementRunner } from "./engine/statement-runner";
import { begin, commit, rollback } from "./engine/transaction-control";
import { LoginRefusal, logIn } from "./login";
import { PreparedStatements } from "./prepared-statements";
import { ProcedureCall } from "./procedure-call";
import { notPlayed } from "./syntax/token-cursor";
import { ProtocolError } from "./tds/byte-reader";
import { type Message, MessageReader, packetType, responsePacket } from "./tds/packet";
import { checkPrelogin, preloginAnswer } from "./tds/prelogin";
import { readBatch, readRpc, readTransactionRequest } from "./tds/requests";
import { Response, type ResponseContext } from "./tds/response";
import { doneStatus, doneToken, environment, writeByteChange } from "./tds/tokens";

export interface ConnectionOptions {
  /** Settles work that is computed lazily, before a request sees the data. */
  readonly beforeRead: () => void;
  readonly isRunning: () => boolean;
}

interface Established {
  readonly session: Session;
  readonly context: ResponseContext;
}

/** One client of one instance, from PRELOGIN to the end of its socket. */
export class Connection {
  readonly #reader = new MessageReader();
  readonly #prepared = new PreparedStatements();
  #established: Established | undefined;

  constructor(
    readonly server: ServerInstance,
    readonly socket: Socket,
    readonly options: ConnectionOptions,
  ) {
    socket.on("data", (chunk) => this.#receive(chunk));
    // A client that goes away, with or without an error, leaves its open transaction behind; nothing refers to it any more.
    socket.on("error", () => socket.destroy());
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#reader.feed(chunk)) {
        if (this.socket.destroyed) return;
        this.#handle(message);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.socket.destroy();
    }
  }

  #handle(message: Message): void {
    if (!this.options.isRunning()) {
      this.socket.destroy();
      return;
    }
    if (message.type === packetType.prelogin) {
      this.#preLogin(message);
      return;
    }
    if (message.type === packetType.login7) {
      this.#logIn(message);
      return;
    }
    if (!this.#established) throw new ProtocolError("a request before the login");
    this.#request(message, this.#established);
  }

  #preLogin(message: Message): void {
    checkPrelogin(message.payload);
    this.#send(responsePacket(preloginAnswer(this.server.version), 1, true));
  }

  #logIn(message: Message): void {
    if (this.#established) throw new ProtocolError("a second login");
    try {
      this.options.beforeRead();
      this.#established = logIn(message.payload, this.server, (packet) => this.#send(packet));
    } catch (error) {
      if (!(error instanceof LoginRefusal)) throw error;
      this.socket.end();
    }
  }

  #request(message: Message, { session, context }: Established): void {
    const isProcedure = message.type === packetType.rpc;
    const response = new Response(
      context,
      (packet) => this.#send(packet),
      isProcedure ? doneToken.doneInProc : doneToken.done,
    );
    if (message.type === packetType.attention) {
      response.end(doneToken.done, doneStatus.attention);
      return;
    }
    if (message.ignored) {
      response.end(doneToken.done, doneStatus.error);
      return;
    }
    if (message.reset !== "no") this.#reset(session, response, message.reset);
    try {
      this.options.beforeRead();
      this.#answer(message, session, response);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      response.error(asSqlError(error), 1);
    }
    response.end(isProcedure ? doneToken.doneProc : doneToken.done);
  }

  #answer(message: Message, session: Session, response: Response): void {
    const { version } = response.context;
    switch (message.type) {
      case packetType.sqlBatch:
        new StatementRunner(session, response, new Map()).runText(readBatch(message.payload, version));
        return;
      case packetType.rpc: {
        const call = new ProcedureCall(session, this.#prepared, response);
        const [first, ...more] = readRpc(message.payload, version);
        if (more.length > 0) throw notPlayed("Several procedure calls in one message");
        if (first) call.run(first);
        return;
      }
      case packetType.transactionManager:
        this.#transaction(message, session, response);
        return;
      case packetType.bulkLoad:
        throw notPlayed("Bulk load");
      default:
        throw new ProtocolError(`a message of type ${message.type}`);
    }
  }

  #transaction(message: Message, session: Session, response: Response): void {
    const { request, named, next } = readTransactionRequest(message.payload, response.context.version);
    switch (request) {
      case "begin":
        begin(session, response);
        return;
      case "commit":
        commit(session, response);
        break;
      case "rollback":
        if (named) throw notPlayed("ROLLBACK to a savepoint");
        rollback(session, response);
        break;
      default:
        throw notPlayed(request === "save" ? "SAVE TRANSACTION" : "A distributed transaction");
    }
    if (next) begin(session, response);
  }

  /** What a pool asks for before it hands the connection on: settings, transaction and prepared statements are gone. */
  #reset(session: Session, response: Response, reset: "all" | "keep-transaction"): void {
    const { transaction } = session;
    session.reset();
    this.#prepared.clear();
    if (reset === "keep-transaction") session.transaction = transaction;
    else response.context.transactionDescriptor = undefined;
    writeByteChange(response.writer, environment.reset, Buffer.alloc(0), Buffer.alloc(0));
  }

  #send(packet: Buffer): void {
    if (!this.socket.destroyed) this.socket.write(packet);
  }
}

/** A fault of the engine itself must look like one, not like something that SQL Server says. */
function asSqlError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new SqlError(50599, `A bug of the local cloud's SQL engine: ${text}`, 16);
}
