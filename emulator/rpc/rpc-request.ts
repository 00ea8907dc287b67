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
  const type = headers["content-type"] ?? "";
  return {
    method,
    path,
    headers,
    query: decodeParameters(query),
    form: type.startsWith("application/x-www-form-urlencoded")
      ? decodeParameters(body.toString("utf8"))
      : type.startsWith("application/json")
        ? flatten(body.toString("utf8"))
        : {},
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

/** A request whose signature is right. */
export interface VerifiedRequest {
  readonly accessKeyId: string;
  /** Comes with the keys of a role. */
  readonly securityToken: string | undefined;
  /** The operation's own, query and body merged. */
  readonly parameters: RpcParameters;
}

/** Verifies whichever signature the request carries. */
export function verified(request: RpcRequest, check: SignatureCheck): VerifiedRequest {
  const merged = { ...request.query, ...request.form };
  if (merged["Signature"] !== undefined && request.headers.authorization === undefined) {
    return { ...verifyRpcV1(request.method, merged, check), securityToken: merged["SecurityToken"] };
  }
  const { accessKeyId } = verifyAcs3(request, check);
  const token = request.headers["x-acs-security-token"];
  return { accessKeyId, securityToken: typeof token === "string" ? token : undefined, parameters: merged };
}

/** The members of a JSON object, lists as the RPC style has them: `Name.1`, `Name.2`. What is no object has none. */
function flatten(text: string): RpcParameters {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      Array.isArray(member)
        ? member.map((item, index) => [`${name}.${index + 1}`, String(item)])
        : [[name, String(member)]],
    ),
  );
}

/** `a=1&b=%20`; a plus sign is a blank, as in forms. */
function decodeParameters(text: string): RpcParameters {
  return Object.fromEntries(new URLSearchParams(text));
}
