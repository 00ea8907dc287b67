/**
 * Everything that the API refuses, once: stable code, HTTP status, title. Codes are never reused; the README lists them (tested
 * both ways). Bodies are RFC 9457 `application/problem+json`.
 */
export const problemTypes = {
  "malformed-json": { status: 400, title: "The body is not JSON." },
  "invalid-request": { status: 400, title: "The request does not have the expected form." },
  "body-too-large": { status: 413, title: "The body is over 1 MB." },
  "token-missing": { status: 401, title: "A bearer token is required." },
  "token-invalid": { status: 401, title: "The bearer token is not valid here." },
  "role-missing": { status: 403, title: "The token's roles do not allow this." },
  "secret-out-of-scope": { status: 403, title: "Only secrets of the master itself can be used." },
  "automatic-approval-not-allowed": { status: 403, title: "Automatic approval is not allowed to this caller." },
  "not-found": { status: 404, title: "There is nothing here." },
  "restore-not-found": { status: 404, title: "There is no such restore." },
  "master-not-found": { status: 404, title: "There is no such master instance." },
  "method-not-allowed": { status: 405, title: "This path does not know the method." },
  "idempotency-conflict": { status: 409, title: "The Idempotency-Key was used with another body." },
  "command-not-possible": { status: 409, title: "The restore's state does not allow this." },
  "plan-hash-mismatch": { status: 409, title: "The plan hash is not the one that the restore shows." },
  "two-person-rule": { status: 403, title: "Approver and requester must be two people." },
  "prerequisite-failed": { status: 422, title: "A prerequisite of the restore is not met." },
  "write-backs-stopped": { status: 503, title: "The operators stopped write-backs." },
  "too-many-restores": { status: 429, title: "The caller has too many restores open." },
  "too-many-commands": { status: 429, title: "Too many commands wait for this restore." },
  "internal-error": { status: 500, title: "Internal error." },
  "cloud-unavailable": { status: 503, title: "The cloud does not answer at the moment." },
} as const;

export type ProblemCode = keyof typeof problemTypes;

/** A refusal of the API, with what happened, what was left untouched, and what to do, in `detail`. */
export class Problem extends Error {
  override readonly name = "Problem";

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    readonly extensions: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}
