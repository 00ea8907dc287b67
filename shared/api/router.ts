import { CloudError } from "../cloud/cloud-error";
import { type CommandKind, commandKinds } from "../restore/model/states";
import { restoreRequestSchema } from "../restore/request/request";
import { NewerRecord } from "../store/record-row";
import type { ApiDependencies } from "./api-dependencies";
import { commandBodies, giveCommand, readCommand } from "./commands";
import { decodeHttpEvent, type HttpRequest, type HttpResponse, json, problemResponse } from "./http";
import { type Caller, type Role, requireRole, tokenIn } from "./identity";
import { listObjects, objectsQuery, readRecoveryWindow } from "./masters";
import { openApiDocument } from "./openapi";
import { Problem } from "./problem";
import { createRestore, listQuery, listRestores, planRestore, readEvents, readRestore } from "./restores";
import { match, type Route } from "./route";

/** Who may give which command: a person who may ask may also end; only an approver lets anything be written. */
const commandRoles: Readonly<Record<CommandKind, Role>> = {
  approve: "approver",
  reject: "approver",
  "confirm-instance": "approver",
  cancel: "requester",
  retry: "requester",
  extend: "requester",
  release: "requester",
};

const commandSummaries: Readonly<Record<CommandKind, string>> = {
  approve: "Approve exactly the plan with this hash",
  reject: "Reject the plan. Nothing is written",
  "confirm-instance": "Say whether the instance in doubt is of this restore",
  cancel: "Cancel; what that does depends on the state",
  retry: "Try again after the precheck's items were repaired",
  extend: "Keep the held instance longer",
  release: "Delete the held instance now",
};

/** Every path of the API. */
export const routes: readonly Route[] = [
  {
    method: "POST",
    path: "plans",
    role: "requester",
    summary: "Dry run: every prerequisite with its verdict",
    body: restoreRequestSchema,
    handler: planRestore,
  },
  {
    method: "POST",
    path: "restores",
    role: "requester",
    summary: "Start a restore",
    idempotent: true,
    body: restoreRequestSchema,
    handler: createRestore,
  },
  {
    method: "GET",
    path: "restores",
    role: "reader",
    summary: "List restores, newest first ",
    query: listQuery,
    handler: listRestores,
  },
  {
    method: "GET",
    path: "restores/{restoreId}",
    role: "reader",
    summary: "Read a restore, with the planHash to approve",
    handler: (deps, _request, caller, { restoreId }) => readRestore(deps, caller, restoreId!),
  },
  {
    method: "GET",
    path: "restores/{restoreId}/events",
    role: "reader",
    summary: "The timeline of a restore",
    handler: (deps, _request, caller, { restoreId }) => readEvents(deps, caller, restoreId!),
  },
  {
    method: "GET",
    path: "restores/{restoreId}/commands/{commandId}",
    role: "reader",
    summary: "What became of a command",
    handler: (deps, _request, caller, { restoreId, commandId }) => readCommand(deps, caller, restoreId!, commandId!),
  },
  ...commandKinds.map(
    (kind): Route => ({
      method: "POST",
      path: `restores/{restoreId}/${kind}`,
      role: commandRoles[kind],
      summary: commandSummaries[kind],
      body: commandBodies[kind],
      handler: (deps, request, caller, { restoreId }) => giveCommand(deps, request, caller, restoreId!, kind),
    }),
  ),
  {
    method: "GET",
    path: "masters/{masterInstanceId}/recovery-window",
    role: "reader",
    summary: "What can be restored now",
    handler: (deps, _request, caller, { masterInstanceId }) => readRecoveryWindow(deps, caller, masterInstanceId!),
  },
  {
    method: "GET",
    path: "masters/{masterInstanceId}/objects",
    role: "requester",
    summary: "Databases, and with secretName their tables and suitability",
    query: objectsQuery,
    handler: (deps, request, caller, { masterInstanceId }) => listObjects(deps, request, caller, masterInstanceId!),
  },
];

/**
 * Answers one HTTP event. Never throws: a failure of our own is a problem too, whose details are in the log alone.
 * @param requestId the platform's, in the log and in the answer of such a failure
 */
export async function answerHttp(deps: ApiDependencies, event: Uint8Array, requestId: string): Promise<HttpResponse> {
  try {
    return await dispatch(deps, decodeHttpEvent(event));
  } catch (error) {
    if (error instanceof Problem) return problemResponse(error);
    if (error instanceof CloudError) {
      deps.log("warn", "the cloud did not answer a request", {
        service: error.service,
        action: error.action,
        code: error.code,
      });
      return problemResponse(problemOfCloud(error));
    }
    deps.log("error", "a request failed", {
      requestId,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return problemResponse(
      new Problem(
        "internal-error",
        `Something unexpected happened; what was recorded before it stays recorded. Look at GET /restores before you ask again, with the same Idempotency-Key, and name request ${requestId} to the operators.`,
        { requestId },
      ),
    );
  }
}

/** A refusal stays one however often it is tried; everything else passes by itself. */
function problemOfCloud(error: CloudError): Problem {
  if (error instanceof NewerRecord) return new Problem("cloud-unavailable", error.message);
  const where = { service: error.service, action: error.action, cloudCode: error.code };
  return error.kind === "refused"
    ? new Problem("prerequisite-failed", `${error.service} refused ${error.action} with ${error.code}.`, where)
    : new Problem("cloud-unavailable", `${error.service} ${error.action} failed with ${error.code}; try again.`, where);
}

/** Made at the first request for it: the routes are the same as long as the process lives. */
let openApi: HttpResponse | undefined;

function document(): HttpResponse {
  openApi ??= json(200, openApiDocument(routes));
  return openApi;
}

async function dispatch(deps: ApiDependencies, request: HttpRequest): Promise<HttpResponse> {
  if (request.segments.join("/") === "healthz") return json(200, { status: "ok" });
  if (request.segments.join("/") === "openapi.json") {
    if (!deps.openapiPublic) await knownCaller(deps, request);
    return document();
  }
  const matching = routes.filter((route) => match(route.path, request.segments));
  if (matching.length === 0)
    throw new Problem("not-found", `There is nothing at /${request.segments.join("/").slice(0, 200)}.`);
  const route = matching.find((candidate) => candidate.method === request.method);
  if (!route)
    throw new Problem("method-not-allowed", `Use ${matching.map((candidate) => candidate.method).join(" or ")}.`);
  const caller = await knownCaller(deps, request);
  requireRole(caller, route.role);
  return route.handler(deps, request, caller, match(route.path, request.segments)!);
}

/** Which key was used is told to the operators alone: people read the owner. @throws Problem */
async function knownCaller(deps: ApiDependencies, request: HttpRequest): Promise<Caller> {
  const caller = await deps.identity.verify(tokenIn(request.headers["authorization"]));
  const { method, segments } = request;
  if (caller.key)
    deps.log("info", "a request with an API key", {
      keyId: caller.key.keyId,
      owner: caller.subject,
      method,
      path: `/${segments.join("/")}`,
    });
  return caller;
}
