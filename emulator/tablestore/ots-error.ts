import { ServiceError } from "../core/service-error";

/**
 * The refusals of Tablestore with their HTTP statuses and messages ("Error codes" page of the documentation, 2026-02). Messages
 * that the page does not list are our own wording.
 */
export function parameterInvalid(message: string): ServiceError {
  return new ServiceError(400, "OTSParameterInvalid", message);
}

export function invalidPrimaryKey(message: string): ServiceError {
  return new ServiceError(400, "OTSInvalidPK", message);
}

export function conditionCheckFail(): ServiceError {
  return new ServiceError(403, "OTSConditionCheckFail", "Condition check failed.");
}

export function objectNotExist(): ServiceError {
  return new ServiceError(404, "OTSObjectNotExist", "Requested table does not exist.");
}

export function objectAlreadyExist(): ServiceError {
  return new ServiceError(409, "OTSObjectAlreadyExist", "Requested table already exists.");
}

export function authFailed(message: string): ServiceError {
  return new ServiceError(403, "OTSAuthFailed", message);
}

export function noPermission(): ServiceError {
  return new ServiceError(
    403,
    "OTSNoPermissionAccess",
    "You have no permission to access the requested resource, please contact the resource owner.",
  );
}

/** The page files this under OTSParameterInvalid; the service's own tests in the official Python SDK see OTSMissingHeader. */
export function missingHeader(name: string): ServiceError {
  return new ServiceError(400, "OTSMissingHeader", `Missing header: '${name}'.`);
}

/** A played operation with a part that is not played; same code as an operation that is not. */
export function notPlayed(feature: string): ServiceError {
  return new ServiceError(
    501,
    "EmulatorNotImplemented",
    `Tablestore has ${feature}, but the local cloud does not play it.`,
  );
}
