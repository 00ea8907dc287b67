import { CloudError, type CloudErrorKind } from "../cloud-error";

/** The call that failed; `changing` decides what a missing answer means. */
export interface FailedCall {
  readonly service: "rds" | "dts" | "kms";
  readonly action: string;
  readonly changing: boolean;
}

type Details = CloudError["details"];

/** Refused before any work because of too many calls; everything with `Throttling` in it belongs here as well (rds documentation). */
const throttlingCodes = new Set(["ConcurrentLimit"]);

/**
 * The service gave up on its own work, whatever HTTP status the answer had (rds documentation, client errors: statuses of one
 * code vary): a change may have happened.
 */
const brokenOffCodes = new Set([
  "InternalError",
  "InternalFailure",
  "ServiceUnavailable",
  "TimeoutRetryLater",
  "ConnectTimeoutRetryLater",
]);

/** Node's codes for a connection that never came about, so that nothing was sent. */
const neverSentCodes = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/**
 * Sorts what the official client threw. Only codes, status and request id are kept: its message and its cause can carry the URL, and
 * the URL of ConfigureDtsJob carries passwords.
 */
export function thrownFailure(call: FailedCall, thrown: unknown): CloudError {
  const failure = (typeof thrown === "object" && thrown !== null ? thrown : {}) as Record<string, unknown>;
  const nodeCode = String(failure["code"] ?? "");
  if (neverSentCodes.has(nodeCode)) return error(call, "unavailable", "ConnectionLost", `was not sent (${nodeCode})`);
  const { statusCode, retryAfter } = failure;
  if (typeof statusCode !== "number") return unanswered(call, lostCode(String(failure["name"]), nodeCode));
  return answeredFailure(call, serviceCode(nodeCode) || `Http${statusCode}`, {
    httpStatus: statusCode,
    requestId: textOf(failure["requestId"]),
    retryAfterMs: typeof retryAfter === "number" ? retryAfter : undefined,
  });
}

/**
 * The failure inside an answer of status 200, if it is one: `Success` is false (DTS), as a boolean or as text. RDS and KMS answers
 * have no such field.
 */
export function failureInside(call: FailedCall, answer: Readonly<Record<string, unknown>>): CloudError | null {
  const success = answer["Success"];
  if (success === undefined || success === null || String(success).toLowerCase() === "true") return null;
  const code = serviceCode(String(answer["ErrCode"] || answer["Code"] || "")) || "UnknownError";
  return answeredFailure(call, code, { httpStatus: 200, requestId: textOf(answer["RequestId"]) });
}

/** No answer came, or none that can be read. */
export function unanswered(call: FailedCall, code: "Timeout" | "ConnectionLost" | "BadAnswer"): CloudError {
  return error(call, lostKind(call), code, `got no usable answer (${code})`);
}

function answeredFailure(call: FailedCall, code: string, details: Details): CloudError {
  if (code.includes("Throttling") || throttlingCodes.has(code))
    return error(call, "throttled", code, `was throttled (${code})`, details);
  if (brokenOffCodes.has(code) || details.httpStatus! >= 500)
    return error(call, lostKind(call), code, `failed inside the service (${code})`, details);
  return error(call, "refused", code, `was refused (${code})`, details);
}

function lostKind(call: FailedCall): CloudErrorKind {
  return call.changing ? "unknown-outcome" : "unavailable";
}

function lostCode(name: string, nodeCode: string): "Timeout" | "ConnectionLost" | "BadAnswer" {
  if (name === "RequestTimeoutError" || nodeCode === "ETIMEDOUT") return "Timeout";
  return name === "SyntaxError" ? "BadAnswer" : "ConnectionLost";
}

/** Many codes of DTS come with a prefix as well; text that does not look like a code is not repeated. */
function serviceCode(text: string): string {
  const code = text.replace(/^DTS\.Msg\./, "");
  return /^[\w.-]{1,100}$/.test(code) && code !== "undefined" ? code : "";
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "undefined" ? value : undefined;
}

function error(
  { service, action }: FailedCall,
  kind: CloudErrorKind,
  code: string,
  what: string,
  details?: Details,
): CloudError {
  return new CloudError(kind, service, action, code, `${service} ${action} ${what}`, details);
}
