import { timingSafeEqual } from "node:crypto";
import { ServiceError } from "../core/service-error";
import { type NonceBook, signatureWindowMs } from "./nonce-book";

/** What a signature is checked against; `nowMs` is the server's clock. */
export interface SignatureCheck {
  readonly nowMs: number;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
  readonly nonces: NonceBook;
}

/** RFC 3986 encoding as both signature methods want it: everything but letters, digits, `-`, `_`, `.` and `~`. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Sorted, re-encoded `name=value` pairs: the wire leaves some signs literal that the signature encodes. */
export function canonicalQuery(parameters: Readonly<Record<string, string>>): string {
  return Object.keys(parameters)
    .sort()
    .map((name) => `${percentEncode(name)}=${percentEncode(parameters[name] as string)}`)
    .join("&");
}

/** @throws ServiceError InvalidAccessKeyId.NotFound 404 */
export function secretOf(accessKeyId: string, check: SignatureCheck): string {
  const secret = check.accessKeys.get(accessKeyId);
  if (secret !== undefined) return secret;
  throw new ServiceError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.");
}

/** @throws ServiceError SignatureDoesNotMatch 400; the text carries what was signed here, as the service's does. */
export function requireSameSignature(given: string, computed: string, stringToSign: string): void {
  const [left, right] = [Buffer.from(given), Buffer.from(computed)];
  if (left.length === right.length && timingSafeEqual(left, right)) return;
  throw new ServiceError(
    400,
    "SignatureDoesNotMatch",
    `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
  );
}

/**
 * The date must be near the server's clock and the nonce new. Comes last: only a caller who holds the secret may use up a nonce.
 * @throws ServiceError IllegalTimestamp 400, SignatureNonceUsed 400
 */
export function requireFresh(date: string, nonce: string, accessKeyId: string, check: SignatureCheck): void {
  const sentAtMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(date) ? Date.parse(date) : Number.NaN;
  if (!(Math.abs(check.nowMs - sentAtMs) <= signatureWindowMs)) {
    throw new ServiceError(
      400,
      "IllegalTimestamp",
      "The input parameter Timestamp that is mandatory for processing this request is not supplied or is out of date.",
    );
  }
  if (!check.nonces.use(`${accessKeyId} ${nonce}`, check.nowMs)) {
    throw new ServiceError(400, "SignatureNonceUsed", "Specified signature nonce was used already.");
  }
}
