import Client, { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { type FailedCall, failureInside, thrownFailure, unanswered } from "./failure";

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
  /** How long a whole call may take; below the time that a step's lease keeps for one call. */
  readonly patience?: { readonly readMs: number; readonly changeMs: number };
}

const defaultPatience = { readMs: 30_000, changeMs: 50_000 };

/**
 * The official core with a patience of our own (its default of three seconds orphans creates) and without retries: what may be
 * repeated is the restore's decision.
 */
export function openRpc(settings: RpcSettings): Rpc {
  const { readMs, changeMs } = settings.patience ?? defaultPatience;
  return {
    async call(action, query, { changing, body }) {
      const call = { service: settings.service, action, changing };
      const patienceMs = changing ? changeMs : readMs;
      const request = new $OpenApiUtil.OpenApiRequest({ query: textual(query), ...(body ? { body } : {}) });
      // The HTTP client takes connectTimeout as the socket's idle limit, also while it waits for an answer: a short one would
      // break off slow creates.
      const runtime = new RuntimeOptions({ connectTimeout: patienceMs, readTimeout: patienceMs });
      const answered = openClient(settings).callApi(operation(settings, action), request, runtime);
      return usable(call, await within(patienceMs, call, answered));
    },
  };
}

function openClient({ credentials, endpoint, protocol }: RpcSettings): Client {
  const { accessKeyId, accessKeySecret, securityToken } = credentials();
  return new Client(
    new $OpenApiUtil.Config({
      accessKeyId,
      accessKeySecret,
      ...(securityToken ? { securityToken } : {}),
      endpoint,
      protocol: protocol.toUpperCase(),
    }),
  );
}

function operation({ version, protocol }: RpcSettings, action: string) {
  return new $OpenApiUtil.Params({
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
}

/** The client counts connecting and reading apart; together they must not outlast the patience. */
async function within(patienceMs: number, call: FailedCall, answered: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unanswered(call, "Timeout")), patienceMs + graceMs);
  });
  const answer = answered.catch((error: unknown) => {
    throw thrownFailure(call, error);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** For the client's own timeout, which also frees its socket, to come first. */
const graceMs = 1_000;

function usable(call: FailedCall, answer: unknown): Record<string, unknown> {
  const body = (answer as { readonly body?: unknown }).body;
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw unanswered(call, "BadAnswer");
  const failure = failureInside(call, body as Record<string, unknown>);
  if (failure) throw failure;
  return body as Record<string, unknown>;
}

/** Null and undefined are left out; everything else travels as text. */
function textual(query: RpcQuery): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, String(value)]],
    ),
  );
}
