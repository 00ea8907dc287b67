import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../core/clock";
import { CloudError } from "../core/cloud-error";
import type { FaultRule, Faults } from "../core/faults";
import { type Random, randomText } from "../core/random";
import { LongPolls } from "./long-poll";
import { queryOf, readMnsRequest } from "./mns-request";
import type { MnsService } from "./mns-service";
import type { MnsCall, MnsReply } from "./operation";
import { refusal } from "./refusals";
import { type Action, operations, route } from "./route";
import { verifySignature } from "./signature";
import { parseXml, renderXml } from "./xml";

export interface MnsServerOptions {
  readonly service: MnsService;
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

/** How long a `hang` lasts that names no time: beyond the 40 s that the Node client waits by default. */
const defaultHangMs = 45_000;

/** MNS as its clients see it: signed HTTP with XML bodies. One account, whatever the host is called. */
export class MnsServer {
  readonly #options: MnsServerOptions;
  readonly #polls: LongPolls;
  readonly #server: Server;
  readonly #hanging = new Set<NodeJS.Timeout>();

  constructor(options: MnsServerOptions) {
    this.#options = options;
    this.#polls = new LongPolls(options.service, options.clock);
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

  /** Stops at once; requests that wait or hang are cut off. */
  async close(): Promise<void> {
    for (const timer of this.#hanging) clearTimeout(timer);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomText(this.#options.random, 24, "0123456789ABCDEF");
    const answer = (reply: MnsReply) => send(response, requestId, reply);
    try {
      const { action, call } = await this.#admit(incoming, response);
      const fault = this.#options.faults.strike("mns", action);
      if (fault?.kind === "throttle") throw refusal("TooManyRequests");
      if (fault?.kind === "server-error") throw refusal("InternalError");
      if (fault?.kind === "success-false") return unavailable(response);
      if (fault?.kind === "lost-request") return cutOff(response);
      const reply = await this.#guarded(requestId, action, call);
      if (fault?.kind === "lost-reply") return cutOff(response);
      if (fault?.kind === "hang") return this.#hang(fault, () => answer(reply));
      answer(reply);
    } catch (error) {
      answer(this.#failure(requestId, error));
    }
  }

  async #admit(incoming: IncomingMessage, response: ServerResponse): Promise<{ action: Action; call: MnsCall }> {
    // Also when this server closes: a receive that waits ends with its connection.
    const abandonment = new AbortController();
    response.once("close", () => abandonment.abort());
    const request = await readMnsRequest(incoming);
    const { service, accessKeys, clock, signatureClock = clock } = this.#options;
    verifySignature(request, { nowMs: signatureClock.nowMs(), accessKeys });
    const query = queryOf(request.target);
    const document = request.body === "" ? undefined : parseXml(request.body);
    const { action, queueName } = route({ method: request.method, path: request.path, query, document });
    const { headers } = request;
    const call = { service, polls: this.#polls, queueName, query, headers, document, abandoned: abandonment.signal };
    return { action, call };
  }

  /** The work itself: its refusals are replies, so that a fault may still lose or delay them. */
  async #guarded(requestId: string, action: Action, call: MnsCall): Promise<MnsReply> {
    try {
      return await operations[action](call);
    } catch (error) {
      return this.#failure(requestId, error);
    }
  }

  #failure(requestId: string, error: unknown): MnsReply {
    if (!(error instanceof CloudError)) this.#reportBug(error);
    const known =
      error instanceof CloudError ? error : new CloudError(500, "EmulatorBug", `The local cloud failed: ${error}`);
    const { accountId, regionId } = this.#options.service;
    const children = {
      Code: known.code,
      Message: known.message,
      RequestId: requestId,
      HostId: `http://${accountId}.mns.${regionId}.aliyuncs.com`,
    };
    return { status: known.httpStatus, body: { root: "Error", children } };
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

/** A gateway's refusal without XML, which the Node client does not throw but hands back as `{code: 503}`: this service's failure that looks like success. */
function unavailable(response: ServerResponse): void {
  response.writeHead(503, { "content-length": "0" });
  response.end();
}

function cutOff(response: ServerResponse): void {
  response.socket?.destroy();
}

function send(response: ServerResponse, requestId: string, reply: MnsReply): void {
  if (response.destroyed) return;
  const always = { "x-mns-request-id": requestId, "x-mns-version": "2015-06-06", ...reply.headers };
  if (!reply.body) {
    // A length on 204 is not allowed; on 201 it must be there.
    response.writeHead(reply.status, reply.status === 204 ? always : { ...always, "content-length": "0" });
    response.end();
    return;
  }
  const body = renderXml(reply.body.root, reply.body.children);
  const length = String(Buffer.byteLength(body));
  response.writeHead(reply.status, { ...always, "content-type": "text/xml;charset=utf-8", "content-length": length });
  response.end(body);
}
