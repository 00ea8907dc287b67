import type { DtsJob, DtsPrecheckItem } from "../../cloud/dts";
import type { RdsInstance } from "../../cloud/rds";
import { jobCondition } from "../../cloud/statuses";
import { giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import { rowValue } from "../model/row-value";
import { explainPrecheckItem } from "../precheck-remedies";
import { seen } from "../temporary-instance";
import { type Decision, go, goAndWait, stay, withdraw } from "../transition";
import { whatIsWritten } from "../what-is-written";
import { cancelWork } from "./cancelling";
import { decideOnRogueJob, enterPrecheckFailed } from "./configuring";
import { freezePlan } from "./freezing";
import { decideOnSource } from "./lost-source";

/** prechecking, precheck-failed. Reads only; a second delivery decides the same from the same status. */
export interface JobFacts {
  readonly instance: RdsInstance | null;
  /** The job with its objects (detail), or null when it is not found. */
  readonly job: DtsJob | null;
  /** Read when the precheck failed. */
  readonly precheckItems: readonly DtsPrecheckItem[];
}

export function decidePrechecking(record: RestoreRecord, facts: JobFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const rogue = decideOnRogueJob(record, facts.job, context);
  if (rogue) return rogue;
  if (record.cancelRequested) return cancelWork(record, context);
  const lost = decideOnSource(record, facts.instance, context);
  if (lost) return lost;
  if (isOverdue(record, context))
    return giveUp(
      record,
      { code: "precheck-too-slow", text: "The precheck did not end in time, or DTS did not tell what it would copy." },
      context,
    );
  const written = whatIsWritten(record, context.dtsOrder);
  if (!facts.job) return decideOnMissingJob(seen(record), written, context);
  // Seen again: an earlier "not found" must not count towards a later one.
  const current: RestoreRecord = { ...seen(record), job: { ...record.job!, missingSinceMs: null } };
  switch (jobCondition(facts.job.status)) {
    case "precheck-passed":
      // Approved already (buy-first): DTS goes on by itself.
      return current.approval ? stay(current, durations.pollMs) : freezePlan(current, facts.job, context);
    case "precheck-failed":
      return failPrecheck(current, facts, context);
    case "migrating":
    case "finished":
      return goWriting(current, facts.job, "the precheck passed; DTS writes to the master", context);
    case "failed":
      return withdraw(
        current,
        "failed",
        { code: "migration-failed", text: `DTS failed: ${dtsError(facts.job)} ${written}` },
        nowMs,
      );
    default:
      return stay(current, durations.pollMs);
  }
}

export function failPrecheck(record: RestoreRecord, facts: JobFacts, context: DecisionContext): Decision {
  const failed = facts.precheckItems
    .filter((item) => item.state.toLowerCase() === "failed")
    .map((item) => explainPrecheckItem(item.item, item.errorKey));
  const text = `the precheck failed: ${failed.map((item) => item.item).join(", ") || "DTS named no item"}`;
  return enterPrecheckFailed({ ...record, precheckItems: failed }, text, context);
}

/** DTS copies, and is looked at after a poll's time; or it is over already, whichever way, and looked at at once. */
export function goWriting(record: RestoreRecord, job: DtsJob, text: string, context: DecisionContext): Decision {
  return jobCondition(job.status) === "migrating"
    ? goAndWait(record, "writing", context, text)
    : go(record, "writing", context.nowMs, text);
}

/** Absent once is no proof; a second look some time later is. `written`: the sentence on what may be on the master by then. */
export function decideOnMissingJob(record: RestoreRecord, written: string, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const job = record.job!;
  if (job.missingSinceMs === null)
    return stay({ ...record, job: { ...job, missingSinceMs: nowMs } }, durations.goneConfirmMs);
  if (nowMs - job.missingSinceMs < durations.goneConfirmMs) return stay(record, durations.goneConfirmMs);
  const text = `The migration job ${job.name} was deleted by somebody else. ${written}`;
  return withdraw(record, "failed", { code: "job-deleted", text }, nowMs);
}

/** A person repairs and asks for a retry (a command); silence expires. */
export function decidePrecheckFailed(record: RestoreRecord, facts: JobFacts, context: DecisionContext): Decision {
  const rogue = decideOnRogueJob(record, facts.job, context);
  if (rogue) return rogue;
  if (record.cancelRequested) return cancelWork(record, context);
  const lost = decideOnSource(record, facts.instance, context);
  if (lost) return lost;
  if (isOverdue(record, context))
    return giveUp(record, { code: "not-repaired", text: "Precheck findings were not fixed in time." }, context);
  return stay(seen(record), context.durations.idlePollMs);
}

/** `DTS-30020: the log of the target is full`: the code of an error of DTS, and what it says. */
const codedError = /^(DTS-\d+[:.,]?)\s*(.*)$/s;

/** What DTS says of its failure, as a part of a sentence. The text may hand on what SQL Server says of rows; the code does not. */
export function dtsError({ errorMessage, status }: DtsJob): string {
  const [, code, text] = codedError.exec(errorMessage) ?? [];
  if (code) return text ? `${code} ${rowValue(text)}` : code;
  return errorMessage ? rowValue(errorMessage) : status;
}
