import type { FaultRule } from "../core/faults";
import { ServiceError } from "../core/service-error";
import { HangUp } from "../http/request-body";
import type { InvocationResult } from "./invocation";

/** How long an invocation that `hang`s is delayed if the rule names no time. */
export const invocationHangMs = 5_000;

/**
 * One invocation under a fault rule of service `fc`, whose actions are the functions' full names.
 * @param run runs the function
 * @param delay waits, until then or until the function is stopped
 * @throws ServiceError 429 or 500 from the platform (codes of the error list of version 2023-03-30; which of them a throttled function answers
 *   is unverified); HangUp where the connection to the platform breaks
 */
export async function invokeUnder(
  fault: FaultRule | undefined,
  requestId: string,
  run: () => Promise<InvocationResult>,
  delay: (delayMs: number) => Promise<void>,
): Promise<InvocationResult> {
  switch (fault?.kind) {
    case "throttle":
      throw new ServiceError(429, "ResourceThrottled", "The request is throttled. Please try again later.");
    case "server-error":
      throw new ServiceError(500, "InternalServerError", "An internal error has occurred. Please retry.");
    case "success-false":
      return { requestId, payload: failure(), errorType: "UnhandledInvocationError", durationMs: 0, output: "" };
    case "lost-request":
      throw new HangUp("the connection to the platform broke before the invocation");
  }
  const result = await run();
  if (fault?.kind === "lost-reply") throw new HangUp("the connection to the platform broke after the invocation");
  if (fault?.kind === "hang") await delay(fault.delayMs ?? invocationHangMs);
  return result;
}

/** Did the platform fail, and not the function? Who invokes for a trigger repeats then. */
export function isPlatformFailure(error: unknown): boolean {
  return error instanceof ServiceError || error instanceof HangUp;
}

function failure(): Buffer {
  const errorMessage = "Process exited unexpectedly before completing request";
  return Buffer.from(JSON.stringify({ errorMessage, errorType: "FunctionProcessExited", stackTrace: [] }));
}
