import { canonicalJson, sha256Hex } from "../../canonical-json";
import type { RestoreRecord } from "../model/record";
import type { RestoreRequest } from "./request";

/** The hash under which two requests are the same request. */
export function hashRequest(request: RestoreRequest): string {
  return sha256Hex(canonicalJson(request));
}

/** A new restore, recorded before anything else happens. */
export function newRecord(input: {
  readonly restoreId: string;
  readonly request: RestoreRequest;
  readonly requestedBy: string;
  /** Who made the API key that it came with. */
  readonly requestKeyMadeBy?: string | undefined;
  /** The trace context of the request, if it has one that can be read. */
  readonly traceparent?: string | undefined;
  readonly origin: RestoreRecord["origin"];
  readonly automaticApprovalAllowed: boolean;
  readonly nowMs: number;
}): RestoreRecord {
  const { restoreId, request, nowMs } = input;
  return {
    restoreId,
    schemaVersion: 1,
    status: "accepted",
    statusSinceMs: nowMs,
    outcome: null,
    reason: null,
    request,
    requestHash: hashRequest(request),
    requestedBy: input.requestedBy,
    ...(input.requestKeyMadeBy === undefined ? {} : { requestKeyMadeBy: input.requestKeyMadeBy }),
    ...(input.traceparent === undefined ? {} : { traceparent: input.traceparent }),
    origin: input.origin,
    automaticApprovalAllowed: input.automaticApprovalAllowed,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    idleRuns: 0,
    intent: null,
    cancelRequested: false,
    restoreTimeMs: request.restoreTime === null ? null : Date.parse(request.restoreTime),
    restorePoint: null,
    master: null,
    source: null,
    temporaryInstance: null,
    candidate: null,
    job: null,
    staleJobs: [],
    lastRefusal: null,
    openings: [],
    verification: null,
    target: null,
    precheckItems: [],
    plan: null,
    planHash: null,
    approval: null,
    progress: null,
    comparison: null,
    leftOnMaster: [],
    expiresAtMs: null,
    doubts: [],
    handledCommands: [],
    timeline: [
      {
        atMs: nowMs,
        status: "accepted",
        text: `asked for by ${input.requestedBy}${request.reason ? `: ${request.reason}` : ""}`,
      },
    ],
  };
}
