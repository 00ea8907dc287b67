import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HangUp } from "./request-body";

/** Answers one request. What it throws is a bug of the local cloud, but for a HangUp. */
export type RequestHandler = (incoming: IncomingMessage, response: ServerResponse) => Promise<void>;

/** An HTTP server on 127.0.0.1: every server of the local cloud that speaks HTTP listens and stops as this one does. */
export class LoopbackServer {
  readonly #server: Server;

  constructor(handle: RequestHandler, reportBug: (error: unknown) => void = reportToStderr) {
    this.#server = createServer((incoming, response) => {
      handle(incoming, response).catch((error: unknown) => {
        if (!(error instanceof HangUp)) reportBug(error);
        response.destroy();
      });
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

  /** Stops at once; requests that are under way are cut off. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

export function reportToStderr(error: unknown): void {
  console.error("local cloud bug:", error);
}
