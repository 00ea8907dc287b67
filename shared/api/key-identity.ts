import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock";
import type { ApiKey, ApiKeys } from "../store/api-keys";
import { hashOfKey, keyIdIn } from "./api-key-text";
import { type Caller, dataReader, type Identity } from "./identity";
import { Problem } from "./problem";
import { isSamePerson } from "./same-person";

export interface KeyRules {
  /** Whether holders of a key may have roles by which something is approved. */
  readonly mayApprove: boolean;
}

/** Roles by which nothing is approved. `admin` is not among them, because it implies `approver`. */
const harmlessRoles: readonly string[] = ["reader", "requester", dataReader];

/**
 * Knows callers by named keys. Each request reads the key's row, so a revoked key is refused from the next request on. A caller with a key
 * is its owner: in the two-person rule, in the limit of open restores, and in the timeline.
 */
export function keyIdentity(keys: Pick<ApiKeys, "read">, clock: Clock, rules: KeyRules): Identity {
  return {
    async verify(text) {
      const keyId = keyIdIn(text);
      const kept = keyId === null ? null : await keys.read(keyId);
      // The same answer for every key that is not known as a whole: which ids exist is not told.
      if (!kept || !isHashOf(text, kept))
        throw new Problem("token-invalid", "The API key is not known. Send a whole key that was not replaced.");
      if (kept.revokedAtMs !== null) throw new Problem("token-invalid", `The API key ${kept.keyId} was revoked.`);
      if (!(kept.expiresAtMs > clock.nowMs()))
        throw new Problem(
          "token-invalid",
          `The API key ${kept.keyId} expired at ${new Date(kept.expiresAtMs).toISOString()}. Ask for a new one.`,
        );
      return callerOf(kept, rules);
    },
  };
}

/** What the owner of a key may do. Roles that a key may not have do not count, however they came into the table. */
function callerOf({ keyId, owner, madeBy, roles, masters }: ApiKey, rules: KeyRules): Caller {
  const counting = roles.filter((role) => whyNotOnKey(role, { owner, madeBy }, rules) === null);
  return { subject: owner, roles: new Set(counting), masters, key: { keyId, madeBy } };
}

/** Why a key may not have the role; null: it may. */
export function whyNotOnKey(
  role: string,
  { owner, madeBy }: Pick<ApiKey, "owner" | "madeBy">,
  { mayApprove }: KeyRules,
): string | null {
  if (harmlessRoles.includes(role)) return null;
  if (!mayApprove) return `${role} can approve, and keys may not: identity.keysMayApprove is false`;
  return isSamePerson(owner, madeBy)
    ? `${role} can approve, and the person who made a key does not approve with it`
    : null;
}

/** In a time that does not depend on where the two differ. */
function isHashOf(text: string, { hash }: ApiKey): boolean {
  const [given, kept] = [Buffer.from(hashOfKey(text)), Buffer.from(hash)];
  return given.length === kept.length && timingSafeEqual(given, kept);
}
