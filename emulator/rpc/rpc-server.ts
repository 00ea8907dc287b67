import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../core/clock";
import { CloudError } from "../core/cloud-error";
import { type FaultRule, type Faults, faultError } from "../core/faults";
import { type Random, randomRequestId } from "../core/random";
import type { RpcService } from "../core/rpc-service";
import { NonceBook } from "./nonce-book";
import { addressee, readRpcRequest, verifiedParameters } from "./rpc-request";

export interface RpcServerOptions {
  readonly services: readonly RpcService[];
  readonly clock: Clock;
  /** The clock that request dates are held against; clients sign with real time even where the world's time is moved by hand. */
  readonly signatureClock?: Clock;
  readonly random: Random;
  readonly faults: Faults;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
  /** Told about everything thrown that is not a CloudError; writes to stderr unless given. */
  readonly reportBug?: (error: unknown) => void;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: Record<string, unknown>;
}

/** How long a `hang` lasts that names no time: beyond the 3 s that the official clients wait by default. */
const defaultHangMs = 5_000;

/** One HTTP endpoint for all services of the RPC family: the version in the request chooses the service, whatever the host is called. */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #nonces = new NonceBook();
  readonly #server: Server;
  readonly #hanging = new Set<NodeJS.Timeout>();

  constructor(options: RpcServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error) => {
        this.#reportBug(error);
        response.destroy();
      });
    });
  }

  /** Listens on 127.0.0.1 and answers the port (0 chooses a free one). */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops at once; requests that hang are cut off. */
  async close(): Promise<void> {
    for (const timer of this.#hanging) clearTimeout(timer);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomRequestId(this.#options.random);
    let product = "gateway";
    try {
      const request = await readRpcRequest(incoming);
      const { version, action } = addressee(request);
      const service = this.#service(version, action);
      product = service.product;
      const nowMs = (this.#options.signatureClock ?? this.#options.clock).nowMs();
      const { accessKeys } = this.#options;
      const parameters = verifiedParameters(request, { nowMs, accessKeys, nonces: this.#nonces });
      const fault = this.#options.faults.strike(product, action);
      if (fault?.kind === "throttle" || fault?.kind === "server-error") throw faultError(fault);
      if (fault?.kind === "success-false") return send(response, { status: 200, body: refusedInside(requestId) });
      if (fault?.kind === "lost-request") return cutOff(response);
      const reply = this.#guarded(product, requestId, () => service.call(action, parameters));
      if (fault?.kind === "lost-reply") return cutOff(response);
      if (fault?.kind === "hang") return this.#hang(fault, () => send(response, reply));
      send(response, reply);
    } catch (error) {
      // A client that went away in the middle of its request is no bug, and nobody waits for the answer.
      if (!(error instanceof CloudError) && !incoming.complete) return;
      send(response, this.#failure(product, requestId, error));
    }
  }

  #service(version: string, action: string): RpcService {
    for (const [name, value] of Object.entries({ Action: action, Version: version })) {
      if (value !== "") continue;
      throw new CloudError(
        400,
        "MissingParameter",
        `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
      );
    }
    const service = this.#options.services.find((candidate) => candidate.version === version);
    if (service) return service;
    throw new CloudError(404, "InvalidVersion", "Specified parameter Version is not valid.");
  }

  /** The work itself: its refusals are replies, so that a fault may still lose or delay them. */
  #guarded(product: string, requestId: string, work: () => Record<string, unknown>): Reply {
    try {
      return { status: 200, body: { RequestId: requestId, ...work() } };
    } catch (error) {
      return this.#failure(product, requestId, error);
    }
  }

  #failure(product: string, requestId: string, error: unknown): Reply {
    if (!(error instanceof CloudError)) this.#reportBug(error);
    const known =
      error instanceof CloudError
        ? error
        : new CloudError(
            500,
            "EmulatorBug",
            `The local cloud failed: ${error instanceof Error ? error.message : error}`,
          );
    const retryAfter =
      known.retryAfterMs === undefined ? undefined : { "x-acs-retry-after": String(known.retryAfterMs) };
    return {
      status: known.httpStatus,
      headers: retryAfter,
      body: {
        RequestId: requestId,
        HostId: `${product}.aliyuncs.com`,
        Code: known.code,
        Message: known.message,
        Recommend: `https://api.aliyun.com/troubleshoot?q=${known.code}&product=${product}&requestId=${requestId}`,
      },
    };
  }

  #hang(fault: FaultRule, answer: () => void): void {
    const timer = setTimeout(() => {
      this.#hanging.delete(timer);
      answer();
    }, fault.delayMs ?? defaultHangMs);
    this.#hanging.add(timer);
  }

  #reportBug(error: unknown): void {
    const report = this.#options.reportBug ?? ((cause: unknown) => console.error("local cloud bug:", cause));
    report(error);
  }
}

/** A failure that DTS reports inside an answer of status 200. */
function refusedInside(requestId: string): Record<string, unknown> {
  return {
    RequestId: requestId,
    Success: false,
    ErrCode: "InternalError",
    ErrMessage: "The request processing has failed due to some unknown error.",
  };
}

function cutOff(response: ServerResponse): void {
  response.socket?.destroy();
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  const body = JSON.stringify(reply.body);
  const length = {
    "content-type": "application/json;charset=utf-8",
    "content-length": String(Buffer.byteLength(body)),
  };
  response.writeHead(reply.status, {
    ...length,
    ...reply.headers,
    "x-acs-request-id": String(reply.body["RequestId"]),
  });
  response.end(body);
}
