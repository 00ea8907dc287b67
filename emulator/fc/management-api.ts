import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../core/clock";
import { CloudError, notEmulated } from "../core/cloud-error";
import type { LoopbackServer } from "../http/loopback-server";
import { verifyAcs3 } from "../rpc/acs3";
import { NonceBook } from "../rpc/nonce-book";
import type { AsyncInvocations } from "./async-invocations";
import type { DeployedFunction } from "./deployed-function";
import { describeFunction, describeTrigger } from "./descriptions";
import { fcServer, requestBody, sendJson } from "./fc-server";

export interface ManagementApiOptions {
  readonly functions: readonly DeployedFunction[];
  readonly asyncInvocations: AsyncInvocations;
  /** Address of a function's HTTP trigger, if it has one. */
  readonly httpUrl: (functionName: string) => string | undefined;
  readonly deployedAtMs: number;
  readonly accountId: string;
  /** The clock that request dates are held against. */
  readonly signatureClock: Clock;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly newRequestId: () => string;
}

const root = "/2023-03-30/functions";
/** `X-Fc-Log-Type: Tail` answers the last 4 KB. */
const logTailBytes = 4 * 1024;

/** The API of version 2023-03-30 as `@alicloud/fc20230330` speaks it (ROA, ACS3): reading and invoking. What changes functions is not played. */
export function managementApi(options: ManagementApiOptions): LoopbackServer {
  const nonces = new NonceBook();
  const { functions, accountId, deployedAtMs } = options;

  async function serve(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    const [path = "/", queryText = ""] = (request.url ?? "/").split(/\?(.*)/s);
    const query = Object.fromEntries(new URLSearchParams(queryText));
    const body = await requestBody(request);
    const bodySha256 = createHash("sha256").update(body).digest("hex");
    const method = request.method ?? "GET";
    const check = { nowMs: options.signatureClock.nowMs(), accessKeys: options.accessKeys, nonces };
    verifyAcs3({ method, path, query, headers: request.headers, bodySha256 }, check);
    if (query["qualifier"] !== undefined && query["qualifier"] !== "LATEST")
      throw notEmulated("FC", "versions and aliases");
    const [name, part, item, ...rest] = segments(path);
    const route = `${method} ${part ?? ""}${item === undefined ? "" : "/*"}`;
    if (rest.length > 0) throw notEmulated("FC", `${method} ${path}`);
    if (method === "GET" && name === undefined) return sendJson(response, 200, list(query));
    const target = find(name ?? "");
    if (route === "GET ") return sendJson(response, 200, describeFunction(target.definition, accountId, deployedAtMs));
    if (route === "GET triggers") return sendJson(response, 200, { triggers: triggers(target) });
    if (route === "GET triggers/*") return sendJson(response, 200, trigger(target, item as string));
    if (route === "POST invocations") return invoke(target, request, response, body, requestId);
    throw notEmulated("FC", `${method} ${path}`);
  }

  function find(name: string): DeployedFunction {
    const found = functions.find(({ definition }) => definition.functionName === name);
    if (!found) throw new CloudError(404, "FunctionNotFound", `function '${name}' does not exist`);
    return found;
  }

  function list(query: Readonly<Record<string, string>>): Record<string, unknown> {
    const { prefix = "", limit = "20", nextToken } = query;
    const matching = functions
      .map(({ definition }) => definition)
      .filter(({ functionName }) => functionName.startsWith(prefix) && (!nextToken || functionName >= nextToken))
      .sort((left, right) => (left.functionName < right.functionName ? -1 : 1));
    const size = Math.min(Math.max(Number(limit) || 20, 1), 100);
    const page = matching.slice(0, size);
    const next = matching[size]?.functionName;
    return {
      functions: page.map((definition) => describeFunction(definition, accountId, deployedAtMs)),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  }

  function triggers(target: DeployedFunction): Record<string, unknown>[] {
    const { definition } = target;
    const url = options.httpUrl(definition.functionName);
    return definition.triggers.map((given) => describeTrigger(given, definition, accountId, deployedAtMs, url));
  }

  function trigger(target: DeployedFunction, name: string): Record<string, unknown> {
    const found = triggers(target).find(({ triggerName }) => triggerName === name);
    if (!found) throw new CloudError(404, "TriggerNotFound", `trigger '${name}' does not exist`);
    return found;
  }

  async function invoke(
    target: DeployedFunction,
    request: IncomingMessage,
    response: ServerResponse,
    event: Buffer,
    requestId: string,
  ): Promise<void> {
    if (request.headers["x-fc-invocation-type"]?.toString().toLowerCase() === "async") {
      const accepted = options.asyncInvocations.accept(target, event);
      response.writeHead(202, { "X-Fc-Request-Id": accepted }).end();
      return;
    }
    const result = await target.invoke(event, requestId);
    // A failed function is a successful call: only this header tells.
    if (result.errorType !== undefined) response.setHeader("X-Fc-Error-Type", result.errorType);
    if (request.headers["x-fc-log-type"] === "Tail") {
      const tail = Buffer.from(result.output).subarray(-logTailBytes);
      response.setHeader("X-Fc-Log-Result", tail.toString("base64"));
    }
    response.writeHead(200, { "content-type": "application/octet-stream" }).end(result.payload);
  }

  return fcServer(serve, options.newRequestId);
}

/** What follows `/2023-03-30/functions`, decoded. */
function segments(path: string): string[] {
  if (path === root) return [];
  if (path.startsWith(`${root}/`))
    return path
      .slice(root.length + 1)
      .split("/")
      .map(decodeURIComponent);
  throw notEmulated("FC", path);
}
