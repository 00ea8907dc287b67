import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import { type Decision, stay } from "../transition";

/**
 * What ends a restore, or gives up what it keeps, because something is not there: one look is no proof, since a replica may be behind. A
 * second look, some time later, is.
 * @returns the decision to look again; null: both looks have missed it
 */
export function lookAgain(record: RestoreRecord, what: string, context: DecisionContext): Decision | null {
  const { nowMs, durations } = context;
  const { missed } = record;
  if (missed?.what !== what) return stay({ ...record, missed: { what, sinceMs: nowMs } }, durations.goneConfirmMs);
  return pauseMs(missed.sinceMs, context, (leftMs) => stay(record, leftMs));
}

/** What `missed` names where the master is not found. */
export const theMaster = "the master";

/** The same for our temporary instance, read by its id. */
export function lookAgainForInstance(record: RestoreRecord, context: DecisionContext): Decision | null {
  const ours = record.temporaryInstance;
  if (!ours) throw new Error(`${record.restoreId} is ${record.status} without a temporary instance`);
  const { nowMs, durations } = context;
  if (ours.missingSinceMs === null)
    return stay({ ...record, temporaryInstance: { ...ours, missingSinceMs: nowMs } }, durations.goneConfirmMs);
  return pauseMs(ours.missingSinceMs, context, (leftMs) => stay(record, leftMs));
}

/** The record with an earlier miss forgotten, once what was missed was seen again. */
export function notMissed(record: RestoreRecord): RestoreRecord {
  return record.missed ? { ...record, missed: null } : record;
}

function pauseMs(
  sinceMs: number,
  { nowMs, durations }: DecisionContext,
  wait: (leftMs: number) => Decision,
): Decision | null {
  const leftMs = sinceMs + durations.goneConfirmMs - nowMs;
  return leftMs > 0 ? wait(leftMs) : null;
}
