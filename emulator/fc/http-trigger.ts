import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../core/clock";
import { type Random, randomText } from "../core/random";
import { notEmulated, ServiceError } from "../core/service-error";
import type { LoopbackServer } from "../http/loopback-server";
import type { DeployedFunction } from "./deployed-function";
import { type HttpOrigin, type HttpRequest, httpEvent } from "./events";
import { fcServer, requestBody } from "./fc-server";
import { readHttpAnswer } from "./http-answer";
import type { HttpTriggerDefinition } from "./trigger-definition";

export interface HttpTriggerOptions {
  readonly trigger: HttpTriggerDefinition;
  readonly target: DeployedFunction;
  readonly accountId: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** A function's own address: one server per function, as each has a host name of its own in the cloud. */
export function httpTrigger({ trigger, target, accountId, clock, random }: HttpTriggerOptions): LoopbackServer {
  const { functionName, region } = target.definition;
  const domainPrefix = `${functionName}-${randomText(random, 10, "abcdefghijklmnopqrstuvwxyz")}`;
  const origin: HttpOrigin = { accountId, domainPrefix, domainName: `${domainPrefix}.${region}.fcapp.run` };
  const methods: readonly string[] = trigger.triggerConfig.methods;

  async function serve(request: IncomingMessage, response: ServerResponse, requestId: string): Promise<void> {
    if (!methods.includes(request.method ?? "")) {
      // The status is unverified.
      throw new ServiceError(405, "MethodNotAllowed", `The HTTP trigger does not take ${request.method}.`);
    }
    if (request.headers["x-fc-invocation-type"]?.toString().toLowerCase() === "async") {
      throw notEmulated("FC", "asynchronous call of an HTTP trigger");
    }
    const event = httpEvent(origin, await received(request), requestId, clock.nowMs());
    const result = await target.invoke(event, requestId);
    if (result.errorType !== undefined) {
      // The status of a failed function behind an HTTP trigger is unverified.
      response.writeHead(502, { "X-Fc-Error-Type": result.errorType, "content-type": "application/json" });
      response.end(result.payload);
      return;
    }
    const answer = readHttpAnswer(result.payload);
    response.writeHead(answer.statusCode, answer.headers).end(answer.body);
  }

  return fcServer(serve, () => target.newRequestId());
}

async function received(request: IncomingMessage): Promise<HttpRequest> {
  const headers: [string, string][] = [];
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    headers.push([request.rawHeaders[index] as string, request.rawHeaders[index + 1] as string]);
  }
  return {
    method: request.method ?? "GET",
    target: request.url ?? "/",
    protocol: `HTTP/${request.httpVersion}`,
    headers,
    body: await requestBody(request),
    sourceIp: request.socket.remoteAddress ?? "",
  };
}
