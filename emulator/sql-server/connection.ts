import type { Socket } from "node:net";
import { SqlError } from "../data/sql-error";
import { loadRows } from "./bulk-load";
import type { ConnectionOptions } from "./connection-options";
import type { Steps } from "./engine/control-flow";
import type { ServerInstance } from "./engine/server-instance";
import type { Session } from "./engine/session";
import { StatementRunner } from "./engine/statement-runner";
import { rollback } from "./engine/transaction-control";
import { engineBug } from "./engine-bug";
import { FaultyAnswer } from "./faulty-answer";
import { LoginRefusal, logIn } from "./login";
import { PreparedStatements } from "./prepared-statements";
import { ProcedureCall } from "./procedure-call";
import { ProtocolError } from "./tds/byte-reader";
import { type Message, MessageReader, packets, packetType } from "./tds/packet";
import { negotiate, preloginAnswer, readEncryption } from "./tds/prelogin";
import { readBatch, readRpc } from "./tds/requests";
import { Response, type ResponseContext } from "./tds/response";
import { doneStatus, doneToken, environment, writeByteChange } from "./tds/tokens";
import { Channel, type TlsScope } from "./tls/channel";
import { runTransactionRequest } from "./transaction-request";
import { describeMessage, describePacket } from "./wire-trace";

interface Established {
  readonly session: Session;
  readonly context: ResponseContext;
}

/** One client of one instance, from PRELOGIN to the end of its socket. */
export class Connection {
  readonly #channel: Channel;
  readonly #reader = new MessageReader();
  readonly #prepared = new PreparedStatements();
  readonly #waiting: Message[] = [];
  #busy = false;
  /** Bytes came that are no messages. */
  #broken: { readonly error: unknown } | undefined;
  #wake = () => {};
  #tls: TlsScope = "none";
  #established: Established | undefined;

  constructor(
    readonly server: ServerInstance,
    socket: Socket,
    readonly options: ConnectionOptions,
  ) {
    this.#channel = new Channel(socket, {
      receive: (chunk) => this.#receive(chunk),
      drained: () => this.#wake(),
      sent: (packet) => this.options.trace?.(describePacket(packet)),
    });
    socket.on("close", () => this.#wake());
    // A client that goes away, with or without an error, leaves its open transaction behind; nothing refers to it any more.
    socket.on("error", () => socket.destroy());
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#reader.feed(chunk)) this.#waiting.push(message);
    } catch (error) {
      // What came before is served first.
      this.#broken ??= { error };
    }
    if (!this.#busy) void this.#serve();
  }

  /** One message after the other; a long request takes turns with those of other connections. */
  async #serve(): Promise<void> {
    this.#busy = true;
    try {
      for (let message = this.#waiting.shift(); message; message = this.#waiting.shift()) {
        if (!this.options.isRunning()) this.#channel.destroy();
        if (this.#channel.isClosed) return;
        await this.#handle(message);
      }
      if (this.#broken) throw this.#broken.error;
    } catch (error) {
      this.#breakOff(error);
    } finally {
      this.#busy = false;
    }
  }

  #breakOff(error: unknown): void {
    if (!(error instanceof ProtocolError)) this.options.reportBug(error);
    this.#channel.destroy();
  }

  async #handle(message: Message): Promise<void> {
    this.options.trace?.(describeMessage(message, this.#established?.context.version ?? 74));
    if (message.type === packetType.prelogin) {
      if (this.#channel.isShakingHands) this.#channel.handshake(message.payload);
      else await this.#greet(message.payload);
      return;
    }
    if (this.#channel.isShakingHands) throw new ProtocolError("a message in clear after TLS was agreed on");
    if (message.type === packetType.login7) {
      await this.#logIn(message);
      return;
    }
    if (!this.#established) throw new ProtocolError("a request before the login");
    await this.#request(message, this.#established);
  }

  /** Answers PRELOGIN, and gets ready for the handshake that was agreed on. */
  async #greet(prelogin: Buffer): Promise<void> {
    const { answer, scope } = negotiate(readEncryption(prelogin), this.server.instance.encryption);
    if (this.#tls !== "none" || this.#established) throw new ProtocolError("a second PRELOGIN");
    this.#tls = scope;
    if (scope !== "none") {
      const { contextUpTo } = await this.options.certificate();
      this.#channel.beginTls(contextUpTo(this.options.newestTls));
    }
    for (const packet of packets(packetType.response, preloginAnswer(this.server.version, answer)))
      this.#channel.socket.write(packet);
  }

  async #logIn(message: Message): Promise<void> {
    if (this.#established) throw new ProtocolError("a second login");
    if (this.#tls === "login") this.#channel.endTls();
    const answer = this.#open("Login");
    if (this.#channel.isClosed) return;
    const settle = () => {
      answer.begin();
      this.options.beforeRead();
    };
    try {
      this.#established = logIn(message.payload, this.server, { settle, send: (packet) => answer.send(packet) });
      await answer.end();
    } catch (error) {
      if (!(error instanceof LoginRefusal)) throw error;
      if (error.cause !== undefined) this.options.reportBug(error.cause);
      this.#channel.end();
    }
  }

  async #request(message: Message, { session, context }: Established): Promise<void> {
    if (message.type === packetType.attention || message.ignored) {
      const status = message.ignored ? doneStatus.error : doneStatus.attention;
      new Response(context, (packet) => this.#send(packet)).end(doneToken.done, status);
      return;
    }
    const answer = this.#open("Request");
    if (this.#channel.isClosed) return;
    const isProcedure = message.type === packetType.rpc;
    const response = new Response(
      context,
      (packet) => answer.send(packet),
      isProcedure ? doneToken.doneInProc : doneToken.done,
    );
    if (message.reset !== "no") this.#reset(session, response, message.reset);
    try {
      answer.begin();
      this.options.beforeRead();
      await this.#inTurns(this.#answer(message, session, response), session, response);
    } catch (error) {
      if (error instanceof ProtocolError) throw error;
      if (!(error instanceof SqlError)) this.options.reportBug(error);
      if (error instanceof SqlError && error.number === 1205 && session.transaction) rollback(session, response);
      response.error(error instanceof SqlError ? error : engineBug(error), 1);
    }
    response.end(isProcedure ? doneToken.doneProc : doneToken.done);
    await answer.end();
  }

  #open(action: "Login" | "Request"): FaultyAnswer {
    const fault = this.options.strike(action);
    if (fault?.kind === "lost-request") this.#channel.destroy();
    return new FaultyAnswer(action, fault, this.#channel);
  }

  /** Runs a request to its end, unless its client takes it back or goes away. */
  async #inTurns(steps: Steps<void>, session: Session, response: Response): Promise<void> {
    while (!steps.next().done) {
      if (!session.work.takePause() && !this.#channel.isFull) continue;
      await this.#letOthers();
      if (!this.options.isRunning()) this.#channel.destroy();
      if (this.#channel.isClosed || this.#isTakenBack) {
        steps.return();
        if (session.settings.xactAbort && session.transaction) rollback(session, response);
        return;
      }
      this.options.beforeRead();
    }
  }

  /** An attention waits: it is answered in a message of its own, behind what was sent of the response. */
  get #isTakenBack(): boolean {
    return this.#waiting.some(({ type }) => type === packetType.attention);
  }

  /** Everything else that has come in meanwhile is served, and the client has read most of what was sent. */
  async #letOthers(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (!this.#channel.isFull || this.#channel.isClosed) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
  }

  *#answer(message: Message, session: Session, response: Response): Steps<void> {
    const { version } = response.context;
    switch (message.type) {
      case packetType.sqlBatch:
        yield* new StatementRunner(session, response, new Map()).runText(readBatch(message.payload, version));
        return;
      case packetType.rpc: {
        for (const [index, call] of readRpc(message.payload, version).entries()) {
          if (index > 0) response.endCall();
          yield* new ProcedureCall(session, this.#prepared, response).run(call);
        }
        return;
      }
      case packetType.transactionManager:
        runTransactionRequest(message.payload, session, response);
        return;
      case packetType.bulkLoad:
        loadRows(message.payload, session, response);
        return;
      default:
        throw new ProtocolError(`a message of type ${message.type}`);
    }
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
    this.#channel.write(packet);
  }
}
