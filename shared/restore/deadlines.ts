import type { DecisionContext } from "./decision-context";
import type { Durations } from "./model/durations";
import type { StatedReason } from "./model/reasons";
import type { RestoreRecord } from "./model/record";
import { states } from "./model/states";
import { forecastMs } from "./plan/forecast";
import { sourceOf } from "./source";
import { type Decision, withdraw } from "./transition";

/** The end of the state that the record is in, epoch milliseconds, as the table of states says; null: it has none by the clock. */
export function deadlineMs(record: RestoreRecord, durations: Durations): number | null {
  const { deadline } = states[record.status];
  if (!deadline?.duration) return null;
  const byDurationMs = record.statusSinceMs + durations[deadline.duration];
  const lifeEndMs = record.expiresAtMs ?? lifeEndOfAsked(record, durations);
  if (lifeEndMs === null) return byDurationMs;
  // RDS does not release a billed source by itself: all work on it ends with its life.
  if (!deadline.sourceLivesFor) return sourceOf(record).isBilled ? Math.min(byDurationMs, lifeEndMs) : byDurationMs;
  const neededMs = deadline.sourceLivesFor === "the-write-back" ? forecastMs(record) : 0;
  return Math.min(byDurationMs, lifeEndMs - neededMs);
}

/** While it is made, its life is counted from when it was asked for. */
function lifeEndOfAsked(record: RestoreRecord, durations: Durations): number | null {
  const askedAtMs = record.temporaryInstance?.askedAtMs;
  return askedAtMs === undefined ? null : sourceOf(record).lifeEndMs(askedAtMs, record.request, durations);
}

export function isOverdue(record: RestoreRecord, { nowMs, durations }: DecisionContext): boolean {
  const endMs = deadlineMs(record, durations);
  return endMs !== null && nowMs > endMs;
}

/** Ends the restore with the outcome that its state has when it ends by itself. */
export function giveUp(record: RestoreRecord, reason: StatedReason, { nowMs }: DecisionContext): Decision {
  return withdraw(record, states[record.status].deadline?.outcome ?? "failed", reason, nowMs);
}
