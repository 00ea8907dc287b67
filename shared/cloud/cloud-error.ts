/**
 * A failed cloud call, sorted by what the caller must do.
 * `throttled`: nothing was done, try later. `refused`: nothing was done, the code says why.
 * `unavailable`: a read that got no answer, or a call that never left. `unknown-outcome`: a changing call that may have taken effect
 * (timeout, broken connection, 5xx, an answer that is not JSON): read back before anything else.
 */
export type CloudErrorKind = "throttled" | "refused" | "unavailable" | "unknown-outcome";

export class CloudError extends Error {
  override readonly name = "CloudError";

  constructor(
    readonly kind: CloudErrorKind,
    readonly service: "rds" | "dts" | "mns" | "kms" | "sql-server" | "tablestore",
    readonly action: string,
    /** The service's code, `DTS.Msg.` stripped; `Timeout`, `ConnectionLost` or `BadAnswer` where there was none. */
    readonly code: string,
    message: string,
    readonly details: {
      readonly httpStatus?: number;
      readonly requestId?: string;
      readonly retryAfterMs?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause: details.cause });
  }
}

/** True for failures that pass by themselves: the step tries again later and changes nothing. */
export function isPassing(error: unknown): error is CloudError {
  return error instanceof CloudError && (error.kind === "throttled" || error.kind === "unavailable");
}
