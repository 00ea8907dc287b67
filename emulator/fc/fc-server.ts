import type { IncomingMessage, ServerResponse } from "node:http";
import { ServiceError } from "../core/service-error";
import { LoopbackServer, reportToStderr } from "../http/loopback-server";
import { HangUp, readBody } from "../http/request-body";

/** Answers one request; a ServiceError that it throws is answered as such, anything else as a bug of the local cloud. */
export type FcRequestHandler = (request: IncomingMessage, response: ServerResponse, requestId: string) => Promise<void>;

/** A server with Function Compute's error body `{Code, Message, RequestId}` and request id header. */
export function fcServer(handle: FcRequestHandler, newRequestId: () => string): LoopbackServer {
  return new LoopbackServer(async (request, response) => {
    const requestId = newRequestId();
    response.setHeader("X-Fc-Request-Id", requestId);
    try {
      await handle(request, response, requestId);
    } catch (error) {
      if (error instanceof HangUp) throw error;
      sendError(response, requestId, error);
    }
  });
}

/** Limit of a synchronous invocation's body. */
const bodyBytesMax = 32 * 1024 * 1024;

/** @throws ServiceError RequestEntityTooLarge 413; HangUp */
export async function requestBody(request: IncomingMessage): Promise<Buffer> {
  const body = await readBody(request, bodyBytesMax);
  if (!body) throw new ServiceError(413, "RequestEntityTooLarge", "The request body is over 32 MB.");
  return body;
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, requestId: string, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof ServiceError ? error : new ServiceError(500, "EmulatorBug", message);
  if (known !== error) reportToStderr(error);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  sendJson(response, known.httpStatus, { Code: known.code, Message: known.message, RequestId: requestId });
}
