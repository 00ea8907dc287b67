import type { Random } from "../core/random";
import { randomText } from "../core/random";
import { isAllowed, type Policy } from "./policy";

/** Keys that a role was given, valid as long as this cloud runs. */
export interface RoleKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

/** A call as policies see it. */
export interface Permission {
  /** `rds:DeleteDBInstance` */
  readonly action: string;
  /** The end of its resource's name, such as `dbinstance/rm-1`; region and account stand before it. */
  readonly resource: string;
}

/** Whom a service asks about callers whose signature is right. */
export interface Gatekeeper {
  /** Does the token belong to the key? The account's own key has none. */
  hasToken(accessKeyId: string, token: string | undefined): boolean;
  /** May the owner of the key do this? A refusal is remembered. */
  may(accessKeyId: string, permission: Permission): boolean;
}

/** Where the policies of a role are kept. */
export interface Roles {
  /** The policies of a role, as they are now; undefined when there is no such role. */
  policiesOf(roleName: string): readonly Policy[] | undefined;
}

/** The keys of the account and of the roles that were taken. The account's own key may do everything. */
export class Access implements Gatekeeper {
  /** Access key id to secret, of everybody. */
  readonly secrets = new Map<string, string>();
  readonly #takenRoles = new Map<string, { readonly roleName: string; readonly token: string }>();
  readonly #used = new Map<string, Set<string>>();
  readonly #denied: { readonly roleName: string; readonly permission: Permission }[] = [];

  constructor(
    readonly options: {
      readonly roles: Roles;
      readonly random: Random;
      readonly regionId: string;
      readonly accountId: string;
      /** Of the account itself, which may do everything. */
      readonly accountKey: { readonly id: string; readonly secret: string };
    },
  ) {
    this.secrets.set(options.accountKey.id, options.accountKey.secret);
  }

  /** What STS's AssumeRole gives. */
  takeRole(roleName: string): RoleKeys {
    const { random } = this.options;
    const keys = {
      accessKeyId: `STS.${randomText(random, 26)}`,
      accessKeySecret: randomText(random, 40),
      securityToken: randomText(random, 200),
    };
    this.secrets.set(keys.accessKeyId, keys.accessKeySecret);
    this.#takenRoles.set(keys.accessKeyId, { roleName, token: keys.securityToken });
    return keys;
  }

  hasToken(accessKeyId: string, token: string | undefined): boolean {
    const taken = this.#takenRoles.get(accessKeyId);
    return taken === undefined || taken.token === token;
  }

  may(accessKeyId: string, permission: Permission): boolean {
    const taken = this.#takenRoles.get(accessKeyId);
    if (!taken) return true;
    const { roleName } = taken;
    const { roles, regionId, accountId } = this.options;
    const { action, resource } = permission;
    const arn = `acs:${action.split(":")[0]}:${regionId}:${accountId}:${resource}`;
    if (!isAllowed(roles.policiesOf(roleName) ?? [], action, arn)) {
      this.#denied.push({ roleName, permission });
      return false;
    }
    this.#used.set(roleName, (this.#used.get(roleName) ?? new Set()).add(action));
    return true;
  }

  /** Actions that a role has used, sorted. */
  usedBy(roleName: string): string[] {
    return [...(this.#used.get(roleName) ?? [])].sort();
  }

  /** Calls that were refused for want of a permission. */
  denied(): readonly { readonly roleName: string; readonly permission: Permission }[] {
    return this.#denied;
  }
}
