import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { CloudError } from "../core/cloud-error";
import type { RpcParameters } from "../core/rpc-service";
import { verifyAcs3 } from "./acs3";
import { verifyRpcV1 } from "./rpc-v1";
import type { SignatureCheck } from "./signature";

/** A received request before anybody has verified it. */
export interface RpcRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly query: RpcParameters;
  readonly form: RpcParameters;
  readonly bodySha256: string;
}

/** DTS object lists may reach 1 MB, percent-encoded three times that. */
const maximumBodyBytes = 4 * 1024 * 1024;

/** Reads the whole request. @throws CloudError RequestEntityTooLarge 413 */
export async function readRpcRequest(incoming: IncomingMessage): Promise<RpcRequest> {
  const [path = "/", query = ""] = (incoming.url ?? "/").split(/\?(.*)/s);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBodyBytes) throw new CloudError(413, "RequestEntityTooLarge", "The request body is too large.");
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const isForm = (incoming.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  return {
    method: incoming.method ?? "POST",
    path,
    headers: incoming.headers,
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
