import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../core/clock";
import type { FaultRule, Faults } from "../core/faults";
import type { Random } from "../core/random";
import { ServiceError } from "../core/service-error";
import type { Gatekeeper } from "../ram/access";
import { LoopbackServer, reportToStderr } from "./loopback-server";
import { readBody } from "./request-body";

/** One request, read but not yet trusted. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query exactly as they were sent: what signatures cover. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Aborts when no client waits for the answer any more: the client is gone, or this server closes. */
  readonly abandoned: AbortSignal;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** A call that is admitted: what faults know it by, and its work, whose refusals are ServiceErrors. */
export interface Call {
  readonly service: string;
  readonly action: string;
  run(): Reply | Promise<Reply>;
}

/** A fault that is answered without doing the work. */
export type AnsweredFault = FaultRule & { readonly kind: "throttle" | "server-error" | "success-false" };

/** One request and its answer in the words of a service family. */
export interface Exchange {
  /** Verifies the request and finds what it calls. @throws ServiceError the refusal */
  admit(request: ReceivedRequest): Call;
  /** The answer of a service that is struck by such a fault. @throws ServiceError the refusal */
  struck(fault: AnsweredFault): Reply;
  refusal(error: ServiceError): Reply;
}

/** What every server of signed requests is started with. */
export interface SignedServerOptions {
  readonly clock: Clock;
  /** The clock that request dates are held against; clients sign with real time even where the world's time is moved by hand. */
  readonly signatureClock?: Clock;
  readonly random: Random;
  /** Asked about each verified call by service and action. */
  readonly faults: Faults;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
  /** Knows what the owners of the keys may do; everything unless given. */
  readonly gatekeeper?: Gatekeeper;
  /** Told about everything thrown that is neither a ServiceError nor a client's hang-up; writes to stderr unless given. */
  readonly reportBug?: (error: unknown) => void;
}

export interface ServiceServerOptions {
  readonly faults: Faults;
  readonly bodyBytesMax: number;
  readonly bodyTooLarge: ServiceError;
  /** How long a `hang` lasts that names no time. */
  readonly hangMs: number;
  readonly open: () => Exchange;
  readonly reportBug: ((error: unknown) => void) | undefined;
}

/** The shell around a service: reads requests, lets faults strike the calls that are admitted, and answers. */
export class ServiceServer {
  readonly #options: ServiceServerOptions;
  readonly #reportBug: (error: unknown) => void;
  readonly #server: LoopbackServer;
  readonly #hanging = new Set<NodeJS.Timeout>();

  constructor(options: ServiceServerOptions) {
    this.#options = options;
    this.#reportBug = options.reportBug ?? reportToStderr;
    this.#server = new LoopbackServer((incoming, response) => this.#serve(incoming, response), this.#reportBug);
  }

  /** Listens on 127.0.0.1 and answers the port (0 chooses a free one). */
  listen(port = 0): Promise<number> {
    return this.#server.listen(port);
  }

  /** Stops at once; requests that wait or hang are cut off. */
  async close(): Promise<void> {
    for (const timer of this.#hanging) clearTimeout(timer);
    await this.#server.close();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { open, faults, bodyBytesMax, bodyTooLarge } = this.#options;
    const exchange = open();
    const body = await readBody(incoming, bodyBytesMax);
    let call: Call;
    try {
      if (!body) throw bodyTooLarge;
      call = exchange.admit(received(incoming, response, body));
    } catch (error) {
      return send(response, this.#refusal(exchange, error));
    }
    const fault = faults.strike(call.service, call.action);
    if (fault?.kind === "lost-request") return cutOff(response);
    const reply = await this.#answer(exchange, () => (isAnswered(fault) ? exchange.struck(fault) : call.run()));
    if (fault?.kind === "lost-reply") return cutOff(response);
    if (fault?.kind === "hang") return this.#hang(fault, () => send(response, reply));
    send(response, reply);
  }

  /** Refusals are answers, so that a fault may still lose or delay them. */
  async #answer(exchange: Exchange, work: () => Reply | Promise<Reply>): Promise<Reply> {
    try {
      return await work();
    } catch (error) {
      return this.#refusal(exchange, error);
    }
  }

  #refusal(exchange: Exchange, error: unknown): Reply {
    if (error instanceof ServiceError) return exchange.refusal(error);
    this.#reportBug(error);
    const reason = error instanceof Error ? error.message : String(error);
    return exchange.refusal(new ServiceError(500, "EmulatorBug", `The local cloud failed: ${reason}`));
  }

  #hang(fault: FaultRule, answer: () => void): void {
    const timer = setTimeout(() => {
      this.#hanging.delete(timer);
      answer();
    }, fault.delayMs ?? this.#options.hangMs);
    this.#hanging.add(timer);
  }
}

function received(incoming: IncomingMessage, response: ServerResponse, body: Buffer): ReceivedRequest {
  const abandonment = new AbortController();
  if (response.destroyed) abandonment.abort();
  // After a whole answer no client waits, and an abort for each request is expensive.
  response.once("close", () => {
    if (!response.writableFinished) abandonment.abort();
  });
  const { method = "GET", url: target = "/", headers } = incoming;
  return { method, target, headers, body, abandoned: abandonment.signal };
}

function isAnswered(fault: FaultRule | undefined): fault is AnsweredFault {
  return fault?.kind === "throttle" || fault?.kind === "server-error" || fault?.kind === "success-false";
}

function cutOff(response: ServerResponse): void {
  response.socket?.destroy();
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.destroyed) return;
  // A length on 204 is not allowed; everywhere else it must be there.
  const length = status === 204 ? {} : { "content-length": String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...headers, ...length });
  response.end(body);
}
