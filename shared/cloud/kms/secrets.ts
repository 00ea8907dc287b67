import * as z from "zod";
import type { Clock } from "../../clock";
import { CloudError } from "../cloud-error";
import type { Credentials } from "../dts";
import { parseAnswer } from "../rpc/answer";
import type { Rpc } from "../rpc/rpc";
import type { Secrets } from "./index";

const cacheMs = 5 * 60_000;

const secretValue = z.object({ SecretData: z.string() }).transform((raw) => raw.SecretData);
/** The value of a secret: JSON, as RDS-type secrets have it. */
const credentials = z
  .object({ AccountName: z.string().min(1), AccountPassword: z.string().min(1) })
  .transform((raw): Credentials => ({ userName: raw.AccountName, password: raw.AccountPassword }));

/** Secrets from KMS GetSecretValue (2016-01-20), kept in memory for minutes. */
export class KmsSecrets implements Secrets {
  readonly #rpc: Rpc;
  readonly #clock: Clock;
  readonly #onRead: (password: string) => void;
  readonly #cache = new Map<string, { readonly value: Credentials; readonly untilMs: number }>();

  /** @param onRead told of each password that enters the process, so that logs can be guarded against it */
  constructor(rpc: Rpc, clock: Clock, onRead: (password: string) => void = () => {}) {
    this.#rpc = rpc;
    this.#clock = clock;
    this.#onRead = onRead;
  }

  async read(name: string, versionId: string | null, options: { readonly fresh?: boolean } = {}): Promise<Credentials> {
    const key = `${name}\n${versionId ?? ""}`;
    const cached = this.#cache.get(key);
    if (cached && !options.fresh && cached.untilMs > this.#clock.nowMs()) return cached.value;
    const answer = await this.#rpc.call(
      "GetSecretValue",
      { SecretName: name, VersionId: versionId },
      { changing: false },
    );
    const value = parseCredentials(parseAnswer(secretValue, answer, "kms", "GetSecretValue"));
    this.#onRead(value.password);
    this.#cache.set(key, { value, untilMs: this.#clock.nowMs() + cacheMs });
    return value;
  }
}

/** The content of a secret never reaches an error. */
function parseCredentials(text: string): Credentials {
  const refused = new CloudError(
    "refused",
    "kms",
    "GetSecretValue",
    "SecretNotUsable",
    "the secret's value is not JSON with AccountName and AccountPassword",
  );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused;
  }
  const parsed = credentials.safeParse(value);
  if (!parsed.success) throw refused;
  return parsed.data;
}
