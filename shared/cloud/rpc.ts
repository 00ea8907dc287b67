import Client, { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { CloudError } from "./cloud-error";

/** Keys of the account or role that signs; a token with those of a role. */
export interface AccessCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export type RpcQuery = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A call of the RPC family. `changing`: an answer that does not come leaves the outcome unknown. */
export interface RpcOptions {
  readonly changing: boolean;
  /** Parameters that travel in the form body. */
  readonly body?: Readonly<Record<string, string>>;
}

/** Signed calls to one service; the only thing that RDS, DTS and KMS clients know of the network. @throws CloudError */
export interface Rpc {
  call(action: string, query: RpcQuery, options: RpcOptions): Promise<Record<string, unknown>>;
}

export interface RpcSettings {
  readonly service: "rds" | "dts" | "kms";
  readonly version: string;
  readonly endpoint: string;
  readonly protocol: "http" | "https";
  /** Asked on each call, because a role's credentials expire. */
  readonly credentials: () => AccessCredentials;
}

const connectTimeoutMs = 10_000;
const readTimeoutMs = 30_000;
const changingTimeoutMs = 50_000;

/**
 * The official core with timeouts of our own (its default of three seconds orphans creates) and without retries: what may be
 * repeated is the restore's decision.
 */
export function openRpc(settings: RpcSettings): Rpc {
  const { service, version, endpoint, protocol } = settings;
  return {
    async call(action, query, { changing, body }) {
      const { accessKeyId, accessKeySecret, securityToken } = settings.credentials();
      const client = new Client(
        new $OpenApiUtil.Config({
          accessKeyId,
          accessKeySecret,
          ...(securityToken ? { securityToken } : {}),
          endpoint,
          protocol: protocol.toUpperCase(),
        }),
      );
      const params = new $OpenApiUtil.Params({
        action,
        version,
        protocol: protocol.toUpperCase(),
        pathname: "/",
        method: "POST",
        authType: "AK",
        style: "RPC",
        reqBodyType: "formData",
        bodyType: "json",
      });
      const request = new $OpenApiUtil.OpenApiRequest({ query: textual(query), ...(body ? { body } : {}) });
      const runtime = new RuntimeOptions({
        connectTimeout: connectTimeoutMs,
        readTimeout: changing ? changingTimeoutMs : readTimeoutMs,
      });
      let answer: unknown;
      try {
        answer = ((await client.callApi(params, request, runtime)) as { body?: unknown }).body;
      } catch (error) {
        throw toCloudError(service, action, changing, error);
      }
      return checked(service, action, changing, answer);
    },
  };
}

/** Null and undefined are left out; everything else travels as text. */
function textual(query: RpcQuery): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}

/** A 200 may still carry `Success: false` (DTS), with the text or the boolean. */
function checked(
  service: RpcSettings["service"],
  action: string,
  changing: boolean,
  answer: unknown,
): Record<string, unknown> {
  if (typeof answer !== "object" || answer === null) {
    throw new CloudError(
      changing ? "unknown-outcome" : "unavailable",
      service,
      action,
      "BadAnswer",
      `${service} ${action} answered something else than a JSON object`,
    );
  }
  const body = answer as Record<string, unknown>;
  if (body["Success"] === undefined || String(body["Success"]).toLowerCase() === "true") return body;
  const code = strip(String(body["ErrCode"] ?? body["Code"] ?? "UnknownError"));
  throw new CloudError(
    isThrottling(code) ? "throttled" : "refused",
    service,
    action,
    code,
    `${service} ${action} was refused: ${code}`,
    { httpStatus: 200, requestId: text(body["RequestId"]) },
  );
}

/**
 * Only codes, status and request id of a failure are kept: the client's own message and cause can carry the URL, and the URL
 * of ConfigureDtsJob carries passwords.
 */
function toCloudError(service: RpcSettings["service"], action: string, changing: boolean, error: unknown): CloudError {
  const failure = (typeof error === "object" && error !== null ? error : {}) as {
    name?: string;
    code?: unknown;
    statusCode?: unknown;
    requestId?: unknown;
    retryAfter?: unknown;
  };
  const httpStatus = typeof failure.statusCode === "number" ? failure.statusCode : undefined;
  const code = typeof failure.code === "string" ? strip(failure.code) : "";
  const details = {
    httpStatus,
    requestId: text(failure.requestId),
    retryAfterMs: typeof failure.retryAfter === "number" ? failure.retryAfter : undefined,
  };
  if (isThrottling(code))
    return new CloudError("throttled", service, action, code, `${service} ${action} was throttled`, details);
  if (httpStatus !== undefined && httpStatus < 500)
    return new CloudError(
      "refused",
      service,
      action,
      code || `Http${httpStatus}`,
      `${service} ${action} was refused: ${code}`,
      details,
    );
  const lost = httpStatus === undefined ? lostCode(failure.name, code) : code || `Http${httpStatus}`;
  return new CloudError(
    changing ? "unknown-outcome" : "unavailable",
    service,
    action,
    lost,
    `${service} ${action} got no usable answer: ${lost}`,
    details,
  );
}

function lostCode(name: string | undefined, code: string): string {
  if (name === "RequestTimeoutError" || /timeout/i.test(code)) return "Timeout";
  return name === "SyntaxError" ? "BadAnswer" : "ConnectionLost";
}

function isThrottling(code: string): boolean {
  return code.includes("Throttling");
}

/** Many DTS codes come with this prefix as well. */
function strip(code: string): string {
  return code.replace(/^DTS\.Msg\./, "");
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
