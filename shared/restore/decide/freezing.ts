import type { DtsJob } from "../../cloud/dts";
import { whyNotAutomatic } from "../automatic-approval";
import type { DecisionContext } from "../context";
import { dtsObjects } from "../dts-objects";
import { doesNotFit, fits } from "../forecast";
import { editOf } from "../job-edits";
import { databaseOfCopy, hashPlan, type Plan, type PlannedCheck, type PlannedDatabase } from "../plan";
import { planNotes } from "../plan-notes";
import type { RestoreRecord } from "../record";
import { type Decision, go, goAndWait, note, stay, withdraw } from "../transition";
import { plannedDatabases } from "./configuring";

/** Freezes the evidence: exactly this, and nothing else, is what a person approves. */
export function freezePlan(record: RestoreRecord, job: DtsJob, context: DecisionContext): Decision {
  const databases = plannedDatabases(record);
  const meant = dtsObjects(databases);
  if (job.objects === null) return awaitObjects(record, context);
  const edit = editOf(record, job, meant);
  if (edit) {
    const text = `Of the migration job ${job.name}, ${edit} changed since it was configured: somebody edited it. Nothing was written.`;
    return withdraw(record, "failed", { code: "job-edited", text }, context.nowMs);
  }
  const ours = record.temporaryInstance!;
  const plan: Plan = {
    restoreId: record.restoreId,
    masterInstanceId: record.request.masterInstanceId,
    mode: record.request.writeBack,
    temporaryInstanceId: ours.id,
    temporaryInstanceCreatedAtMs: ours.createdAtMs ?? 0,
    jobId: job.jobId,
    jobName: job.name,
    databases,
    dtsObjects: job.objects,
    checksPassed: record.verification?.checks.length ?? 0,
    checks: plannedChecks(record, databases),
    notes: planNotes(record, databases, context.sqlTls),
  };
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
  const targets = databases.map((database) => `${database.database} -> ${database.targetDatabase}`).join(", ");
  const text = `the plan is frozen: ${targets}${manual}`;
  return why === null
    ? go(planned, "awaiting-approval", context.nowMs, text)
    : goAndWait(planned, "awaiting-approval", context, text);
}

function plannedChecks(record: RestoreRecord, databases: readonly PlannedDatabase[]): PlannedCheck[] {
  const onMaster = record.verification?.route === "copy-first";
  return record.request.checks.map((check) => ({
    name: check.name,
    runsOn: onMaster ? "master" : "temporary-instance",
    database: onMaster ? databaseOfCopy(check, databases) : check.database,
    sql: check.sql,
    expect: check.expect,
  }));
}

/** Nobody can approve what DTS does not tell. */
function awaitObjects(record: RestoreRecord, { nowMs, durations }: DecisionContext): Decision {
  const text = "DTS does not tell yet which objects the job would copy; nothing can be approved before it does";
  return stay(record.idleRuns === 0 ? note(record, nowMs, text) : record, durations.pollMs);
}
