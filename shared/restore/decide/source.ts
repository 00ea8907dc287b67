import type { RdsInstance } from "../../cloud/rds";
import { instanceCondition } from "../../cloud/statuses";
import type { DecisionContext } from "../context";
import type { RestoreRecord } from "../record";
import type { Outcome } from "../states";
import { type Decision, withdraw } from "../transition";
import { lookAgainForInstance } from "./second-look";

/**
 * The temporary instance as every later state needs it: there, the same, and usable. Returns the decision to take when it is
 * not, else null. Not found once is no proof: a second read, some time later, is.
 */
export function decideOnSource(
  record: RestoreRecord,
  instance: RdsInstance | null,
  context: DecisionContext,
  outcome: Outcome = "failed",
): Decision | null {
  const ours = record.temporaryInstance;
  if (!ours) throw new Error(`${record.restoreId} is ${record.status} without a temporary instance`);
  const { nowMs } = context;
  if (!instance) {
    const again = lookAgainForInstance(record, context);
    if (again) return again;
    return withdraw(
      record,
      outcome,
      { code: "source-released", text: `The temporary instance ${ours.id} is gone: RDS or somebody released it.` },
      nowMs,
    );
  }
  if (instanceCondition(instance.status) === "leaving") {
    return withdraw(
      record,
      outcome,
      { code: "source-released", text: `The temporary instance ${ours.id} is being released (${instance.status}).` },
      nowMs,
    );
  }
  if (!isOurs(record, instance)) {
    return withdraw(
      record,
      outcome,
      { code: "source-replaced", text: `${ours.id} is not the temporary instance that was created for this restore.` },
      nowMs,
    );
  }
  return null;
}

/** Does a fresh read show exactly the instance of the ledger: type, master and age? */
export function isOurs(record: RestoreRecord, instance: RdsInstance): boolean {
  const ours = record.temporaryInstance;
  return (
    ours !== null &&
    instance.id === ours.id &&
    instance.id !== record.request.masterInstanceId &&
    instance.type.toLowerCase() === "temp" &&
    instance.masterInstanceId === record.request.masterInstanceId &&
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
