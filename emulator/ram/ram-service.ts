import type { Clock } from "../core/clock";
import { type Random, randomText } from "../core/random";
import type { RpcParameters, RpcService } from "../core/rpc-service";
import { ServiceError } from "../core/service-error";
import type { Roles } from "./access";
import { type Policy, readPolicy, readTrust } from "./policy";
import { ramOperations } from "./ram-operations";

export interface Role {
  readonly name: string;
  readonly id: string;
  readonly description: string;
  readonly createdAtMs: number;
  trust: string;
  /** Names of its policies. */
  readonly policies: Map<string, { readonly attachedAtMs: number }>;
}

export interface PolicyVersion {
  readonly id: string;
  readonly text: string;
  readonly createdAtMs: number;
}

export interface CustomPolicy {
  readonly name: string;
  readonly description: string;
  readonly createdAtMs: number;
  readonly versions: PolicyVersion[];
  /** Id of the version that is in force. */
  defaultVersion: string;
}

/** A policy has five versions at most (RAM, limits). */
export const versionsMax = 5;

/** RAM as far as roles of services need it: roles, custom policies, and which role has which. */
export class RamService implements RpcService, Roles {
  readonly product = "ram";
  readonly version = "2015-05-01";
  readonly accountId: string;
  readonly #clock: Clock;
  readonly #random: Random;
  /** By names in lower case: they are the same whatever their case. */
  readonly #roles = new Map<string, Role>();
  readonly #policies = new Map<string, CustomPolicy>();

  constructor(options: { readonly clock: Clock; readonly random: Random; readonly accountId: string }) {
    this.#clock = options.clock;
    this.#random = options.random;
    this.accountId = options.accountId;
  }

  call(action: string, parameters: RpcParameters): Record<string, unknown> {
    return ramOperations.call(this, action, parameters);
  }

  get nowMs(): number {
    return this.#clock.nowMs();
  }

  role(name: string): Role | undefined {
    return this.#roles.get(name.toLowerCase());
  }

  policy(name: string): CustomPolicy | undefined {
    return this.#policies.get(name.toLowerCase());
  }

  roles(): Role[] {
    return [...this.#roles.values()];
  }

  /** @throws ServiceError when the trust policy is malformed */
  createRole(name: string, trust: string, description: string): Role {
    readTrust(trust);
    const id = randomText(this.#random, 18, "0123456789");
    const role = { name, id, description, trust, createdAtMs: this.nowMs, policies: new Map() };
    this.#roles.set(name.toLowerCase(), role);
    return role;
  }

  deleteRole(name: string): void {
    this.#roles.delete(name.toLowerCase());
  }

  /** @throws ServiceError when the document is malformed */
  createPolicy(name: string, text: string, description: string): CustomPolicy {
    readPolicy(text);
    const version = { id: "v1", text, createdAtMs: this.nowMs };
    const policy = { name, description, createdAtMs: this.nowMs, versions: [version], defaultVersion: "v1" };
    this.#policies.set(name.toLowerCase(), policy);
    return policy;
  }

  deletePolicy(name: string): void {
    this.#policies.delete(name.toLowerCase());
  }

  policiesOf(roleName: string): readonly Policy[] | undefined {
    const role = this.role(roleName);
    return role && [...role.policies.keys()].flatMap((name) => this.#inForce(name));
  }

  /** The services that may take a role. @throws ServiceError EntityNotExist.Role 404 */
  trustedBy(roleName: string): readonly string[] {
    const role = this.role(roleName);
    if (!role) throw new ServiceError(404, "EntityNotExist.Role", `The role not exists: ${roleName}.`);
    return readTrust(role.trust);
  }

  #inForce(policyName: string): Policy[] {
    const policy = this.policy(policyName);
    const version = policy?.versions.find(({ id }) => id === policy.defaultVersion);
    return version ? [readPolicy(version.text)] : [];
  }
}
