import type { DtsJob } from "../../cloud/dts";
import type { RdsInstance } from "../../cloud/rds";
import { hasBegunToWrite, mayStillWrite } from "../../cloud/statuses";
import { listedByName, showName } from "../../object-name";
import { giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import { plannedLeftovers, withLeft } from "../leftovers";
import { freshJob, withNewAttempt } from "../migration-job";
import type { StatedReason } from "../model/reasons";
import type { RestoreRecord } from "../model/record";
import { openTo, sameAddresses } from "../openings";
import { plannedDatabases } from "../plan/dts-objects";
import { creatableCollations } from "../prerequisites/judge-objects";
import { isRunning, seen } from "../temporary-instance";
import { type Decision, enter, goAndWait, note, request, stay, takeAway, withdraw } from "../transition";
import { whatSomebodyElseWrote } from "../what-is-written";
import { cancelWork } from "./cancelling";
import { freezePlan } from "./freezing";
import { decideOnSource } from "./lost-source";
import { lookAgain, notMissed, theMaster } from "./second-look";
import { decideSurvey, type SurveyFacts } from "./surveying";

/**
 * configuring. One thing per run: old jobs away, addresses open on both sides, (buy-first: buy), configure, start the
 * precheck. A lost configure is settled by the job's exact name; a job that cannot be told apart is deleted and replaced under a new attempt.
 */
export interface ConfiguringFacts {
  readonly instance: RdsInstance | null;
  /** Null: the job is configured, and they do not matter any more. */
  readonly surroundings: Surroundings | "no-master" | null;
  /** Our job by its detail; null: not found; undefined: no id yet. */
  readonly job: DtsJob | null | undefined;
  /** Jobs that must go first, by detail; null: gone. */
  readonly staleJobs: ReadonlyMap<string, DtsJob | null>;
}

/** What has to be in order before a job is configured. */
export interface Surroundings extends SurveyFacts {
  /** Our whitelist group on each side; null: none. */
  readonly temporaryGroup: readonly string[] | null;
  readonly masterGroup: readonly string[] | null;
  /** Closed groups of earlier restores that may be used again; null: none, or we have one. */
  readonly freeTemporaryGroup: string | null;
  readonly freeMasterGroup: string | null;
  /** DTS servers and our own egress. */
  readonly wantedAddresses: readonly string[];
  /** Names of the master's databases. */
  readonly masterDatabases: readonly string[];
}

export function decideConfiguring(record: RestoreRecord, facts: ConfiguringFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const rogue = decideOnRogueJob(record, facts.job ?? null, context);
  if (rogue) return rogue;
  if (record.cancelRequested) return cancelWork(record, context);
  const lost = decideOnSource(record, facts.instance, context);
  if (lost) return lost;
  if (isOverdue(record, context)) {
    const refusal = record.lastRefusal;
    const why = refusal ? `: ${refusal.call} was refused with ${refusal.code}` : "";
    const text = `The migration could not be prepared in time${why}.`;
    return giveUp(record, { code: "configure-too-slow", text }, context);
  }
  const { surroundings } = facts;
  if (surroundings === "no-master")
    return lookAgain(record, theMaster, context) ?? withdraw(record, "failed", noMaster(record), nowMs);
  const current = notMissed(seen(record));
  const clash = surroundings && clashingTarget(current, surroundings.masterDatabases);
  if (clash)
    return withdraw(
      current,
      "failed",
      {
        code: "target-exists",
        text: `The master already has a database ${showName(clash)}. Nothing was written. Ask again with another restoredName.`,
      },
      nowMs,
    );
  const uncreatable = plannedDatabases(current).find(
    (database) => database.createsDatabase && !creatableCollations.includes(database.characterSet),
  );
  if (uncreatable)
    return withdraw(
      current,
      "failed",
      {
        code: "collation-not-creatable",
        text: `${showName(uncreatable.database)} has the collation ${uncreatable.characterSet}, and RDS cannot create ${showName(uncreatable.targetDatabase)} with it. Nothing was written. Ask again for same-name or missing-rows, which write into the database that is there.`,
      },
      nowMs,
    );
  if (!isRunning(facts.instance!)) return stay(current, durations.pollMs);
  const stale = removeStale(current, facts, context);
  if (stale) return stale;
  if (!surroundings) return prepareJob(current, facts, context);
  return (
    openBothSides(current, facts.instance!.id, surroundings) ??
    decideSurvey(current, surroundings, context, (surveyed) => prepareJob(surveyed, facts, context))
  );
}

function noMaster({ request }: RestoreRecord): StatedReason {
  return {
    code: "master-not-found",
    text: `There is no instance ${request.masterInstanceId} any more. Nothing was written.`,
  };
}

/** Their ids stay on the record: one read that does not find a job is no proof, and withdrawing looks for it twice more. */
function removeStale(record: RestoreRecord, facts: ConfiguringFacts, context: DecisionContext): Decision | null {
  const job = [...facts.staleJobs.values()].find((found) => found !== null);
  return job ? removeJob(record, job, context) : null;
}

/** Each so many tries the other call is made: a job that DTS does not stop may still be deleted, and the other way round. */
const otherCallEach = 4;

/** The next call that takes a job away: stopped first if it may be writing, then deleted. */
export function removeJob(record: RestoreRecord, job: DtsJob, context: DecisionContext): Decision {
  const isOther = (record.removals ?? 0) % otherCallEach === otherCallEach - 1;
  const kind = mayStillWrite(job.status) !== isOther ? "stop-job" : "delete-job";
  return takeAway(record, { kind, jobId: job.jobId }, context);
}

function openBothSides(record: RestoreRecord, temporaryId: string, surroundings: Surroundings): Decision | null {
  const { temporaryGroup, masterGroup, wantedAddresses } = surroundings;
  if (!sameAddresses(temporaryGroup, wantedAddresses))
    return openTo(record, temporaryId, surroundings.freeTemporaryGroup, wantedAddresses);
  if (!sameAddresses(masterGroup, wantedAddresses))
    return openTo(record, record.request.masterInstanceId, surroundings.freeMasterGroup, wantedAddresses);
  return null;
}

function prepareJob(record: RestoreRecord, facts: ConfiguringFacts, context: DecisionContext): Decision {
  const { nowMs, dtsOrder, durations } = context;
  const job = record.job ?? freshJob(record.restoreId, 1);
  const current = { ...record, job };
  if (dtsOrder === "buy-first" && job.jobId === null)
    return request(current, { kind: "buy-job", jobId: null, autoStart: false });
  if (!job.configured) return request(current, { kind: "configure-job", jobName: job.name, jobId: job.jobId });
  if (!facts.job) {
    if (job.missingSinceMs === null)
      return stay({ ...current, job: { ...job, missingSinceMs: nowMs } }, durations.goneConfirmMs);
    if (nowMs - job.missingSinceMs < durations.goneConfirmMs) return stay(current, durations.goneConfirmMs);
    return newAttempt(current, nowMs, "the configured job is not found any more");
  }
  if (dtsOrder === "buy-first")
    return freezePlan({ ...current, job: { ...job, missingSinceMs: null } }, facts.job, context);
  if (!job.started) return request(current, { kind: "start-job", jobId: facts.job.jobId });
  return goAndWait(current, "prechecking", context, `the migration job ${job.name} is configured; DTS prechecks it`);
}

/** A new job under a new name; the old one is deleted first and every approval is void. */
export function newAttempt(record: RestoreRecord, nowMs: number, text: string): Decision {
  return { record: note(withNewAttempt(record), nowMs, text), call: null, checkAfterMs: 0 };
}

/** Any state before the approval: a job that writes before it was approved is stopped and deleted. */
export function decideOnRogueJob(record: RestoreRecord, job: DtsJob | null, context: DecisionContext): Decision | null {
  if (!job || record.approval !== null || !hasBegunToWrite(job.status)) return null;
  return withdraw(
    withLeft(record, plannedLeftovers(record)),
    "failed",
    {
      code: "job-started-by-itself",
      text: `The migration job ${job.name} is ${job.status} before it was approved; it is stopped and deleted. ${whatSomebodyElseWrote(record)}`,
    },
    context.nowMs,
  );
}

function clashingTarget(record: RestoreRecord, masterDatabases: readonly string[]): string | null {
  const present = listedByName(masterDatabases.map((name) => ({ name })));
  const made = listedByName(record.leftOnMaster.filter(({ kind }) => kind === "database"));
  const clash = plannedDatabases(record).find(
    ({ createsDatabase, targetDatabase }) =>
      createsDatabase && present.has(targetDatabase) && !made.has(targetDatabase),
  );
  return clash?.targetDatabase ?? null;
}

/** Used by prechecking after a failed precheck. */
export function enterPrecheckFailed(record: RestoreRecord, text: string, context: DecisionContext): Decision {
  return {
    record: { ...enter(record, "precheck-failed", context.nowMs, text), approval: null, plan: null, planHash: null },
    call: null,
    checkAfterMs: context.durations.idlePollMs,
  };
}
