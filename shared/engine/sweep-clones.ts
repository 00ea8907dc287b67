import type { RdsInstance } from "../cloud/rds";
import { isReleased } from "../cloud/statuses";
import { cloneDescriptionPrefix, restoreIdOfDescription } from "../restore/model/names";
import type { RestoreRecord } from "../restore/model/record";
import { sourceOf } from "../restore/source";
import { isOurs } from "../restore/temporary-instance";
import type { Dependencies } from "./dependencies";
import { duePages } from "./due";

const hourMs = 3_600_000;

/** Of clones whose restore this store does not know. */
const unknownLimitHours = 24;

/** A clone that costs money and should not, or should not be any more. Codes are stable: alarms match on them. */
export interface CloneAlarm {
  readonly code: "clone-overdue" | "clone-without-restore";
  readonly instanceId: string;
  readonly restoreId: string;
  readonly ageHours: number;
}

export interface SweptClones {
  readonly deleted: string[];
  /** Clones with our kind of description that no restore of this store knows. */
  readonly foreign: string[];
  readonly alarms: CloneAlarm[];
}

/**
 * Clones are billed until somebody deletes them: one of a closed restore is deleted if it is the one of its ledger, and every other one that
 * is too old, or that no restore has, raises an alarm at each sweep until it is gone.
 * @param guarded keeps what one of them fails at from the others
 */
export async function sweepClones(
  deps: Dependencies,
  guarded: (what: string, work: () => Promise<void>) => Promise<void>,
): Promise<SweptClones> {
  const swept: SweptClones = { deleted: [], foreign: [], alarms: [] };
  const listed = await deps.rds.listPrimaries(cloneDescriptionPrefix);
  for (const clone of listed) await guarded(clone.id, () => sweepClone(deps, clone, swept));
  const known = new Set(listed.map(({ id }) => id));
  await guarded("the clones of open restores", () => sweepUnlisted(deps, known, swept));
  for (const alarm of swept.alarms) deps.log("error", "a clone is billed and should be gone", { ...alarm });
  return swept;
}

async function sweepClone(deps: Dependencies, clone: RdsInstance, swept: SweptClones): Promise<void> {
  const restoreId = restoreIdOfDescription(clone.description);
  if (restoreId === null || isReleased(clone.status)) return;
  const owner = (await deps.store.read(restoreId))?.record ?? null;
  if (!owner) swept.foreign.push(`clone ${clone.id} (${clone.description})`);
  const isOfLedger = owner?.temporaryInstance?.id === clone.id;
  if (owner?.status === "closed" && isOfLedger && (await removed(deps, owner, clone.id))) {
    swept.deleted.push(clone.id);
    return;
  }
  if (isOverdue(deps, clone, owner)) swept.alarms.push(alarmOf(deps, "clone-overdue", clone, restoreId));
  else if (owner?.status === "closed" && !isOfLedger)
    swept.alarms.push(alarmOf(deps, "clone-without-restore", clone, restoreId));
}

/** A clone that has another description by now is in no list of ours: the ledgers of open restores know it. */
async function sweepUnlisted(deps: Dependencies, known: ReadonlySet<string>, swept: SweptClones): Promise<void> {
  for await (const page of duePages(deps, Number.MAX_SAFE_INTEGER)) {
    for (const { restoreId } of page) {
      const record = (await deps.store.read(restoreId))?.record;
      const id = record?.temporaryInstance?.id;
      if (!record || !id || known.has(id) || !sourceOf(record).isBilled) continue;
      const instance = await deps.rds.describeInstance(id);
      if (instance && !isReleased(instance.status) && isOverdue(deps, instance, record))
        swept.alarms.push(alarmOf(deps, "clone-overdue", instance, restoreId));
    }
  }
}

async function removed(deps: Dependencies, owner: RestoreRecord, instanceId: string): Promise<boolean> {
  const instance = await deps.rds.describeInstance(instanceId);
  if (!instance || !isOurs(owner, instance) || instance.status.toLowerCase() !== "running") return false;
  await deps.rds.deleteInstance(instance.id);
  return true;
}

function isOverdue(deps: Dependencies, { createdAtMs }: RdsInstance, owner: RestoreRecord | null): boolean {
  const limitHours = owner?.request.source.cloneMaxHours ?? unknownLimitHours;
  return deps.clock.nowMs() - createdAtMs > limitHours * hourMs;
}

function alarmOf(deps: Dependencies, code: CloneAlarm["code"], { id, createdAtMs }: RdsInstance, restoreId: string) {
  const ageHours = Math.floor((deps.clock.nowMs() - createdAtMs) / hourMs);
  return { code, instanceId: id, restoreId, ageHours };
}
