import type { DtsJob } from "../cloud/dts";
import type { RdsInstance } from "../cloud/rds";
import { hasBegunToWrite, jobCondition } from "../cloud/statuses";
import { listedByName } from "../object-name";
import type { DecisionContext } from "./decision-context";
import { isRepeatable, recordCandidate } from "./instance-in-doubt";
import { recordAnswer, recordNotHappened } from "./ledger";
import type { CallAnswer, CreatingCall, Intent } from "./model/calls";
import { makesInstance, repeatRules } from "./model/calls";
import type { RestoreRecord } from "./model/record";
import { sourceOf } from "./source";
import { conclude, enter, note } from "./transition";
import { isMadeByIntent, lostCreate, withDoubt } from "./watched-calls";

/** What was read back about a call whose outcome is unknown; only the part for its kind is filled. */
export interface ReadBack {
  /** A creating call: the instances that it may have made. */
  readonly instances?: readonly RdsInstance[];
  /** configure-job: jobs of exactly our name. */
  readonly jobsOfName?: readonly DtsJob[];
  /** buy-job for a job, start-job: the job by detail. */
  readonly job?: DtsJob | null;
  /** create-database, restore-databases: names of the databases of the instance. */
  readonly databases?: readonly string[];
}

/** `settled`: the record goes on without the intent. `open`: look again later. */
export interface Settlement {
  readonly record: RestoreRecord;
  readonly settled: boolean;
  readonly checkAfterMs: number;
}

/** How many reads without a trace, over the settle time, prove that a lost call did nothing. */
const negativeReadsNeeded = 3;

/** Settles an unknown outcome from what was read back, by the rule of repeatRules. Pure. */
export function settle(
  record: RestoreRecord,
  intent: Intent,
  readBack: ReadBack,
  context: DecisionContext,
): Settlement {
  const { nowMs } = context;
  const { call } = intent;
  if (makesInstance(call)) return settleCreate(record, intent, call, readBack.instances ?? [], context);
  const answer = answerOf(intent, readBack);
  if (answer)
    return done(
      note(
        recordAnswer(record, call, answer, nowMs),
        nowMs,
        `the answer of ${call.kind} was lost; reading back shows that it took effect`,
      ),
    );
  if (call.kind === "buy-job" && call.jobId === null) {
    // Nothing tells an empty purchase of ours from anybody else's; it is free and named.
    return done(
      note(
        withDoubt(recordNotHappened(record, intent, nowMs), intent, context),
        nowMs,
        "the answer of a purchase was lost: an empty, unconfigured DTS instance may exist",
      ),
    );
  }
  if (repeatRules[call.kind].repeat === "always")
    return done(withDoubt(recordNotHappened(record, intent, nowMs), intent, context));
  return noTrace(record, intent, context) ?? done(withDoubt(recordNotHappened(record, intent, nowMs), intent, context));
}

function settleCreate(
  record: RestoreRecord,
  intent: Intent,
  call: CreatingCall,
  instances: readonly RdsInstance[],
  context: DecisionContext,
): Settlement {
  const { nowMs, durations } = context;
  // Sent again with its token, it is one and the same create from the first sending on.
  const firstMs = lostCreate(record)?.sentAtMs ?? intent.sentAtMs;
  const windowMs = intent.sentAtMs - firstMs + durations.adoptionWindowMs;
  const fitting = instances.find((instance) => isMadeByIntent(instance.createdAtMs, firstMs, windowMs));
  const doubtful = withDoubt(record, intent, context);
  // Where nothing is there, a cancelled restore does not come to buy it.
  if ((fitting || !record.cancelRequested) && isRepeatable(doubtful, context))
    return done({ ...doubtful, intent: null });
  if (fitting) return done(recordCandidate(doubtful, fitting, nowMs));
  const open = noTrace(record, intent, context);
  if (open) return open;
  // No trace so far is no promise for later: a request can still land later.
  const watched = withDoubt(recordNotHappened(record, intent, nowMs), intent, context);
  if (!record.cancelRequested) return done(mayBeMadeAgain(call) ? watched : inDoubt(watched, nowMs));
  return done(
    enter(
      conclude(watched, "cancelled", {
        code: "cancelled",
        text: "Cancelled while the create was in doubt; it is watched for 48 hours.",
      }),
      "closed",
      nowMs,
      "cancelled; the create is watched",
    ),
  );
}

function mayBeMadeAgain({ kind }: CreatingCall): boolean {
  return repeatRules[kind].repeat === "after-settling";
}

/** Its token is too old to be sent again, and a new one could buy a second instance. */
function inDoubt(record: RestoreRecord, nowMs: number): RestoreRecord {
  const text = `RDS did not answer whether it made the ${sourceOf(record).noun}, and nothing is to be seen of it. It is watched for 48 hours. Nothing was written. Ask again.`;
  return enter(conclude(record, "failed", { code: "create-in-doubt", text }), "closed", nowMs, text);
}

/** The intent with one more negative read, or null once there were enough of them over the settle time. */
function noTrace(record: RestoreRecord, intent: Intent, context: DecisionContext): Settlement | null {
  const { nowMs, durations } = context;
  const counted = { ...intent, negativeReads: intent.negativeReads + 1 };
  if (counted.negativeReads >= negativeReadsNeeded && nowMs - intent.sentAtMs >= durations.settleMs) return null;
  return {
    record: { ...record, intent: counted },
    settled: false,
    checkAfterMs: Math.max(durations.settleMs / negativeReadsNeeded, 500),
  };
}

function answerOf(intent: Intent, readBack: ReadBack): CallAnswer | null {
  const { call } = intent;
  switch (call.kind) {
    case "configure-job": {
      const job = readBack.jobsOfName?.[0];
      return job && jobCondition(job.status) !== "not-configured"
        ? { jobId: job.jobId, dtsInstanceId: job.dtsInstanceId ?? undefined }
        : null;
    }
    case "buy-job": {
      const job = call.jobId === null ? null : readBack.job;
      return job && (job.dtsInstanceId !== null || hasBegunToWrite(job.status))
        ? { jobId: job.jobId, dtsInstanceId: job.dtsInstanceId ?? undefined }
        : null;
    }
    case "start-job": {
      const { job } = readBack;
      return job &&
        (hasBegunToWrite(job.status) ||
          ["prechecking", "precheck-failed", "precheck-passed"].includes(jobCondition(job.status)))
        ? { jobId: job.jobId }
        : null;
    }
    case "create-database":
      return listedByName((readBack.databases ?? []).map((name) => ({ name }))).has(call.name) ? {} : null;
    case "restore-databases": {
      const present = listedByName((readBack.databases ?? []).map((name) => ({ name })));
      return call.databases.some(({ newName }) => present.has(newName)) ? {} : null;
    }
    default:
      return null;
  }
}

function done(record: RestoreRecord): Settlement {
  return { record, settled: true, checkAfterMs: 0 };
}
