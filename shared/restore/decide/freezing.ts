import type { DtsJob } from "../../cloud/dts";
import { showName } from "../../object-name";
import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import { whyNotAutomatic } from "../plan/automatic-approval";
import { dtsObjects, plannedDatabases } from "../plan/dts-objects";
import { doesNotFit, fits } from "../plan/forecast";
import { editOf } from "../plan/job-edits";
import { hashPlan, type Plan } from "../plan/plan";
import { planFacts } from "../plan/plan-facts";
import { planNotes } from "../plan/plan-notes";
import { type Decision, go, goAndWait, note, stay, withdraw } from "../transition";

/** Freezes the plan of a migration job, once DTS tells that the job is the one that was configured. */
export function freezePlan(record: RestoreRecord, job: DtsJob, context: DecisionContext): Decision {
  if (job.objects === null) return awaitObjects(record, context);
  const edit = editOf(record, job, dtsObjects(plannedDatabases(record)));
  if (edit) {
    const text = `Of the migration job ${job.name}, ${edit} changed since it was configured: somebody edited it. Nothing was written.`;
    return withdraw(record, "failed", { code: "job-edited", text }, context.nowMs);
  }
  return freeze(record, context);
}

/** Freezes the evidence: exactly this, and nothing else, is what a person approves. */
export function freeze(record: RestoreRecord, context: DecisionContext): Decision {
  const facts = planFacts(record);
  const { databases } = facts;
  const plan: Plan = { ...facts, notes: planNotes(record, databases, context.sqlTls) };
  if (!fits(record, context.nowMs))
    return withdraw(
      record,
      "failed",
      { code: "forecast-does-not-fit", text: `${doesNotFit(record)} Nothing was written.` },
      context.nowMs,
    );
  const planned: RestoreRecord = { ...record, plan, planHash: hashPlan(plan) };
  const why = whyNotAutomatic(record, context);
  const isExpected = why !== null && record.request.approval === "automatic";
  const manual = isExpected ? `; it is not approved automatically, because ${why}: a person has to` : "";
  const targets = databases
    .map((database) => `${showName(database.database)} -> ${showName(database.targetDatabase)}`)
    .join(", ");
  const text = `the plan is frozen: ${targets}${manual}`;
  return why === null
    ? go(planned, "awaiting-approval", context.nowMs, text)
    : goAndWait(planned, "awaiting-approval", context, text);
}

/** A plan is not shown for approval before DTS tells the objects of the job. */
function awaitObjects(record: RestoreRecord, { nowMs, durations }: DecisionContext): Decision {
  const text = "DTS does not tell yet which objects the job would copy; nothing can be approved before it does";
  return stay(record.idleRuns === 0 ? note(record, nowMs, text) : record, durations.pollMs);
}
