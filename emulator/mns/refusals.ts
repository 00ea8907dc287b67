import { ServiceError } from "../core/service-error";

/**
 * Every code that the local MNS answers, with its status and text ("Error codes", help page 27501, and the operations' own pages;
 * the wording of the 408, 409 and throttling texts is unverified).
 */
const refusals = {
  InvalidArgument: [400, "The XML you provided did not validate against our published schema."],
  InvalidAuthorizationHeader: [400, "The Authorization header format is invalid."],
  InvalidDateHeader: [400, "The Date header format is invalid."],
  // The service spells it so.
  InvalidDegist: [400, "The Content-MD5 you specified is invalid."],
  InvalidQueryString: [400, "Http request URL contains invalid querystring item."],
  InvalidQueueName: [400, "The queue name you provided is invalid: letters, digits and hyphens, the first no hyphen."],
  InvalidRequestURL: [400, "Http request URL format invalid."],
  MalformedXML: [400, "The XML you provided was not well-formed."],
  MissingAuthorizationHeader: [400, "Authorization header is required."],
  MissingDateHeader: [400, "Date header is required."],
  MissingReceiptHandle: [400, "ReceiptHandle is required."],
  MissingVisibilityTimeout: [400, "VisibilityTimeout is required."],
  QueueNameLengthError: [400, "Queue name length should between 1 and 120."],
  ReceiptHandleError: [400, "The receipt handle you provide is not valid."],
  AccessDenied: [403, "The OwnerId that your Access Key Id associated to is forbidden for this operation."],
  InvalidAccessKeyId: [403, "The AccessKey Id you provided is not exist."],
  SignatureDoesNotMatch: [403, "The request signature we calculated does not match the signature you provided."],
  MessageNotExist: [404, "Message not exist."],
  QueueNotExist: [404, "The queue name you provided is not exist."],
  TimeExpired: [408, "The http request you sent is expired."],
  QueueAlreadyExist: [409, "The queue you want to create is already exist."],
  TooManyRequests: [429, "The request is refused because of too many requests."],
  // "Interal" is the documented text.
  InternalError: [500, "Interal error."],
} as const satisfies Record<string, readonly [number, string]>;

export type RefusalCode = keyof typeof refusals;

/** The refusal of that code; `message` replaces the text of the table where the service names a value. */
export function refusal(code: RefusalCode, message?: string): ServiceError {
  const [status, text] = refusals[code];
  return new ServiceError(status, code, message ?? text);
}
