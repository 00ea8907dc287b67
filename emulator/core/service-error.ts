/**
 * A refusal that the real service is documented to answer. Anything else that is thrown inside the local cloud is a bug
 * of the local cloud and must surface as one (HTTP 500 with code `EmulatorBug`), never as if the cloud had said it.
 */
export class ServiceError extends Error {
  override readonly name = "ServiceError";

  constructor(
    readonly httpStatus: number,
    readonly code: string,
    message: string,
    /** Milliseconds for the `x-acs-retry-after` header, on throttling only. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** A known operation that this emulator does not play: it says so instead of pretending. */
export function notEmulated(service: string, action: string): ServiceError {
  return new ServiceError(
    501,
    "EmulatorNotImplemented",
    `${service} ${action} exists in the cloud but the local cloud does not play it.`,
  );
}
