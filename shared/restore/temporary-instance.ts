import type { RdsInstance } from "../cloud/rds";
import { instanceCondition } from "../cloud/statuses";
import type { DecisionContext } from "./decision-context";
import type { RestoreRecord } from "./model/record";
import { sourceOf } from "./source";

/** Does a fresh read show exactly the instance of the ledger: kind and age? */
export function isOurs(record: RestoreRecord, instance: RdsInstance): boolean {
  const ours = record.temporaryInstance;
  return (
    ours !== null &&
    instance.id === ours.id &&
    instance.id !== record.request.masterInstanceId &&
    sourceOf(record).hasExpectedKind(instance, record) &&
    instance.createdAtMs >= (ours.askedAtMs ?? 0) - creationSkewMs &&
    (ours.createdAtMs === null || Math.abs(ours.createdAtMs - instance.createdAtMs) <= creationSkewMs)
  );
}

/**
 * The list (CreateTime) and the attribute (CreationTime) may tell one creation by two moments. So much apart is still the same instance: RDS
 * gives an id once, makes a master's next temporary instance only when the one before is gone, and takes longer than this to make it. The id,
 * the type and the master are compared exactly.
 */
const creationSkewMs = 2 * 60_000;

/** The record with an earlier "not found" forgotten, once the instance was seen again. */
export function seen(record: RestoreRecord): RestoreRecord {
  const ours = record.temporaryInstance;
  return ours && ours.missingSinceMs !== null
    ? { ...record, temporaryInstance: { ...ours, missingSinceMs: null } }
    : record;
}

export function isRunning(instance: RdsInstance): boolean {
  return instanceCondition(instance.status) === "running";
}

/** When work on the temporary instance must be over, epoch milliseconds. */
export function lifeEndMs(record: RestoreRecord, createdAtMs: number, { durations }: DecisionContext): number {
  return sourceOf(record).lifeEndMs(createdAtMs, record.request, durations);
}
