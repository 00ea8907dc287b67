import { createHash } from "node:crypto";
import type { RpcParameters } from "../core/rpc-service";
import type { ReceivedRequest } from "../http/service-server";
import { verifyAcs3 } from "./acs3";
import { verifyRpcV1 } from "./rpc-v1";
import type { SignatureCheck } from "./signature";

/** A received request before anybody has verified it. */
export interface RpcRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: ReceivedRequest["headers"];
  readonly query: RpcParameters;
  readonly form: RpcParameters;
  readonly bodySha256: string;
}

/** Takes a received request apart. */
export function decodeRpcRequest({ method, target, headers, body }: ReceivedRequest): RpcRequest {
  const [path = "/", query = ""] = target.split(/\?(.*)/s);
  const isForm = (headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  return {
    method,
    path,
    headers,
    query: decodeParameters(query),
    form: isForm ? decodeParameters(body.toString("utf8")) : {},
    bodySha256: createHash("sha256").update(body).digest("hex"),
  };
}

/** Version and action, from headers (ACS3) or parameters (RPC v1). */
export function addressee(request: RpcRequest): { readonly version: string; readonly action: string } {
  const { headers, query, form } = request;
  return {
    version: String(headers["x-acs-version"] ?? query["Version"] ?? form["Version"] ?? ""),
    action: String(headers["x-acs-action"] ?? query["Action"] ?? form["Action"] ?? ""),
  };
}

/** Verifies whichever signature the request carries and answers the operation's own parameters, query and form merged. */
export function verifiedParameters(request: RpcRequest, check: SignatureCheck): RpcParameters {
  const merged = { ...request.query, ...request.form };
  if (merged["Signature"] !== undefined && request.headers.authorization === undefined) {
    return verifyRpcV1(request.method, merged, check).parameters;
  }
  verifyAcs3(request, check);
  return merged;
}

/** `a=1&b=%20`; a plus sign is a blank, as in forms. */
function decodeParameters(text: string): RpcParameters {
  return Object.fromEntries(new URLSearchParams(text));
}
