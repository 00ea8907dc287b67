import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { ServiceError } from "../core/service-error";
import type { ReceivedRequest } from "../http/service-server";

export interface SignatureCheck {
  readonly nowMs: number;
  /** Access key id to secret. */
  readonly accessKeys: ReadonlyMap<string, string>;
}

const dateWindowMs = 15 * 60_000;

/**
 * Checks `LOG <key>:<signature>` as `@alicloud/gateway-sls` 0.3 makes it: HMAC-SHA256 over method, MD5 of the body in hex, type, date, the
 * `x-log-` and `x-acs-` headers and the path with its sorted query.
 * @returns the caller's access key id and the token that comes with a role's keys
 * @throws ServiceError Unauthorized 401, SignatureNotMatch 403, RequestTimeExpired 400
 */
export function verifySignature(
  request: ReceivedRequest,
  { nowMs, accessKeys }: SignatureCheck,
): { readonly accessKeyId: string; readonly securityToken: string | undefined } {
  const { headers, body } = request;
  const [, accessKeyId = "", signature = ""] = /^LOG ([^:\s]+):(\S+)$/.exec(headers.authorization ?? "") ?? [];
  const secret = accessKeys.get(accessKeyId);
  if (secret === undefined) throw new ServiceError(401, "Unauthorized", "The AccessKeyId is not found.");
  const sentAtMs = Date.parse(headers.date ?? "");
  if (!(Math.abs(nowMs - sentAtMs) <= dateWindowMs))
    throw new ServiceError(400, "RequestTimeExpired", "The time of the request is too far from the server's.");
  const md5 = body.length === 0 ? "" : createHash("md5").update(body).digest("hex").toUpperCase();
  const expected = createHmac("sha256", secret).update(stringToSign(request)).digest();
  const given = Buffer.from(signature, "base64");
  const isSame = given.length === expected.length && timingSafeEqual(given, expected);
  if (!isSame || (headers["content-md5"] ?? "") !== md5)
    throw new ServiceError(403, "SignatureNotMatch", "The signature does not match.");
  const token = headers["x-acs-security-token"];
  return { accessKeyId, securityToken: typeof token === "string" ? token : undefined };
}

function stringToSign({ method, target, headers }: ReceivedRequest): string {
  const { "content-md5": md5 = "", "content-type": type = "", date = "" } = headers;
  const signed = Object.keys(headers)
    .filter((name) => name.startsWith("x-log-") || name.startsWith("x-acs-"))
    .sort()
    .map((name) => `${name}:${headers[name]}\n`);
  const [path = "/", queryText = ""] = target.split("?");
  const query = [...new URLSearchParams(queryText)].map(([name, value]) => `${name}=${value}`).sort();
  const resource = query.length === 0 ? path : `${path}?${query.join("&")}`;
  return `${method}\n${md5}\n${type}\n${date}\n${signed.join("")}${resource}`;
}
