import type { RdsInstance } from "../../cloud/rds";
import type { DecisionContext } from "../decision-context";
import type { StatedReason } from "../model/reasons";
import type { RestoreRecord } from "../model/record";
import { hashPlan } from "../plan/plan";
import { changedFact } from "../plan/plan-facts";
import { isRunning } from "../temporary-instance";
import { isWriteSent } from "../what-is-written";

/** Is the approval one of this very plan, young enough, and the master as it was? @returns the first that is not so, or null */
export function approvalObstacle(
  record: RestoreRecord,
  master: RdsInstance | null,
  context: DecisionContext,
): StatedReason | null {
  const { nowMs, durations } = context;
  if (!context.acceptsWriteBacks && !isWriteSent(record, context.dtsOrder))
    return { code: "write-backs-stopped", text: "The operators stopped write-backs after the approval." };
  const { plan, approval, planHash } = record;
  if (!plan || !approval || approval.planHash !== planHash || hashPlan(plan) !== planHash)
    return { code: "plan-changed", text: "The approved plan is not the one on the record." };
  const fact = changedFact(plan, record);
  if (fact)
    return { code: "plan-changed", text: `The record has another ${fact} by now than the plan that was approved.` };
  if (nowMs - approval.atMs > durations.approvalMaxAgeMs)
    return { code: "approval-too-old", text: "The approval is too old; ask again and approve again." };
  if (!master || !isRunning(master))
    return {
      code: "master-not-running",
      text: `The master is ${master?.status ?? "not found"}.`,
    };
  if (master.lockMode !== "" && master.lockMode.toLowerCase() !== "unlock")
    return { code: "master-locked", text: `The master is locked (${master.lockMode}).` };
  if (master.engineVersion !== record.master?.engineVersion || (master.collation ?? "") !== record.master.collation)
    return { code: "master-changed", text: "The master's version or collation changed since the plan was made." };
  return null;
}
