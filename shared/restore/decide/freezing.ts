import type { DtsJob } from "../../cloud/dts";
import type { DecisionContext } from "../context";
import { dtsObjects } from "../dts-objects";
import { hashPlan, type Plan } from "../plan";
import { planNotes } from "../plan-notes";
import type { RestoreRecord } from "../record";
import { type Decision, go, withdraw } from "../transition";
import { plannedDatabases } from "./configuring";

/** Freezes the evidence: exactly this, and nothing else, is what a person approves. */
export function freezePlan(record: RestoreRecord, job: DtsJob, context: DecisionContext): Decision {
  const databases = plannedDatabases(record);
  const meant = dtsObjects(databases);
  if (job.objects !== null && job.objects !== meant) {
    return withdraw(
      record,
      "failed",
      {
        code: "job-edited",
        text: `The objects of the migration job ${job.name} are not the ones that were configured; somebody edited it.`,
      },
      context.nowMs,
    );
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
    dtsObjects: job.objects ?? meant,
    checksPassed: record.verification?.checks.length ?? 0,
    notes: planNotes(record, databases),
  };
  const deadlineMs = Math.min(
    context.nowMs + context.durations.approvalDeadlineMs,
    record.expiresAtMs ?? Number.MAX_SAFE_INTEGER,
  );
  const planned: RestoreRecord = {
    ...record,
    plan,
    planHash: hashPlan(plan),
    expiresAtMs: record.expiresAtMs ?? deadlineMs,
  };
  return go(
    planned,
    "awaiting-approval",
    context.nowMs,
    `the plan is frozen: ${databases.map((database) => `${database.database} -> ${database.targetDatabase}`).join(", ")}`,
  );
}
