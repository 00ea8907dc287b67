import { instanceCondition } from "../../cloud/statuses";
import { closeCancelled, closeRefused } from "../closing";
import type { DecisionContext } from "../decision-context";
import { recordCandidate } from "../instance-in-doubt";
import type { MasterFacts, RestoreRecord } from "../model/record";
import { judgePrerequisites, type PrerequisiteFacts } from "../prerequisites";
import { chooseSource } from "../prerequisites/choose-source";
import { restorePointOf } from "../prerequisites/restore-point";
import { isObstacle, type Obstacle } from "../prerequisites/verdict";
import { withArrivingNames } from "../restored-databases";
import { type SourceChoice, sourceOf } from "../source";
import { backOffMs, type Decision, enter, go, note, stay } from "../transition";
import { isMadeByIntent, lostCreate } from "../watched-calls";
import { freeze } from "./freezing";
import { lookAgain, notMissed, theMaster } from "./second-look";

/**
 * accepted, waiting. Key: the restore id. A second delivery finds the same facts and decides the same; if we die before
 * the create is sent, nothing exists; the create itself is an intent and settled by reading back.
 */
export interface AcceptingFacts {
  readonly prerequisites: PrerequisiteFacts;
  /** The restore that holds the master's lock now: ours or another's; null: an older waiting restore comes first. */
  readonly lockHolder: string | null;
}

/** What is read of a restore that stands in line: nothing of the cloud matters before it is its turn. */
export interface InLine {
  readonly prerequisites: null;
  readonly lockHolder: string | null;
}

export function decideAccepted(record: RestoreRecord, facts: AcceptingFacts, context: DecisionContext): Decision {
  const { nowMs } = context;
  if (record.cancelRequested) return closeCancelled(record, nowMs);
  const late = lateInstance(record, facts, nowMs);
  if (late) return late;
  const again = facts.prerequisites.master ? null : lookAgain(record, theMaster, context);
  if (again) return again;
  const judged = judge(record, facts, context);
  if (judged.refusal) return closeRefused(record, judged.refusal, nowMs);
  if (judged.wait) return startWaiting(record, judged.wait, context);
  const known = {
    ...record,
    source: judged.source,
    master: masterFacts(facts.prerequisites),
    restorePoint: restorePointOf(
      { backupId: record.request.backupId, restoreTimeMs: record.restoreTimeMs },
      facts.prerequisites,
    ),
    reason: null,
  };
  const call = sourceOf(known).creation(known, facts.prerequisites);
  if (call === null) return freeze(withArrivingNames(known, context.restoredNameMax), context);
  return {
    record: enter(known, "creating-source", nowMs, `prerequisites are met; a ${sourceOf(known).noun} is asked for`),
    call,
    checkAfterMs: context.durations.pollMs,
  };
}

export function decideWaiting(
  record: RestoreRecord,
  facts: AcceptingFacts | InLine,
  context: DecisionContext,
): Decision {
  if (record.cancelRequested) return closeCancelled(record, context.nowMs);
  const late = facts.prerequisites && lateInstance(record, facts, context.nowMs);
  if (late) return late;
  const again = facts.prerequisites?.master === null ? lookAgain(record, theMaster, context) : null;
  if (again) return again;
  const judged =
    facts.prerequisites === null
      ? { refusal: null, wait: busyMaster(facts.lockHolder) }
      : judge(record, facts, context);
  if (judged.refusal) return closeRefused(record, judged.refusal, context.nowMs);
  if (isOutOfReach(record, context)) return closeRefused(record, outOfReach, context.nowMs);
  if (!judged.wait) return go(record, "accepted", context.nowMs, "what it waited for has come");
  const changed = judged.wait.code !== record.reason?.code;
  const reason = { code: judged.wait.code, text: judged.wait.text };
  const next = { ...notMissed(record), reason };
  return stay(changed ? note(next, context.nowMs, reason.text) : next, waitMs(record, judged.wait, context));
}

const outOfReach = {
  code: "restore-time-too-old",
  text: "The restore time has left the recovery window while the restore waited.",
} as const;

/** A queued restore reads nothing of the cloud, so check here that its time can still be restored. */
function isOutOfReach({ restoreTimeMs }: RestoreRecord, { nowMs, durations }: DecisionContext): boolean {
  return restoreTimeMs !== null && restoreTimeMs < nowMs - durations.restoreReachMs;
}

/**
 * An instance that appeared after a lost create of ours may be of it, however late: a person says. Since that create the master's lock
 * is ours, so that no other restore can have made it.
 */
function lateInstance(record: RestoreRecord, facts: AcceptingFacts, nowMs: number): Decision | null {
  const sentAtMs = lostCreate(record)?.sentAtMs;
  if (sentAtMs === undefined || facts.lockHolder !== record.restoreId) return null;
  const found = facts.prerequisites.temporaryInstances.find(
    (instance) =>
      instanceCondition(instance.status) !== "leaving" &&
      isMadeByIntent(instance.createdAtMs, sentAtMs, nowMs - sentAtMs),
  );
  return found ? stay(recordCandidate({ ...record, reason: null }, found, nowMs), 0) : null;
}

function startWaiting(record: RestoreRecord, wait: Obstacle, context: DecisionContext): Decision {
  const reason = { code: wait.code, text: wait.text };
  return {
    record: { ...enter(record, "waiting", context.nowMs, wait.text), reason },
    call: null,
    checkAfterMs: waitMs(record, wait, context),
  };
}

function judge(
  record: RestoreRecord,
  facts: AcceptingFacts,
  context: DecisionContext,
): { source: SourceChoice; refusal: Obstacle | null; wait: Obstacle | null } {
  const { source, prerequisites } = judgeSource(record, facts.prerequisites, context);
  const obstacles = prerequisites.filter(isObstacle);
  const refusal = obstacles.find((entry) => entry.verdict === "fail") ?? null;
  const waits = obstacles.filter((entry) => entry.verdict === "wait");
  if (facts.lockHolder !== record.restoreId) {
    // Report this wait first: the temporary instance that is seen is probably the other restore's.
    waits.unshift(busyMaster(facts.lockHolder));
  }
  return { source, refusal, wait: waits[0] ?? null };
}

/** A restore that has chosen its source, and whose creating call was refused for now, keeps it. */
function judgeSource(record: RestoreRecord, facts: PrerequisiteFacts, { nowMs, durations }: DecisionContext) {
  const { request, source } = record;
  if (source)
    return { source, prerequisites: judgePrerequisites(sourceOf({ source }), request, facts, nowMs, durations) };
  const { choice, prerequisites } = chooseSource(request, facts, nowMs, durations);
  return { source: choice, prerequisites };
}

function busyMaster(lockHolder: string | null): Obstacle {
  return {
    name: "master-free",
    verdict: "wait",
    code: "master-busy-with-restore",
    text: `Restore ${lockHolder ?? "before this one"} works on this master; this one goes on when it is closed.`,
    readyAtMs: null,
  };
}

/** A wait of unknown length is looked at less and less often; a queued restore is woken when it is its turn. */
function waitMs(record: RestoreRecord, wait: Obstacle, context: DecisionContext): number {
  const { pollMs, backOffMaxMs } = context.durations;
  if (wait.code === "master-busy-with-restore") return backOffMaxMs;
  if (wait.readyAtMs === null) return backOffMs(record.idleRuns, pollMs, backOffMaxMs);
  return Math.min(backOffMaxMs, Math.max(pollMs, wait.readyAtMs - context.nowMs));
}

function masterFacts(facts: PrerequisiteFacts): MasterFacts | null {
  const { master } = facts;
  if (!master) return null;
  return {
    engineVersion: master.engineVersion,
    ...(master.category === null ? {} : { category: master.category }),
    collation: master.collation ?? "",
    timeZone: master.timeZone ?? "",
    networkType: master.networkType,
    databasesListed: facts.databases !== null,
    databases: (facts.databases ?? []).map(({ name, characterSet }) => ({ name, characterSet })),
  };
}
