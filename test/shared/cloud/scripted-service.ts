import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { openRpc, type Rpc, type RpcSettings } from "../../../shared/cloud/rpc/rpc";

export interface SeenRequest {
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** What the service does with a request: answer a JSON object, or anything by hand. */
export type Script =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json: unknown }
  | ((response: ServerResponse) => void);

/** An endpoint that answers whatever a test wants to see the product take; it remembers what it was asked. */
export class ScriptedService {
  readonly requests: SeenRequest[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  readonly #answer: (seen: SeenRequest) => Script;

  constructor(answer: (seen: SeenRequest) => Script) {
    this.#answer = answer;
  }

  async start(settings: Partial<RpcSettings> = {}): Promise<Rpc> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    return openRpc({
      service: "dts",
      version: "2020-01-01",
      endpoint: `127.0.0.1:${port}`,
      protocol: "http",
      credentials: () => ({ accessKeyId: "akid", accessKeySecret: "key-secret" }),
      ...settings,
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const seen = {
      query: new URL(request.url ?? "/", "http://localhost").searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString("utf8"),
    };
    this.requests.push(seen);
    const script = this.#answer(seen);
    if (typeof script === "function") return script(response);
    response.writeHead(script.status ?? 200, { "content-type": "application/json;charset=utf-8", ...script.headers });
    response.end(JSON.stringify(script.json));
  }
}
