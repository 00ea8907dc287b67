import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../core/clock";
import { CloudError, notEmulated } from "../core/cloud-error";
import type { FaultRule, Faults } from "../core/faults";
import { type Random, randomRequestId } from "../core/random";
import type { Operation } from "./operation";
import { parameterInvalid } from "./ots-error";
import { encodeMessage } from "./protocol";
import { verifyRequest } from "./request-signature";
import { rowOperations } from "./row-operations";
import { tableOperations } from "./table-operations";
import type { TablestoreService } from "./tablestore-service";
import { unplayedOperations } from "./unplayed-operations";

export interface TablestoreServerOptions {
  readonly service: TablestoreService;
  readonly clock: Clock;
  /** The clock that request dates are held against; clients sign with real time even where the world's time is moved by hand. */
  readonly signatureClock?: Clock;
  readonly random: Random;
  /** Asked about each verified call as service `tablestore`, action `PutRow` and so on. */
  readonly faults: Faults;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly instanceName: string;
  /** Told about everything thrown that is not a CloudError; writes to stderr unless given. */
  readonly reportBug?: (error: unknown) => void;
}

interface Reply {
  readonly status: number;
  readonly body: Buffer;
}

/** Batches of 4 MB and their keys. */
const maximumBodyBytes = 8 * 1024 * 1024;
/** How long a `hang` lasts that names no time. */
const defaultHangMs = 5_000;

/** One instance's HTTP endpoint: protobuf with PlainBuffer rows, every request signed. */
export class TablestoreServer {
  readonly #options: TablestoreServerOptions;
  readonly #server: Server;
  readonly #hanging = new Set<NodeJS.Timeout>();

  constructor(options: TablestoreServerOptions) {
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

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request);
    const send = (reply: Reply) => this.#send(response, reply);
    if (body === undefined) {
      return send(failure(new CloudError(413, "OTSRequestBodyTooLarge", "The size of POST data is too large.")));
    }
    const path = request.url ?? "/";
    let fault: FaultRule | undefined;
    const reply = this.#guarded(() => {
      this.#verify(request, path, body);
      const action = path.slice(1);
      const operation = played(action);
      fault = this.#options.faults.strike("tablestore", action);
      if (fault && answeredKinds.has(fault.kind)) throw failureOf(fault);
      return fault?.kind === "lost-request" ? Buffer.alloc(0) : operation(this.#options.service, body);
    });
    if (fault?.kind === "lost-request" || fault?.kind === "lost-reply") return void response.socket?.destroy();
    if (fault?.kind === "hang") return this.#hang(fault, () => send(reply));
    send(reply);
  }

  #verify(request: IncomingMessage, path: string, body: Buffer): void {
    if (request.method !== "POST") {
      throw new CloudError(405, "OTSMethodNotAllowed", "Only POST method for requests is supported.");
    }
    const { signatureClock, clock, instanceName, accessKeys } = this.#options;
    const nowMs = (signatureClock ?? clock).nowMs();
    verifyRequest({ path, headers: request.headers, body }, { nowMs, instanceName, accessKeys });
  }

  /** The work with its refusals as replies, so that a fault may still lose or delay them. */
  #guarded(work: () => Buffer): Reply {
    try {
      return { status: 200, body: work() };
    } catch (error) {
      if (error instanceof CloudError) return failure(error);
      this.#reportBug(error);
      const reason = error instanceof Error ? error.message : String(error);
      return failure(new CloudError(500, "EmulatorBug", `The local cloud failed: ${reason}`));
    }
  }

  #send(response: ServerResponse, { status, body }: Reply): void {
    if (response.destroyed) return;
    response.writeHead(status, {
      "content-type": "application/x.pb2",
      "content-length": body.length,
      "x-ots-requestid": randomRequestId(this.#options.random).toLowerCase(),
      "x-ots-date": new Date(this.#options.clock.nowMs()).toISOString(),
      "x-ots-contenttype": "protocol buffer",
      "x-ots-contentmd5": createHash("md5").update(body).digest("base64"),
    });
    response.end(body);
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

function played(action: string): Operation {
  const operation = tableOperations.get(action) ?? rowOperations.get(action);
  if (operation) return operation;
  if (unplayedOperations.has(action)) throw notEmulated("Tablestore", action);
  throw parameterInvalid(`Unsupported operation: '${action}'.`);
}

/** Faults that answer without doing the work. Tablestore has no refusals inside a 200, so `success-false` is a failure too. */
const answeredKinds = new Set<FaultRule["kind"]>(["throttle", "server-error", "success-false"]);

function failureOf(fault: FaultRule): CloudError {
  if (fault.kind === "throttle") return new CloudError(503, "OTSServerBusy", "Server is busy.");
  return new CloudError(500, "OTSInternalServerError", "Internal server error.");
}

function failure(error: CloudError): Reply {
  return { status: error.httpStatus, body: encodeMessage("Error", { code: error.code, message: error.message }) };
}

/** The whole body; undefined when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maximumBodyBytes) chunks.push(chunk);
  }
  return bytes <= maximumBodyBytes ? Buffer.concat(chunks) : undefined;
}
