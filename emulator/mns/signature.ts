import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { ReceivedRequest } from "../http/service-server";
import { refusal } from "./refusals";

/** What a signature is checked against; `nowMs` is the server's clock. */
export interface SignatureCheck {
  readonly nowMs: number;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
}

/** How far the Date header may be from the server's clock. */
const dateWindowMs = 15 * 60_000;

/**
 * Checks who sent the request, when, and that it arrived as it was sent ("Request signatures": HMAC-SHA1). A security token is not
 * covered by the signature. The order of the checks is unverified.
 * @throws ServiceError MissingAuthorizationHeader 400, InvalidAuthorizationHeader 400, InvalidAccessKeyId 403, MissingDateHeader 400,
 *   InvalidDateHeader 400, TimeExpired 408, SignatureDoesNotMatch 403, InvalidDegist 400
 */
export function verifySignature(
  request: ReceivedRequest,
  check: SignatureCheck,
): { readonly accessKeyId: string; readonly securityToken: string | undefined } {
  const { accessKeyId, signature } = readAuthorization(request.headers.authorization);
  const secret = check.accessKeys.get(accessKeyId);
  if (secret === undefined) throw refusal("InvalidAccessKeyId");
  requireRecent(request.headers.date, check.nowMs);
  const expected = createHmac("sha1", secret).update(stringToSign(request)).digest();
  const given = Buffer.from(signature, "base64");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw refusal("SignatureDoesNotMatch");
  requireDigest(request);
  const token = request.headers["security-token"];
  return { accessKeyId, securityToken: typeof token === "string" ? token : undefined };
}

function readAuthorization(header: string | undefined): { accessKeyId: string; signature: string } {
  if (header === undefined) throw refusal("MissingAuthorizationHeader");
  const [, accessKeyId, signature] = /^MNS ([^:\s]+):([A-Za-z0-9+/]+=*)$/.exec(header) ?? [];
  if (accessKeyId === undefined || signature === undefined) throw refusal("InvalidAuthorizationHeader");
  return { accessKeyId, signature };
}

function requireRecent(date: string | undefined, nowMs: number): void {
  if (date === undefined) throw refusal("MissingDateHeader");
  const sentAtMs = Date.parse(date);
  if (Number.isNaN(sentAtMs)) throw refusal("InvalidDateHeader");
  if (Math.abs(nowMs - sentAtMs) > dateWindowMs) throw refusal("TimeExpired");
}

function stringToSign({ method, target, headers }: ReceivedRequest): string {
  const mnsHeaders = Object.keys(headers)
    .filter((name) => name.startsWith("x-mns-"))
    .sort()
    .map((name) => `${name}:${headers[name]}\n`)
    .join("");
  const { "content-md5": md5 = "", "content-type": type = "", date = "" } = headers;
  return `${method}\n${md5}\n${type}\n${date}\n${mnsHeaders}${target}`;
}

/** Content-MD5 is the base64 of the digest's hex text, not of its bytes; observed of the Node client. */
function requireDigest({ headers, body }: ReceivedRequest): void {
  const given = headers["content-md5"];
  if (given === undefined) return;
  const hex = createHash("md5").update(body).digest("hex");
  if (given !== Buffer.from(hex).toString("base64")) throw refusal("InvalidDegist");
}
