import { isSecretOf } from "../restore/prerequisites";
import { type RestoreRequest, restoreRequestSchema } from "../restore/request/request";
import {
  checkProblems,
  type FieldError,
  numberProblems,
  objectProblems,
  sourceProblems,
} from "../restore/request/request-problems";
import { invalidRequest, parseBody } from "./http";
import { Problem } from "./problem";

/** Parses and checks a restore request beyond its form: what no schema can say. @throws Problem */
export function parseRestoreRequest(body: string, nowMs: number): RestoreRequest {
  const request = parseBody(restoreRequestSchema, body) as RestoreRequest;
  const errors = [
    ...whichPoint(request),
    ...sourceProblems(request),
    ...objectProblems(request),
    ...checkProblems(request),
    ...numberProblems(body),
  ];
  if (errors.length > 0) throw invalidRequest(errors);
  for (const name of [request.secretName, request.temporaryInstanceSecret.name]) {
    if (name !== null && !isSecretOf(request.masterInstanceId, name)) {
      throw new Problem(
        "secret-out-of-scope",
        `${name} is not below rewind/${request.masterInstanceId}/. Nothing was started.`,
      );
    }
  }
  // The one prerequisite that needs no look at the cloud, and that a repeated request cannot come to violate.
  if (request.restoreTime !== null && Date.parse(request.restoreTime) > nowMs)
    throw new Problem(
      "prerequisite-failed",
      `${request.restoreTime} has not happened yet; it is ${new Date(nowMs).toISOString()}. Nothing was started.`,
      { reason: "restore-time-in-future" },
    );
  return request;
}

function whichPoint(request: RestoreRequest): FieldError[] {
  const given = Number(request.restoreTime !== null) + Number(request.backupId !== null);
  return given === 1 ? [] : [{ path: "restoreTime", message: "Give either restoreTime or backupId." }];
}
