import type { DtsJob, DtsStage } from "../../cloud/dts";
import { jobCondition } from "../../cloud/statuses";
import { giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import { lookBeforeRemoving } from "../leftovers";
import type { RestoreRecord } from "../model/record";
import { seen } from "../temporary-instance";
import { type Decision, go, noteOnce, pollAfterMs, stay, withdraw } from "../transition";
import { whatIsWritten } from "../what-is-written";
import { cancelWork } from "./cancelling";
import { decideOnSource } from "./lost-source";
import { decideOnMissingJob, dtsError, failPrecheck, type JobFacts } from "./prechecking";

/** writing. Reads only; DTS writes. `Finished` alone is no success: a job stopped by hand is Finished too. */
export function decideWriting(record: RestoreRecord, facts: JobFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const written = whatIsWritten(record, context.dtsOrder);
  if (record.cancelRequested) return cancelWork(record, context);
  const { job } = facts;
  const condition = job ? jobCondition(job.status) : null;
  // A lagging list may leave the stages out. Without them it is not known whether the job was stopped: look again.
  if (job?.data && condition === "finished") return finish(record, job, job.data, context);
  const lost = decideOnSource(record, facts.instance, context);
  if (lost) return lost;
  if (isOverdue(record, context)) {
    const text = `The migration did not end in time (${job?.status ?? "job not found"}). ${written}`;
    return giveUp(record, { code: "migration-too-slow", text }, context);
  }
  const current = seen(record);
  if (!job) return decideOnMissingJob(current, written, context);
  const known: RestoreRecord = {
    ...current,
    job: { ...current.job!, missingSinceMs: null },
    progress: progressOf(job),
  };
  switch (condition) {
    case "failed":
      return withdraw(
        known,
        "failed",
        {
          code: "migration-failed",
          text: `DTS failed: ${dtsError(job)} ${record.leftOnMaster.length > 0 ? lookBeforeRemoving : written}`,
        },
        nowMs,
      );
    case "precheck-failed":
      return failPrecheck(known, facts, context);
    case "paused":
      return stay(
        noteOnce(known, "paused", nowMs, "the migration job was paused by hand; it is waited for"),
        durations.pollMs,
      );
    default:
      return stay(known, pollAfterMs(known, context));
  }
}

function finish(record: RestoreRecord, job: DtsJob, data: DtsStage, context: DecisionContext): Decision {
  const complete = data.status.toLowerCase() === "finished" && data.percent >= 100;
  if (!complete)
    return withdraw(
      record,
      "failed",
      {
        code: "job-stopped",
        text: `The migration job ${job.name} is Finished before all rows were read: somebody stopped it. ${whatIsWritten(record, context.dtsOrder)}`,
      },
      context.nowMs,
    );
  const done = { ...record, progress: progressOf(job) };
  return go(
    done,
    "comparing",
    context.nowMs,
    `DTS has read ${data.progress} rows and is finished; both sides are compared`,
  );
}

function progressOf(job: DtsJob): RestoreRecord["progress"] {
  return { percent: job.data?.percent ?? 0, rows: job.data?.progress ?? 0 };
}
