import Client from "@alicloud/mns";
import { ask } from "./refusal";
import type { Stage } from "./stage";

/** The official client of MNS for the commands of this folder. */
export function openQueues({ settings, names, credentials }: Stage): Client {
  const { accessKeyId, accessKeySecret, securityToken } = credentials;
  return new Client(settings.account, {
    accessKeyId,
    accessKeySecret,
    ...(securityToken ? { securityToken } : {}),
    region: settings.region,
    endpoint: names.endpoints.mns,
    readTimeout: 10_000,
    connectTimeout: 10_000,
  });
}

/** The client hands some failures back as an answer with another code. @throws Refusal */
export async function callQueues(
  action: string,
  send: () => Promise<{ readonly code: number; readonly body: unknown }>,
): Promise<Record<string, string>> {
  return ask("mns", action, async () => {
    const { code, body } = await send();
    if (code >= 300) throw Object.assign(new Error(), { code: `Http${code}` });
    return (body ?? {}) as Record<string, string>;
  });
}
