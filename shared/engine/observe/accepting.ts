import type { AcceptingFacts, InLine } from "../../restore/decide/accepting";
import type { RestoreRecord } from "../../restore/model/record";
import type { Dependencies } from "../dependencies";
import { firstInLine } from "../waiting-line";
import { readPrerequisites } from "./prerequisites";
export async function observeAccepting(deps: Dependencies, record: RestoreRecord): Promise<AcceptingFacts> {
  const prerequisites = await readPrerequisites(deps, record.request);
  // Without a master, or cancelled, it closes: there is no need for a lock.
  if (!prerequisites.master || record.cancelRequested) return { prerequisites, lockHolder: record.restoreId };
  return { prerequisites, lockHolder: await takeLock(deps, record) };
}

/** A restore that waits for another one reads only whether that one is over. */
export async function observeWaiting(deps: Dependencies, record: RestoreRecord): Promise<AcceptingFacts | InLine> {
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
  // A restore that has the lock goes on. If it gave way to one that waits for this lock, both would wait for ever.
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
