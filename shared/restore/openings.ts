import { restoreIdPattern } from "./model/names";
import type { RestoreRecord } from "./model/record";
import { type Decision, request } from "./transition";

/**
 * Whitelist groups of ours. RDS has no call that removes or renames one and allows 200 on an instance, so closed ones are used again. Which
 * restore uses a group is on that restore's record (`openings`), never in the group's name: the name tells who made it.
 */

const prefix = "rewind_";

/** The group that a restore makes if there is none to use again (RDS: lower-case letters, digits, underscores, 2-32 characters). */
export function whitelistGroup(restoreId: string): string {
  return `${prefix}${restoreId}`;
}

/** A name that a restore of ours gave. */
export function isOurGroup(name: string): boolean {
  return name.startsWith(prefix) && restoreIdPattern.test(name.slice(prefix.length));
}

/** A group with only this address admits no client (rds documentation, ModifySecurityIps). */
export const closedGroup: readonly string[] = ["127.0.0.1"];

export function isClosedGroup(entries: readonly string[]): boolean {
  return entries.join() === closedGroup.join();
}

/** The group that the restore uses on the instance; null: it has opened none there yet. */
export function groupInUse({ openings }: RestoreRecord, instanceId: string): string | null {
  return openings.find((opening) => opening.instanceId === instanceId)?.group ?? null;
}

/** Records the opening and its group before it is sent, so that whatever becomes of the call, it is closed later. */
export function openTo(
  record: RestoreRecord,
  instanceId: string,
  freeGroup: string | null,
  addresses: readonly string[],
): Decision {
  const group = groupInUse(record, instanceId) ?? freeGroup ?? whitelistGroup(record.restoreId);
  const others = record.openings.filter((opening) => opening.instanceId !== instanceId);
  return request(
    { ...record, openings: [...others, { instanceId, group, state: "open" }] },
    { kind: "open-addresses", instanceId, group, addresses },
  );
}

export function sameAddresses(group: readonly string[] | null, wanted: readonly string[]): boolean {
  return group !== null && [...group].sort().join() === [...wanted].sort().join();
}

/** Without addresses of ours there is nothing to open: inside the VPC the instance's own whitelist may admit us as it is. */
export function isAdmitted(group: readonly string[] | null, egress: readonly string[]): boolean {
  return egress.length === 0 || sameAddresses(group, egress);
}
