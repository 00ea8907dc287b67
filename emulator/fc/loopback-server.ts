import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CloudError } from "../core/cloud-error";

/** Answers one request; a CloudError that it throws is answered as such, anything else as a bug of the local cloud. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void>;

/** An HTTP server on loopback with Function Compute's error body `{Code, Message, RequestId}` and request id header. */
export class LoopbackServer {
  readonly #server: Server;

  constructor(handle: RequestHandler, newRequestId: () => string) {
    this.#server = createServer((request, response) => {
      const requestId = newRequestId();
      response.setHeader("X-Fc-Request-Id", requestId);
      handle(request, response, requestId).catch((error: unknown) => sendError(response, requestId, error));
    });
    // A client that keeps its connection must not find it closed just as it sends; the default of 5 s is too close to a poll.
    this.#server.keepAliveTimeout = 120_000;
  }

  /** Listens on 127.0.0.1 and answers the port (0 chooses a free one). */
  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Stops at once; open connections are cut off. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, requestId: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof CloudError ? error : new CloudError(500, "EmulatorBug", message);
  if (known !== error) console.error("local cloud bug:", error);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  sendJson(response, known.httpStatus, { Code: known.code, Message: known.message, RequestId: requestId });
}
