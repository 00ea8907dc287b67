import type { RdsInstance } from "../../cloud/rds";
import { instanceCondition } from "../../cloud/statuses";
import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import type { Outcome } from "../model/states";
import { isOurs } from "../temporary-instance";
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
