import Client from "@alicloud/mns";
import { CloudError } from "../cloud/cloud-error";
import type { AccessCredentials } from "../cloud/rpc/rpc";
import type { Queues } from "./queues";

export interface MnsSettings {
  readonly endpoint: string;
  readonly accountId: string;
  readonly region: string;
  readonly queuePrefix: string;
  readonly credentials: () => AccessCredentials;
}

const timeoutMs = 10_000;

/** Queues over the official client, which does not throw on many failures: every answer's code is checked here. */
export class MnsQueues implements Queues {
  readonly #settings: MnsSettings;

  constructor(settings: MnsSettings) {
    this.#settings = settings;
  }

  async send(queue: string, body: string, delaySeconds = 0): Promise<void> {
    // The client neither encodes nor escapes: base64 is what keeps the XML whole.
    const message = {
      MessageBody: Buffer.from(body, "utf8").toString("base64"),
      ...(delaySeconds > 0 ? { DelaySeconds: delaySeconds } : {}),
    };
    await call("SendMessage", 201, () =>
      open(this.#settings).sendMessage(`${this.#settings.queuePrefix}${queue}`, message),
    );
  }
}

function open(settings: MnsSettings): Client {
  const { accessKeyId, accessKeySecret, securityToken } = settings.credentials();
  return new Client(settings.accountId, {
    accessKeyId,
    accessKeySecret,
    ...(securityToken ? { securityToken } : {}),
    region: settings.region,
    endpoint: settings.endpoint,
    readTimeout: timeoutMs,
    connectTimeout: timeoutMs,
  });
}

async function call(action: string, good: number, send: () => Promise<{ code: number }>): Promise<void> {
  let code: number;
  try {
    code = (await send()).code;
  } catch (error) {
    // Errors of the service carry their code in the name, `MNS<Code>Error`; the message can carry the whole answer.
    const name = error instanceof Error ? error.name : "Error";
    throw new CloudError(
      "unavailable",
      "mns",
      action,
      /^MNS(\w+)Error$/.exec(name)?.[1] ?? "ConnectionLost",
      `mns ${action} failed`,
    );
  }
  if (code !== good)
    throw new CloudError("unavailable", "mns", action, `Http${code}`, `mns ${action} answered ${code}`);
}
