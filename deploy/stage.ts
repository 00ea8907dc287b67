import { $OpenApiUtil } from "@alicloud/openapi-core";
import type { AccessCredentials } from "../shared/cloud/rpc/rpc";
import { type Names, namesOf } from "./names";
import type { Settings } from "./settings";

/** One deployment as the settings want it, and the key of the person who deploys. */
export interface Stage {
  readonly settings: Settings;
  readonly names: Names;
  readonly credentials: AccessCredentials;
}

export function stageOf(settings: Settings, credentials: AccessCredentials): Stage {
  return { settings, names: namesOf(settings), credentials };
}

/** Creating an instance or a role may take a while; the clients' own patience of 3 s would leave it unknown. */
const timeoutMs = 30_000;

/** How an official client of the newer kind reaches its service. Each is loaded only where it is used, because that takes seconds. */
export function clientConfig(
  { settings, names, credentials }: Stage,
  service: keyof Names["endpoints"],
): $OpenApiUtil.Config {
  return new $OpenApiUtil.Config({
    accessKeyId: credentials.accessKeyId,
    accessKeySecret: credentials.accessKeySecret,
    ...(credentials.securityToken ? { securityToken: credentials.securityToken } : {}),
    endpoint: names.endpoints[service],
    protocol: settings.protocol.toUpperCase(),
    connectTimeout: timeoutMs,
    readTimeout: timeoutMs,
  });
}
