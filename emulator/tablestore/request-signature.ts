import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { authFailed, missingHeader, parameterInvalid } from "./ots-error";

export interface SignedRequest {
  /** `/PutRow` */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface SignatureCheck {
  readonly nowMs: number;
  readonly isInstance: (name: string) => boolean;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
}

export interface VerifiedRequest {
  readonly instanceName: string;
  readonly accessKeyId: string;
  /** Comes with the keys of a role. */
  readonly securityToken: string | undefined;
}

const requiredHeaders = ["apiversion", "date", "accesskeyid", "instancename", "contentmd5", "signature"] as const;
const apiVersion = "2015-12-31";
const maximumSkewMs = 15 * 60_000;

/**
 * Verifies who sent the request and that it arrived whole: HMAC-SHA1 over path, method, an empty line and all `x-ots-` headers
 * but the signature, sorted by name (the official client's signer.js).
 * @throws ServiceError OTSMissingHeader, OTSParameterInvalid, OTSAuthFailed
 */
export function verifyRequest(request: SignedRequest, check: SignatureCheck): VerifiedRequest {
  for (const name of requiredHeaders) header(request, name);
  const version = header(request, "apiversion");
  if (version !== apiVersion) throw parameterInvalid(`Invalid API version: '${version}'.`);
  checkDate(header(request, "date"), check.nowMs);
  const accessKeyId = header(request, "accesskeyid");
  const secret = check.accessKeys.get(accessKeyId);
  if (secret === undefined) throw authFailed("The AccessKeyID does not exist.");
  if (!equal(header(request, "signature"), signature(request, secret))) throw authFailed("Signature mismatch.");
  const md5 = createHash("md5").update(request.body).digest("base64");
  if (header(request, "contentmd5") !== md5) {
    throw authFailed("Mismatch between MD5 value of request body and x-ots-contentmd5 in header.");
  }
  const instanceName = header(request, "instancename");
  if (!check.isInstance(instanceName)) throw authFailed("The instance is not found.");
  const token = request.headers["x-ots-ststoken"];
  return { instanceName, accessKeyId, securityToken: typeof token === "string" ? token : undefined };
}

function signature(request: SignedRequest, secret: string): string {
  const lines = Object.keys(request.headers)
    .filter((name) => name.startsWith("x-ots-") && name !== "x-ots-signature")
    .sort()
    .map((name) => `${name}:${request.headers[name]}\n`);
  return createHmac("sha1", secret)
    .update(`${request.path}\nPOST\n\n${lines.join("")}`)
    .digest("base64");
}

function header(request: SignedRequest, name: (typeof requiredHeaders)[number]): string {
  const value = request.headers[`x-ots-${name}`];
  if (typeof value !== "string" || value === "") throw missingHeader(`x-ots-${name}`);
  return value;
}

function checkDate(date: string, nowMs: number): void {
  const dateMs = Date.parse(date);
  if (Number.isNaN(dateMs)) throw parameterInvalid(`Invalid date format: ${date}.`);
  if (Math.abs(nowMs - dateMs) > maximumSkewMs)
    throw authFailed(`Mismatch between system time and x-ots-date: ${date}.`);
}

function equal(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
