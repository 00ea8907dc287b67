import type { Clock } from "../core/clock";
import { type Random, randomText } from "../core/random";
import type { RpcParameters, RpcService } from "../core/rpc-service";
import { OperationTable } from "../rpc/operation";
import { getSecretValue } from "./get-secret-value";
import { knownKmsActions } from "./known-actions";
import { listSecrets } from "./list-secrets";
import { Secret } from "./secret";

const operations = new OperationTable<ReadonlyMap<string, Secret>>(
  "kms",
  [getSecretValue, listSecrets],
  knownKmsActions,
);

/** KMS as far as functions need it: they read secrets. Secrets are made in process, by seeds and tests. */
export class KmsService implements RpcService {
  readonly product = "kms";
  readonly version = "2016-01-20";
  readonly #secrets = new Map<string, Secret>();
  readonly #clock: Clock;
  readonly #random: Random;

  constructor(options: { readonly clock: Clock; readonly random: Random }) {
    this.#clock = options.clock;
    this.#random = options.random;
  }

  call(action: string, parameters: RpcParameters): Record<string, unknown> {
    return operations.call(this.#secrets, action, parameters);
  }

  resourceOf({ SecretName = "*" }: RpcParameters): string {
    return `secret/${SecretName}`;
  }

  /** Makes a secret with its first version. @returns the version id. @throws Error when the name is taken */
  createSecret(name: string, data: string, versionId?: string): string {
    if (this.#secrets.has(name)) throw new Error(`secret ${name} exists`);
    this.#secrets.set(name, new Secret(name));
    return this.putSecretValue(name, data, versionId);
  }

  /** Adds a version, which becomes current. @returns the version id. @throws Error when the secret is missing or the id taken */
  putSecretValue(name: string, data: string, versionId = randomText(this.#random, 32, "0123456789abcdef")): string {
    const secret = this.#secrets.get(name);
    if (!secret) throw new Error(`there is no secret ${name}`);
    secret.put({ versionId, data, dataType: "text", createdAtMs: this.#clock.nowMs() });
    return versionId;
  }
}
