import type { IncomingMessage, ServerResponse } from "node:http";
import type { Faults } from "../core/faults";
import { type Random, randomRequestId } from "../core/random";
import { ServiceError } from "../core/service-error";
import { fcServer, requestBody, sendJson } from "../fc/fc-server";
import type { LoopbackServer } from "../http/loopback-server";
import { readFaultRule } from "./fault-rule";

/**
 * The one route that the cloud does not have: `GET /faults` lists the rules, `POST /faults` adds one, `DELETE /faults` clears them
 * all. Loopback only and unsigned.
 */
export function adminServer(faults: Faults, random: Random): LoopbackServer {
  return fcServer(
    (request, response) => serve(faults, request, response),
    () => randomRequestId(random),
  );
}

async function serve(faults: Faults, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url !== "/faults") throw new ServiceError(404, "NotFound", "The only path is /faults.");
  switch (request.method) {
    case "GET":
      return sendJson(response, 200, faults.list());
    case "POST":
      requireJson(request);
      faults.add(readFaultRule((await requestBody(request)).toString()));
      return sendJson(response, 201, faults.list());
    case "DELETE":
      faults.clear();
      return sendJson(response, 200, []);
  }
  throw new ServiceError(405, "MethodNotAllowed", "The methods are GET, POST and DELETE.");
}

/** A page in a browser of this machine can send any other type here without being asked whether it may. */
function requireJson(request: IncomingMessage): void {
  if (/^application\/json\b/.test(request.headers["content-type"] ?? "")) return;
  throw new ServiceError(415, "UnsupportedMediaType", "A rule comes as application/json.");
}
