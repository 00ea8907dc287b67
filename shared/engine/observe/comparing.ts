import type { SqlServerSession } from "../../cloud/sql-server";
import type { ComparingFacts } from "../../restore/decide/comparing";
import type { StatedReason } from "../../restore/model/reasons";
import { statedReason } from "../../restore/model/reasons";
import type { Comparison, Reason, RestoreRecord } from "../../restore/model/record";
import type { Plan } from "../../restore/plan/plan";
import { runComparisonSlice } from "../../verification/compare";
import { type CountedTable, lookAtCopy, uncomparedTable } from "../../verification/copy-on-master";
import { leftoverSizes } from "../../verification/leftover-sizes";
import { stillLost, tellStillLost } from "../../verification/lost-foreign-keys";
import { outcomeOf } from "../../verification/outcome";
import { startComparison } from "../../verification/start-comparison";
import { reachableAddress, reachableAddresses, unreachableMaster, withSession } from "../connect";
import type { Dependencies } from "../dependencies";

/** comparing: one slice over both sides, or what can be measured without the source in the copy-first route. */
export async function observeComparing(deps: Dependencies, record: RestoreRecord): Promise<ComparingFacts> {
  if (record.verification?.route === "copy-first") return readCopyOnMaster(deps, record, uncomparedTable);
  const instance = await deps.rds.describeInstance(record.temporaryInstance!.id);
  if (instance === null) return { ...nothing, instance };
  return {
    ...(await readMaster(deps, record, async (target, slice) => {
      const address = await sourceAddressOf(deps, record, instance.id);
      if (!address) return { value: null, problem: unreachableSource };
      return withSession(deps, record, "temporary", address, (source) =>
        runComparisonSlice(source, target, slice.comparison, slice.plan.mode, slice.deadlineMs, deps.clock),
      );
    })),
    instance,
  };
}

/** One slice of the copy on the master alone. @param whenCounted what a counted table is worth */
export function readCopyOnMaster(
  deps: Dependencies,
  record: RestoreRecord,
  whenCounted: CountedTable,
): Promise<ComparingFacts> {
  return readMaster(deps, record, async (target, { comparison, plan, deadlineMs }) => ({
    value: await lookAtCopy(target, plan, record.request, comparison, whenCounted, deadlineMs, deps.clock),
    problem: null,
  }));
}

interface Slice {
  readonly plan: Plan;
  readonly comparison: Comparison;
  readonly deadlineMs: number;
}

const nothing: ComparingFacts = { instance: undefined, slice: null, verdict: null, problem: null, sizes: new Map() };

/** A session on the master for one slice, and the verdict once it was the last. */
async function readMaster(
  deps: Dependencies,
  record: RestoreRecord,
  compare: (
    target: SqlServerSession,
    slice: Slice,
  ) => Promise<
    { readonly value: Comparison; readonly problem: null } | { readonly value: null; readonly problem: Reason }
  >,
): Promise<ComparingFacts> {
  const plan = record.plan!;
  const master = await deps.rds.describeInstance(plan.masterInstanceId);
  const address = master && (await reachableAddress(deps, master.id));
  if (!address) return { ...nothing, problem: masterNotReachable };
  const deadlineMs = deps.clock.nowMs() + deps.durations.sliceMs;
  const comparison = record.comparison ?? startComparison(plan);
  const read = await withSession(deps, record, "master", address, async (target) => {
    const compared = await compare(target, { plan, comparison, deadlineMs });
    const verdict =
      compared.value &&
      outcomeOf(compared.value, plan.mode, record.target?.before ?? null, record.temporaryInstance !== null);
    const lost = verdict ? tellStillLost(await stillLost(target, record.target?.foreignKeys ?? [])) : "";
    const told = verdict && { ...verdict, reason: { ...verdict.reason, text: `${verdict.reason.text}${lost}` } };
    const sizes = verdict ? await leftoverSizes(target, record) : new Map<string, number>();
    return { compared, verdict: told, sizes };
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
