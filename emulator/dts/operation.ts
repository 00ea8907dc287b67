import type { RpcParameters } from "../core/rpc-service";
import type { JobBook } from "./job-book";

/** One operation: reads parameters, changes jobs, answers the body. @throws CloudError or Refusal, the two error shapes */
export type Operation = (parameters: RpcParameters, book: JobBook) => Record<string, unknown>;

/** The seven fields (without RequestId) that most DTS answers carry. */
export function standardAnswer(): Record<string, unknown> {
  return { Success: true, HttpStatusCode: 200, ErrCode: "", ErrMessage: "", DynamicCode: "", DynamicMessage: "" };
}

/** `2026-01-31T12:00:00Z`; undefined stays absent, as fields do that have no value yet. */
export function wireTime(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : new Date(atMs).toISOString().replace(/\.\d+Z$/, "Z");
}
