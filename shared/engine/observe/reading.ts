import type { ComparingFacts } from "../../restore/decide/comparing";
import { freshVerification, type VerifyingFacts } from "../../restore/decide/verifying";
import { isAdmitted } from "../../restore/openings";
import { type StatedReason, statedReason } from "../../restore/reasons";
import type { RestoreRecord } from "../../restore/record";
import { outcomeOf, runComparisonSlice, startComparison, unmeasuredComparison } from "../../verification/compare";
import { leftoverSizes } from "../../verification/leftover-sizes";
import { runVerificationSlice } from "../../verification/verify";
import { reachableAddress, reachableAddresses, unreachableMaster, withSession } from "../connect";
import type { Dependencies } from "../dependencies";
import type { CloudView } from "../view";
import { ourGroup } from "../whitelist-groups";

/** verifying: the instance, its addresses, our group on it, and one slice of checks once it is reachable. */
export async function observeVerifying(
  deps: Dependencies,
  record: RestoreRecord,
  view: CloudView,
): Promise<VerifyingFacts> {
  const instanceId = record.temporaryInstance!.id;
  const instance = await view.instance(instanceId);
  const egress = deps.settings.egressAddresses;
  if (!instance) return { instance, addresses: [], group: null, freeGroup: null, egress, slice: null, problem: null };
  const [addresses, whitelist] = await Promise.all([
    reachableAddresses(deps, instanceId),
    deps.rds.listWhitelist(instanceId),
  ]);
  const { entries: group, free: freeGroup } = await ourGroup(deps, record, instanceId, whitelist);
  const known = { instance, addresses, group, freeGroup, egress };
  const verification = record.verification ?? freshVerification;
  const address = addresses.find((candidate) => candidate.kind === verification.route);
  if (!address || !isAdmitted(group, egress)) return { ...known, slice: null, problem: null };
  const deadlineMs = deps.clock.nowMs() + deps.durations.sliceMs;
  const read = await withSession(deps, record, "temporary", address, (session) =>
    runVerificationSlice(session, record.request, verification, deadlineMs, deps.clock),
  );
  return { ...known, slice: read.value, problem: read.problem && statedReason(read.problem) };
}

/** comparing: one slice over both sides, or what can be measured without the source in the copy-first route. */
export async function observeComparing(deps: Dependencies, record: RestoreRecord): Promise<ComparingFacts> {
  const plan = record.plan!;
  const copyFirst = record.verification?.route === "copy-first";
  const instance = copyFirst ? undefined : await deps.rds.describeInstance(plan.temporaryInstanceId);
  const nothing: ComparingFacts = { instance, slice: null, verdict: null, problem: null, sizes: new Map() };
  if (instance === null) return nothing;
  const master = await deps.rds.describeInstance(plan.masterInstanceId);
  const masterAddress = master && (await reachableAddress(deps, master.id));
  if (!masterAddress) return { ...nothing, problem: masterNotReachable };
  const sourceAddress = instance ? await sourceAddressOf(deps, record, instance.id) : null;
  if (!copyFirst && !sourceAddress) return { ...nothing, problem: unreachableSource };
  const deadlineMs = deps.clock.nowMs() + deps.durations.sliceMs;
  const comparison = record.comparison ?? startComparison(plan);
  const read = await withSession(deps, record, "master", masterAddress, async (target) => {
    const compared = sourceAddress
      ? await withSession(deps, record, "temporary", sourceAddress, (source) =>
          runComparisonSlice(source, target, comparison, plan.mode, deadlineMs, deps.clock),
        )
      : {
          value: await unmeasuredComparison(target, plan, record.request, comparison, deadlineMs, deps.clock),
          problem: null,
        };
    const verdict = compared.value && outcomeOf(compared.value, plan.mode, record.target?.before ?? null);
    return { compared, verdict, sizes: verdict ? await leftoverSizes(target, record) : new Map<string, number>() };
  });
  const problem = read.problem ?? read.value.compared.problem;
  if (problem || !read.value?.compared.value) return { ...nothing, problem: problem && statedReason(problem) };
  return { ...nothing, slice: read.value.compared.value, verdict: read.value.verdict, sizes: read.value.sizes };
}

const masterNotReachable: StatedReason = {
  code: "master-not-reachable",
  text: `${unreachableMaster} Nothing was compared.`,
};

const unreachableSource: StatedReason = {
  code: "source-not-reachable",
  text: "The temporary instance has no address any more. Nothing was compared.",
};

async function sourceAddressOf(deps: Dependencies, record: RestoreRecord, instanceId: string) {
  const addresses = await reachableAddresses(deps, instanceId);
  return addresses.find((candidate) => candidate.kind === record.verification?.route) ?? null;
}
