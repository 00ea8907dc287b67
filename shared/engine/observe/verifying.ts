import { freshVerification, type VerifyingFacts } from "../../restore/decide/verifying";
import { statedReason } from "../../restore/model/reasons";
import type { RestoreRecord } from "../../restore/model/record";
import { isAdmitted } from "../../restore/openings";
import { sourceOf } from "../../restore/source";
import { runVerificationSlice } from "../../verification/verify";
import type { CloudView } from "../cloud-view";
import { reachableAddresses, withSession } from "../connect";
import type { Dependencies } from "../dependencies";
import { copiedGroupsOf, ourGroup } from "../whitelist-groups";

/** verifying: the instance, its addresses, our group on it, and one slice of checks once it is reachable. */
export async function observeVerifying(
  deps: Dependencies,
  record: RestoreRecord,
  view: CloudView,
): Promise<VerifyingFacts> {
  const instanceId = record.temporaryInstance!.id;
  const instance = await view.instance(instanceId);
  const egress = deps.settings.egressAddresses;
  const nothing = { addresses: [], group: null, freeGroup: null, copiedGroups: [], slice: null, problem: null };
  if (!instance) return { ...nothing, instance, egress };
  const [addresses, whitelist] = await Promise.all([
    reachableAddresses(deps, instanceId),
    deps.rds.listWhitelist(instanceId),
  ]);
  const { entries: group, free: freeGroup } = await ourGroup(deps, record, instanceId, whitelist);
  const copiedGroups = sourceOf(record).copiesWhitelist ? copiedGroupsOf(record, instanceId, whitelist) : [];
  const known = { instance, addresses, group, freeGroup, copiedGroups, egress };
  const verification = record.verification ?? freshVerification;
  const address = addresses.find((candidate) => candidate.kind === verification.route);
  if (!address || copiedGroups.length > 0 || !isAdmitted(group, egress))
    return { ...known, slice: null, problem: null };
  const deadlineMs = deps.clock.nowMs() + deps.durations.sliceMs;
  const read = await withSession(deps, record, "temporary", address, (session) =>
    runVerificationSlice(session, record.request, verification, deadlineMs, deps.clock),
  );
  return { ...known, slice: read.value, problem: read.problem && statedReason(read.problem) };
}
