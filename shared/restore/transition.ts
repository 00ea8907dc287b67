import type { DecisionContext } from "./decision-context";
import type { ChangingCall } from "./model/calls";
import type { StatedReason } from "./model/reasons";
import type { RestoreRecord, TimelineEntry } from "./model/record";
import { isLegalTransition, type Outcome, type Status, type StepFunction, states } from "./model/states";

/** The timeline keeps its first entry and the newest ones. */
const timelineMax = 60;

/** What one run of a step does: the record to save, at most one changing call, and when to look again. */
export interface Decision {
  readonly record: RestoreRecord;
  /** Made after the record, with the call as its intent, is saved. */
  readonly call: ChangingCall | null;
  /** Milliseconds until the restore is due again. 0: at once, by a nudge. */
  readonly checkAfterMs: number;
}

/** The record with a line added to its timeline. */
export function note(record: RestoreRecord, nowMs: number, text: string): RestoreRecord {
  return { ...record, timeline: withEntry(record.timeline, { atMs: nowMs, status: record.status, text }) };
}

/** The same, unless this state has told `what` before. */
export function noteOnce(record: RestoreRecord, what: string, nowMs: number, text: string): RestoreRecord {
  const told = record.told ?? [];
  return told.includes(what) ? record : { ...note(record, nowMs, text), told: [...told, what] };
}

function withEntry(timeline: RestoreRecord["timeline"], entry: TimelineEntry): TimelineEntry[] {
  if (timeline.length < timelineMax) return [...timeline, entry];
  return [timeline[0]!, ...timeline.slice(timeline.length - timelineMax + 2), entry];
}

/**
 * The one place that changes a state. An illegal transition is a bug of ours and throws. A "not found" of the state that is left is
 * forgotten: it was one look, and the second look that makes a proof of it may come hours later in another state.
 */
export function enter(record: RestoreRecord, status: Status, nowMs: number, text: string): RestoreRecord {
  if (!isLegalTransition(record.status, status))
    throw new Error(`illegal transition ${record.status} -> ${status} of ${record.restoreId}`);
  const { temporaryInstance, job } = record;
  return {
    ...record,
    status,
    statusSinceMs: nowMs,
    idleRuns: 0,
    removals: 0,
    told: [],
    lastRefusal: null,
    missed: null,
    temporaryInstance: temporaryInstance && { ...temporaryInstance, missingSinceMs: null },
    job: job && { ...job, missingSinceMs: null },
    timeline: withEntry(record.timeline, { atMs: nowMs, status, text }),
  };
}

/** Sets the outcome once; the first one stands. */
export function conclude(record: RestoreRecord, outcome: Outcome, reason: StatedReason): RestoreRecord {
  return record.outcome === null ? { ...record, outcome, reason } : record;
}

/** Stay in the state and look again later. */
export function stay(record: RestoreRecord, checkAfterMs: number): Decision {
  return { record, call: null, checkAfterMs };
}

/** Go to another state; it is acted on at once. */
export function go(record: RestoreRecord, status: Status, nowMs: number, text: string): Decision {
  return { record: enter(record, status, nowMs, text), call: null, checkAfterMs: 0 };
}

/** Go to a state that waits for the cloud or for people. What has only just begun shows nothing yet: the first look comes after a poll's time. */
export function goAndWait(
  record: RestoreRecord,
  status: Status,
  { nowMs, durations }: DecisionContext,
  text: string,
): Decision {
  return { ...go(record, status, nowMs, text), checkAfterMs: durations.pollMs };
}

/**
 * Make a call that takes something away: it is repeated, less and less often, until a look finds it gone.
 */
export function takeAway(record: RestoreRecord, call: ChangingCall, { durations }: DecisionContext): Decision {
  const removals = record.removals ?? 0;
  return {
    record: { ...record, removals: removals + 1 },
    call,
    checkAfterMs: backOffMs(removals, durations.pollMs / 4, durations.backOffMaxMs),
  };
}

/** Make one changing call; what follows is decided from its answer. */
export function request(record: RestoreRecord, call: ChangingCall): Decision {
  return { record, call, checkAfterMs: 0 };
}

/** The outcome is decided; everything of ours is taken back. */
export function withdraw(record: RestoreRecord, outcome: Outcome, reason: StatedReason, nowMs: number): Decision {
  return go(conclude(record, outcome, reason), "withdrawing", nowMs, reason.text);
}

/** The function that acts on the record now; null when nothing is left to do. */
export function actorOf(record: RestoreRecord): StepFunction | null {
  if (record.status === "closed") return record.doubts.length > 0 ? "poll-restores" : null;
  // The create itself is one function's work; waiting for the instance is polled in batches.
  if (record.status === "creating-source" && !record.temporaryInstance) return "create-temp-instance";
  return states[record.status].actor;
}

/**
 * When to look again at slow work of the cloud, milliseconds: after an eighth of what it has taken so far, so that its end is seen at
 * most that much late and hours of it cost few calls.
 */
export function pollAfterMs(record: RestoreRecord, context: DecisionContext): number {
  const { pollMs, backOffMaxMs } = context.durations;
  return Math.max(pollMs, Math.min(backOffMaxMs, (context.nowMs - record.statusSinceMs) / 8));
}

/** Growing pauses for runs that change nothing: `baseMs`, doubled each time, at most `maxMs`. */
export function backOffMs(idleRuns: number, baseMs: number, maxMs: number): number {
  return Math.min(maxMs, baseMs * 2 ** Math.min(idleRuns, 16));
}
