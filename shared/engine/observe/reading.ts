import { CloudError } from "../../cloud/cloud-error";
import type { ComparingFacts } from "../../restore/decide/comparing";
import { freshVerification, sameAddresses, type VerifyingFacts } from "../../restore/decide/verifying";
import { whitelistGroup } from "../../restore/names";
import { statedReason } from "../../restore/reasons";
import type { RestoreRecord } from "../../restore/record";
import { outcomeOf, runComparisonSlice, startComparison, unmeasuredComparison } from "../../verification/compare";
import { runVerificationSlice } from "../../verification/verify";
import { reachableAddress, withSession } from "../connect";
import type { Dependencies } from "../dependencies";
import type { CloudView } from "../view";

/** verifying: the instance, its addresses, our group on it, and one slice of checks once it is reachable. */
export async function observeVerifying(
  deps: Dependencies,
  record: RestoreRecord,
  view: CloudView,
): Promise<VerifyingFacts> {
  const instanceId = record.temporaryInstance!.id;
  const instance = await view.instance(instanceId);
  const egress = deps.settings.egressAddresses;
  if (!instance) return { instance, addresses: [], group: null, egress, slice: null, problem: null };
  const [addresses, whitelist] = await Promise.all([
    deps.rds.listAddresses(instanceId),
    deps.rds.listWhitelist(instanceId),
  ]);
  const group = whitelist.get(whitelistGroup(record.restoreId)) ?? null;
  const known = { instance, addresses, group, egress };
  const verification = record.verification ?? freshVerification;
  const address = addresses.find((candidate) => candidate.kind === verification.route);
  if (!address || !sameAddresses(group, egress)) return { ...known, slice: null, problem: null };
  const deadlineMs = deps.clock.nowMs() + deps.durations.sliceMs;
  const read = await withSession(deps, record, "temporary", address, (session) =>
    runVerificationSlice(session, record.request, verification, deadlineMs, deps.clock),
  );
  return { ...known, slice: read.value, problem: read.problem && statedReason(read.problem) };
}

/** comparing: one slice over both sides, or what can be measured without the source in the copy-first route. */
export async function observeComparing(deps: Dependencies, record: RestoreRecord): Promise<ComparingFacts> {
  const masterAddress = reachableAddress(await deps.rds.listAddresses(record.request.masterInstanceId));
  const nothing: ComparingFacts = { slice: null, verdict: null, problem: null, sizes: new Map() };
  if (!masterAddress)
    return {
      ...nothing,
      problem: {
        code: "master-not-reachable",
        text: "The functions have no address of the master, so the copy was not compared.",
      },
    };
  const deadlineMs = deps.clock.nowMs() + deps.durations.sliceMs;
  const plan = record.plan!;
  const comparison = record.comparison ?? startComparison(plan);
  const target = await withSession(deps, record, "master", masterAddress, async (session) => {
    if (record.verification?.route === "copy-first") {
      const slice = await unmeasuredComparison(session, plan, record.request, comparison, deadlineMs, deps.clock);
      return { slice, sizes: await readSizes(session, record) };
    }
    const sourceAddress = (await deps.rds.listAddresses(plan.temporaryInstanceId)).find(
      (candidate) => candidate.kind === record.verification?.route,
    );
    if (!sourceAddress)
      throw new CloudError(
        "refused",
        "sql-server",
        "connect",
        "source-not-reachable",
        "the temporary instance has no address any more",
      );
    const source = await withSession(deps, record, "temporary", sourceAddress, (from) =>
      runComparisonSlice(from, session, comparison, plan.mode, deadlineMs, deps.clock),
    );
    if (source.problem) return { slice: null, problem: statedReason(source.problem), sizes: new Map<string, number>() };
    return { slice: source.value, sizes: await readSizes(session, record) };
  });
  if (target.problem) return { ...nothing, problem: statedReason(target.problem) };
  const { slice, sizes } = target.value;
  if (!slice) return { ...nothing, problem: target.value.problem ?? null };
  return { slice, verdict: outcomeOf(slice, plan.mode, record.target?.before ?? null), problem: null, sizes };
}

async function readSizes(
  session: { databaseSizeBytes(database: string): Promise<number> },
  record: RestoreRecord,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const left of record.leftOnMaster) {
    if (left.kind === "database") sizes.set(left.name, await session.databaseSizeBytes(left.name));
  }
  return sizes;
}
