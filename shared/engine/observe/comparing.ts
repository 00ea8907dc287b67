import type { ComparingFacts } from "../../restore/decide/comparing";
import type { StatedReason } from "../../restore/model/reasons";
import { statedReason } from "../../restore/model/reasons";
import type { RestoreRecord } from "../../restore/model/record";
import { runComparisonSlice } from "../../verification/compare";
import { leftoverSizes } from "../../verification/leftover-sizes";
import { stillLost, tellStillLost } from "../../verification/lost-foreign-keys";
import { outcomeOf } from "../../verification/outcome";
import { startComparison } from "../../verification/start-comparison";
import { unmeasuredComparison } from "../../verification/unmeasured-comparison";
import { reachableAddress, reachableAddresses, unreachableMaster, withSession } from "../connect";
import type { Dependencies } from "../dependencies";

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
    const lost = verdict ? tellStillLost(await stillLost(target, record.target?.foreignKeys ?? [])) : "";
    const told = verdict && { ...verdict, reason: { ...verdict.reason, text: `${verdict.reason.text}${lost}` } };
    return {
      compared,
      verdict: told,
      sizes: verdict ? await leftoverSizes(target, record) : new Map<string, number>(),
    };
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
