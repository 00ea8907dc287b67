import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../core/clock";
import { notEmulated, ServiceError } from "../core/service-error";
import type { LoopbackServer } from "../http/loopback-server";
import { verifyAcs3 } from "../rpc/acs3";
import { NonceBook } from "../rpc/nonce-book";
import type { AsyncInvocations } from "./async-invocations";
import type { DeployedFunction } from "./deployed-function";
import { describeFunction, describeTrigger } from "./descriptions";
import { fcServer, requestBody, sendJson } from "./fc-server";
import type { FunctionCompute } from "./function-compute";
import type { LiveFunction } from "./live-function";
import type { FunctionChanges } from "./management-changes";

export interface ManagementApiOptions {
  readonly compute: FunctionCompute;
  readonly changes: FunctionChanges;
  readonly asyncInvocations: AsyncInvocations;
  readonly accountId: string;
  /** The clock that request dates are held against. */
  readonly signatureClock: Clock;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly newRequestId: () => string;
}

type Answer = Record<string, unknown> | null | undefined;

const root = "/2023-03-30/functions";
/** `X-Fc-Log-Type: Tail` answers the last 4 KB. */
const logTailBytes = 4 * 1024;

/** The API of version 2023-03-30 as `@alicloud/fc20230330` speaks it (ROA, ACS3): reading, invoking and changing. */
export function managementApi(options: ManagementApiOptions): LoopbackServer {
  const nonces = new NonceBook();
  const { compute, changes, accountId } = options;

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
    if (method === "POST" && name === undefined) {
      const { functionName } = await changes.create(jsonOf(body));
      return sendJson(response, 200, describe(find(functionName)));
    }
    const live = find(name ?? "");
    if (route === "POST invocations") return invoke(live.target, request, response, body, requestId);
    const answer = await operate(route, live, item ?? "", body);
    if (answer === undefined) throw notEmulated("FC", `${method} ${path}`);
    if (answer === null) response.writeHead(204).end();
    else sendJson(response, 200, answer);
  }

  /** What is answered to an operation on one function: null for nothing; undefined: it is not played. */
  async function operate(route: string, live: LiveFunction, item: string, body: Buffer): Promise<Answer> {
    const { functionName, maxAsyncRetryAttempts, reservedConcurrency } = live.target.definition;
    switch (route) {
      case "GET ":
        return describe(live);
      case "PUT ":
        await changes.update(live, jsonOf(body));
        return describe(find(functionName));
      case "DELETE ":
        await changes.remove(live);
        return null;
      case "GET triggers":
        return { triggers: triggers(live) };
      case "POST triggers":
        await changes.createTrigger(live, jsonOf(body));
        return trigger(find(functionName), String(jsonOf(body)["triggerName"]));
      case "GET triggers/*":
        return trigger(live, item);
      case "PUT triggers/*":
        await changes.updateTrigger(live, item, jsonOf(body));
        return trigger(find(functionName), item);
      case "DELETE triggers/*":
        await changes.deleteTrigger(live, item);
        return null;
      case "GET async-invoke-config":
        return { maxAsyncRetryAttempts };
      case "PUT async-invoke-config":
        await changes.setRetries(live, jsonOf(body)["maxAsyncRetryAttempts"]);
        return { maxAsyncRetryAttempts: jsonOf(body)["maxAsyncRetryAttempts"] };
      case "GET concurrency":
        return reservedConcurrency === null ? {} : { reservedConcurrency };
      case "PUT concurrency":
        await changes.reserve(live, jsonOf(body)["reservedConcurrency"]);
        return { reservedConcurrency: jsonOf(body)["reservedConcurrency"] };
    }
    return undefined;
  }

  function describe({ target, deployedAtMs }: LiveFunction): Record<string, unknown> {
    return describeFunction(target.definition, accountId, deployedAtMs);
  }

  function find(name: string): LiveFunction {
    const found = compute.live(name);
    if (!found) throw new ServiceError(404, "FunctionNotFound", `function '${name}' does not exist`);
    return found;
  }

  function list(query: Readonly<Record<string, string>>): Record<string, unknown> {
    const { prefix = "", limit = "20", nextToken } = query;
    const nameOf = ({ target }: LiveFunction) => target.definition.functionName;
    const matching = compute
      .all()
      .filter((live) => nameOf(live).startsWith(prefix) && (!nextToken || nameOf(live) >= nextToken))
      .sort((left, right) => (nameOf(left) < nameOf(right) ? -1 : 1));
    const size = Math.min(Math.max(Number(limit) || 20, 1), 100);
    const page = matching.slice(0, size);
    const next = matching[size] && nameOf(matching[size]);
    return {
      functions: page.map(describe),
      ...(next === undefined ? {} : { nextToken: next }),
    };
  }

  function triggers({ target, deployedAtMs, httpPort }: LiveFunction): Record<string, unknown>[] {
    const { definition } = target;
    const url = httpPort === undefined ? undefined : `http://127.0.0.1:${httpPort}`;
    return definition.triggers.map((given) => describeTrigger(given, definition, accountId, deployedAtMs, url));
  }

  function trigger(live: LiveFunction, name: string): Record<string, unknown> {
    const found = triggers(live).find(({ triggerName }) => triggerName === name);
    if (!found) throw new ServiceError(404, "TriggerNotFound", `trigger '${name}' does not exist`);
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

/** @throws ServiceError InvalidArgument 400 */
function jsonOf(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // Refused below, as what is no object.
  }
  throw new ServiceError(400, "InvalidArgument", "The body is no JSON object.");
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
