import type { FactsOf } from "../../restore/decide";
import type { AcceptingFacts, InLine } from "../../restore/decide/accepting";
import type { WatchFacts } from "../../restore/decide/ending";
import { lostCreateMs } from "../../restore/doubts";
import type { RestoreRecord } from "../../restore/record";
import type { Status } from "../../restore/states";
import type { Dependencies } from "../dependencies";
import { recentRestores } from "../history";
import { firstInLine } from "../line";
import type { CloudView } from "../view";
import { observeConfiguring, observeJob, observeStarting, observeWithdrawing } from "./migration";
import { readPrerequisites } from "./prerequisites";
import { observeComparing, observeVerifying } from "./reading";

type Observer<S extends Status> = (deps: Dependencies, record: RestoreRecord, view: CloudView) => Promise<FactsOf[S]>;

/** What is read for each state before it is decided; the counterpart of shared/restore/decide. */
export const observers: { readonly [S in Status]: Observer<S> } = {
  accepted: observeAccepting,
  waiting: observeWaiting,
  "creating-source": async (_deps, record, view) => ({
    instance: record.temporaryInstance ? await view.instance(record.temporaryInstance.id) : undefined,
  }),
  "confirming-instance": async (_deps, record, view) => ({
    candidate: record.candidate ? await view.instance(record.candidate.id) : null,
  }),
  verifying: observeVerifying,
  configuring: observeConfiguring,
  prechecking: observeJob,
  "precheck-failed": observeJob,
  "awaiting-approval": observeJob,
  starting: observeStarting,
  writing: observeJob,
  comparing: observeComparing,
  withdrawing: observeWithdrawing,
  holding: async (_deps, record, view) => ({ instance: await view.instance(record.temporaryInstance!.id) }),
  // A delete is decided on a read by id, made now.
  "cleaning-up": async (deps, record) => ({
    instance: record.temporaryInstance ? await deps.rds.describeInstance(record.temporaryInstance.id) : null,
  }),
  closed: observeWatch,
};

/** Temporary instances of the master that no restore has; none while another's create is on its way. */
async function observeWatch(deps: Dependencies, record: RestoreRecord, view: CloudView): Promise<WatchFacts> {
  const { masterInstanceId } = record.request;
  if (lostCreateMs(record) === null) return { temporaryInstances: [] };
  const found = await view.temporaryInstancesOf(masterInstanceId);
  if (found.length === 0) return { temporaryInstances: [] };
  const restores = await recentRestores(deps, masterInstanceId);
  if (restores.some(({ intent }) => intent?.call.kind === "create-temporary-instance"))
    return { temporaryInstances: [] };
  const had = new Set(restores.map((restore) => restore.temporaryInstance?.id));
  return { temporaryInstances: found.filter((instance) => !had.has(instance.id)) };
}

async function observeAccepting(deps: Dependencies, record: RestoreRecord): Promise<AcceptingFacts> {
  const prerequisites = await readPrerequisites(deps, record.request);
  // Without a master, or cancelled, it closes: there is no need for a lock.
  if (!prerequisites.master || record.cancelRequested) return { prerequisites, lockHolder: record.restoreId };
  return { prerequisites, lockHolder: await takeLock(deps, record) };
}

/** Whoever stands in line behind another restore reads only whether that one is over. */
async function observeWaiting(deps: Dependencies, record: RestoreRecord): Promise<AcceptingFacts | InLine> {
  if (record.reason?.code === "master-busy-with-restore" && !record.cancelRequested) {
    const lockHolder = await takeLock(deps, record);
    if (lockHolder !== record.restoreId) return { prerequisites: null, lockHolder };
  }
  return observeAccepting(deps, record);
}

/** @returns who holds the master's lock now; null: an older restore comes first */
async function takeLock(deps: Dependencies, record: RestoreRecord): Promise<string | null> {
  const { masterInstanceId } = record.request;
  const holder = await deps.store.lockHolder(masterInstanceId);
  // Whoever has the lock already goes on: giving way to a restore that waits for this very lock would block both for ever.
  if (holder === record.restoreId) return holder;
  if (holder !== null && (await deps.store.read(holder))?.record.status !== "closed") return holder;
  if (await isYoungerThanAnotherWaiting(deps, record)) return null;
  return deps.store.lockMaster(masterInstanceId, record.restoreId);
}

/** First come, first served: an older restore of the same master that waits only for the master goes first. */
async function isYoungerThanAnotherWaiting(deps: Dependencies, record: RestoreRecord): Promise<boolean> {
  const first = await firstInLine(deps, record.request.masterInstanceId);
  return first !== null && first < record.restoreId;
}
