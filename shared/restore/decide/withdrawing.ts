import type { DtsJob } from "../../cloud/dts";
import type { RdsInstance } from "../../cloud/rds";
import type { DecisionContext } from "../decision-context";
import { withLeftLooked } from "../leftovers";
import type { RestoreRecord } from "../model/record";
import { seen } from "../temporary-instance";
import { type Decision, go, goAndWait, note, stay, takeAway } from "../transition";
import { watchGroup } from "../watched-calls";
import { removeJob } from "./configuring";
import { lookAgainForInstance } from "./second-look";

/**
 * withdrawing. Stops, deletes and confirms the jobs gone, then closes our addresses; each call is repeatable, and repeated. Jobs are
 * found by the ids of the record and by name, so that a configure whose answer was lost leaves nothing behind.
 */
export interface WithdrawingFacts {
  /** Our jobs by detail and by name; those that are gone are not in it. */
  readonly jobs: readonly DtsJob[];
  /** This and the groups are read once the jobs are missing for the second time, or do not go. Null: not found; undefined: not read. */
  readonly instance: RdsInstance | null | undefined;
  /** Instances on which our group still admits somebody. */
  readonly openGroups: readonly Group[];
  /** Groups of ours on instances that were not found: gone, most likely, and the groups with them. */
  readonly unseenGroups: readonly Group[];
  /** A group that the record calls open is not on its instance. */
  readonly missesOpening: boolean;
  /** Names of the listed tables that are on the master; null: it could not be read; left out: there was no need to look. */
  readonly leftTables?: ReadonlySet<string> | null;
}

interface Group {
  readonly instanceId: string;
  readonly group: string;
}

export function decideWithdrawing(before: RestoreRecord, facts: WithdrawingFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const current = facts.instance ? seen(before) : before;
  const job = facts.jobs[0];
  // Once no job is left, nothing is made any more: what is not there now was never made.
  const record = job || facts.leftTables === undefined ? current : withLeftLooked(current, facts.leftTables);
  if (job) return closeMeanwhile(record, facts, context) ?? removeJob(clearMissing(record), job, context);
  if (isFirstMiss(record))
    return stay({ ...record, job: { ...record.job!, missingSinceMs: nowMs } }, durations.goneConfirmMs);
  const missedMs = nowMs - (record.job?.missingSinceMs ?? 0);
  if (missedMs < durations.goneConfirmMs) return stay(record, durations.goneConfirmMs - missedMs);
  const open = facts.openGroups.length > 0;
  if (open && !isRefusedForLong(record, context))
    return closeGroup(record, facts.openGroups, record.removals ?? 0, context);
  // Opened just now, and read from a replica that does not know it yet? All addresses were opened before this state.
  const inStateMs = nowMs - record.statusSinceMs;
  if (facts.missesOpening && inStateMs < durations.goneConfirmMs)
    return stay(record, durations.goneConfirmMs - inStateMs);
  const closed = leaveToSweep(
    { ...record, staleJobs: [], openings: record.openings.map((opening) => ({ ...opening, state: "closed" })) },
    facts,
    context,
  );
  const left = open
    ? "no job of ours is left, and no address but those that RDS refuses to close"
    : "no job and no address of ours is left";
  if (!closed.temporaryInstance) return go(closed, "closed", nowMs, left);
  if (isHeld(closed, context)) {
    if (facts.instance) return hold(closed, context);
    const again = lookAgainForInstance(record, context);
    if (again) return again;
  }
  // Not in this run: what is deleted is read just before, and the groups were read since.
  return go(closed, "cleaning-up", nowMs, `${left}; the temporary instance is deleted`);
}

/** After so many tries to take a job away, each fourth one closes addresses instead. */
const removalsAlone = 8;

/** A job that DTS does not let go must not keep our addresses open for as long. */
export function isJobStuck(record: RestoreRecord): boolean {
  return (record.removals ?? 0) >= removalsAlone;
}

function closeMeanwhile(record: RestoreRecord, facts: WithdrawingFacts, context: DecisionContext): Decision | null {
  const removals = record.removals ?? 0;
  const turn = Math.floor(removals / 4);
  const isTurn = isJobStuck(record) && removals % 4 === 1 && facts.openGroups.length > 0;
  return isTurn ? closeGroup(record, facts.openGroups, turn, context) : null;
}

/** In turn: one that is refused does not keep the others open. */
function closeGroup(
  record: RestoreRecord,
  openGroups: readonly Group[],
  turn: number,
  context: DecisionContext,
): Decision {
  return takeAway(record, { kind: "close-addresses", ...openGroups[turn % openGroups.length]! }, context);
}

/** Gone needs a second look at a job that was there: a stale read must not end it. */
export function isFirstMiss({ job, staleJobs }: RestoreRecord): boolean {
  const wasThere = job !== null && (job.jobId !== null || job.configured || staleJobs.length > 0);
  return wasThere && job.missingSinceMs === null;
}

/** So many closings without an effect count like a refusal. */
const closingsMax = 12;

/** RDS changes no whitelist of a locked instance, and a lock may last: the temporary instance is not to run out meanwhile. */
function isRefusedForLong(record: RestoreRecord, context: DecisionContext): boolean {
  const isTried = record.lastRefusal?.call === "close-addresses" || (record.removals ?? 0) >= closingsMax;
  return isTried && context.nowMs > record.statusSinceMs + context.durations.closeAddressesDeadlineMs;
}

/** Groups that were not seen closed are watched: each sweep tries them again. Those that RDS refuses to close are named. */
function leaveToSweep(
  record: RestoreRecord,
  { openGroups, unseenGroups }: WithdrawingFacts,
  context: DecisionContext,
): RestoreRecord {
  const watched = [...openGroups, ...unseenGroups].reduce(
    (current, group) => watchGroup(current, group, context),
    record,
  );
  return openGroups.reduce((current, { instanceId, group }) => {
    const why = record.lastRefusal ? ` (${record.lastRefusal.code})` : "";
    const text = `RDS does not close the whitelist group ${group} of ${instanceId}${why}; it is tried again each hour for two days, or close it by hand`;
    const openings = current.openings.map((opening) =>
      opening.instanceId === instanceId ? { ...opening, state: "open" as const } : opening,
    );
    return { ...note(current, context.nowMs, text), openings };
  }, watched);
}

/** An outcome that a person may want to look into keeps the instance, if there is time left. */
function isHeld(record: RestoreRecord, context: DecisionContext): boolean {
  const wantsPeople =
    record.outcome === "inspected" || record.outcome === "failed" || record.outcome === "finished-unverified";
  return (
    wantsPeople &&
    !record.cancelRequested &&
    record.reason?.code !== "source-released" &&
    (record.expiresAtMs ?? 0) > context.nowMs
  );
}

/** `keepHours` begin now: until here the instance was kept for the restore's own work. */
function hold(record: RestoreRecord, context: DecisionContext): Decision {
  const { nowMs } = context;
  const expiresAtMs = Math.min(nowMs + record.request.keepHours * 3_600_000, record.expiresAtMs ?? nowMs);
  const text = `the temporary instance is kept for people until ${new Date(expiresAtMs).toISOString()}`;
  return goAndWait({ ...record, expiresAtMs }, "holding", context, text);
}

function clearMissing(record: RestoreRecord): RestoreRecord {
  return record.job ? { ...record, job: { ...record.job, missingSinceMs: null } } : record;
}
