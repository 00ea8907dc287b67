import { createHash, createHmac } from "node:crypto";
import { ServiceError } from "../core/service-error";
import { canonicalQuery, requireFresh, requireSameSignature, type SignatureCheck, secretOf } from "./signature";

/** One HTTP request as far as its signature covers it. */
export interface Acs3Request {
  readonly method: string;
  /** Raw path of the request line, without the query; `/` for RPC, still percent-encoded for ROA. */
  readonly path: string;
  /** Decoded query parameters. */
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Hex SHA-256 of the body as received (of nothing: `e3b0c442…`). */
  readonly bodySha256: string;
}

const algorithm = "ACS3-HMAC-SHA256";
const mandatoryHeaders = [
  "x-acs-action",
  "x-acs-version",
  "x-acs-date",
  "x-acs-signature-nonce",
  "x-acs-content-sha256",
];

/**
 * Verifies signature version 3 (`ACS3-HMAC-SHA256`; openapi-core `getAuthorization`, signature guide of 2023) by recomputing it:
 * the key is the bare secret, `host` and every `x-acs-*` header must be signed.
 * @returns the caller's access key id
 * @throws ServiceError MissingParameter, IncompleteSignature, SignatureDoesNotMatch, IllegalTimestamp, SignatureNonceUsed (400),
 * InvalidAccessKeyId.NotFound (404)
 */
export function verifyAcs3(request: Acs3Request, check: SignatureCheck): { readonly accessKeyId: string } {
  const authorization = parseAuthorization(header(request, "authorization"));
  for (const name of mandatoryHeaders) {
    if (header(request, name) === "") throw missing(name);
  }
  requireAllSigned(request, authorization.signedHeaders);
  const secret = secretOf(authorization.accessKeyId, check);
  if (header(request, "x-acs-content-sha256") !== request.bodySha256) {
    throw new ServiceError(400, "SignatureDoesNotMatch", "x-acs-content-sha256 is not the hash of the received body.");
  }
  const stringToSign = `${algorithm}\n${sha256(canonicalRequest(request, authorization.signedHeaders))}`;
  const signature = createHmac("sha256", secret).update(stringToSign).digest("hex");
  requireSameSignature(authorization.signature, signature, stringToSign);
  const { accessKeyId } = authorization;
  requireFresh(header(request, "x-acs-date"), header(request, "x-acs-signature-nonce"), accessKeyId, check);
  return { accessKeyId };
}

function parseAuthorization(text: string): { accessKeyId: string; signedHeaders: string[]; signature: string } {
  if (text === "") throw missing("Authorization");
  const match = /^ACS3-HMAC-SHA256 +Credential=([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]+)$/.exec(text);
  if (!match) throw incomplete("The Authorization header is not of the form that ACS3-HMAC-SHA256 wants.");
  const [, accessKeyId = "", signedHeaders = "", signature = ""] = match;
  return { accessKeyId, signedHeaders: signedHeaders.split(";"), signature };
}

function requireAllSigned(request: Acs3Request, signedHeaders: readonly string[]): void {
  const covered = Object.keys(request.headers).filter((name) => name === "host" || name.startsWith("x-acs-"));
  for (const name of covered) {
    if (!signedHeaders.includes(name)) throw incomplete(`The header ${name} is not among the signed headers.`);
  }
}

function canonicalRequest(request: Acs3Request, signedHeaders: readonly string[]): string {
  const path = request.path.replaceAll("+", "%20").replaceAll("*", "%2A").replaceAll("%7E", "~");
  const headerLines = signedHeaders.map((name) => `${name}:${header(request, name).trim()}\n`).join("");
  const lines = [request.method, path, canonicalQuery(request.query), headerLines, signedHeaders.join(";")];
  return [...lines, request.bodySha256].join("\n");
}

function header(request: Acs3Request, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : (value ?? []).join(",");
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function missing(name: string): ServiceError {
  return new ServiceError(
    400,
    "MissingParameter",
    `The input parameter "${name}" that is mandatory for processing this request is not supplied.`,
  );
}

function incomplete(message: string): ServiceError {
  return new ServiceError(
    400,
    "IncompleteSignature",
    `The request signature does not conform to Aliyun standards. ${message}`,
  );
}
