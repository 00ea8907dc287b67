import { ServiceError } from "../core/service-error";

/**
 * The second error shape of DTS: HTTP 200 with `Success: false`, which official clients do not throw on. The gateway's
 * shape (HTTP 4xx) is a ServiceError. Codes sometimes carry the prefix `DTS.Msg.`, so some of these do.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";

  constructor(
    readonly code: string,
    message: string,
    /** Replaces `%s` in the message, as the documents of CreateDtsInstance describe. */
    readonly dynamicMessage = "",
  ) {
    super(message);
  }

  /** The response body. `Success` is a string here on purpose: the real type drifts, and "false" is a truthy string. */
  body(): Record<string, unknown> {
    return {
      Success: "false",
      HttpStatusCode: "200",
      ErrCode: this.code,
      ErrMessage: this.message,
      DynamicCode: "",
      DynamicMessage: this.dynamicMessage,
    };
  }
}

export function invalidParameter(name: string, reason: string): Refusal {
  return new Refusal("InvalidParameter", `The parameter %s is invalid: ${reason}`, name);
}

/** Job or instance unknown or released; Terraform counts this code as "deleted". */
export function jobNotFound(): ServiceError {
  return new ServiceError(403, "Forbidden.InstanceNotFound", "The instance is not found.");
}

export function wrongStatus(action: string, status: string): ServiceError {
  return new ServiceError(
    403,
    "OperationDenied.JobStatus",
    `The current job status ${status} does not support the operation ${action}.`,
  );
}

/** Something that DTS can do and the local cloud does not play. */
export function beyondThisEmulator(what: string): ServiceError {
  return new ServiceError(501, "EmulatorNotImplemented", `The local cloud does not play ${what}.`);
}
