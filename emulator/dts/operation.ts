import type { RpcParameters } from "../core/rpc-service";
import { secondsText } from "../rpc/utc-time";
import type { JobBook } from "./job-book";

/** One operation: reads parameters, changes jobs, answers the body. @throws ServiceError or Refusal, the two error shapes */
export type Operation = (parameters: RpcParameters, book: JobBook) => Record<string, unknown>;

/** The seven fields (without RequestId) that most DTS answers carry, and the operation's own, which come after them or replace them. */
export function standardAnswer(own: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const standard = {
    Success: true,
    HttpStatusCode: 200,
    ErrCode: "",
    ErrMessage: "",
    DynamicCode: "",
    DynamicMessage: "",
  };
  // Not `{ ...standard, … }`: Node takes a microsecond for each property that follows a spread.
  return Object.assign(standard, own);
}

/** `2026-01-31T12:00:00Z`; undefined stays absent, as fields do that have no value yet. */
export function wireTime(atMs: number | undefined): string | undefined {
  return atMs === undefined ? undefined : secondsText(atMs);
}
