import type { DecisionContext } from "./context";
import type { Durations } from "./durations";
import { forecastMs } from "./forecast";
import type { StatedReason } from "./reasons";
import type { RestoreRecord } from "./record";
import type { Outcome, Status } from "./states";
import { type Decision, withdraw } from "./transition";

interface Deadline {
  readonly duration: keyof Durations;
  readonly outcome: Outcome;
  /** What the temporary instance must still live for when the state ends, milliseconds; left out: its life does not shorten the state. */
  readonly needsMs?: (record: RestoreRecord) => number;
}

/** When a state ends by itself, and how: one table for what decides on a state and for what decides when nothing can be read. */
const deadlines: Readonly<Partial<Record<Status, Deadline>>> = {
  "creating-temp-instance": { duration: "createDeadlineMs", outcome: "failed" },
  "confirming-instance": { duration: "confirmDeadlineMs", outcome: "failed" },
  verifying: { duration: "verifyDeadlineMs", outcome: "failed" },
  configuring: { duration: "configureDeadlineMs", outcome: "failed" },
  prechecking: { duration: "precheckDeadlineMs", outcome: "failed" },
  "precheck-failed": { duration: "repairDeadlineMs", outcome: "expired", needsMs: () => 0 },
  "awaiting-approval": { duration: "approvalDeadlineMs", outcome: "expired", needsMs: forecastMs },
  starting: { duration: "startDeadlineMs", outcome: "failed" },
  migrating: { duration: "migrateDeadlineMs", outcome: "failed" },
  comparing: { duration: "compareDeadlineMs", outcome: "finished-unverified" },
};

/** The end of the state that the record is in, epoch milliseconds; null: it has none. */
export function deadlineMs(record: RestoreRecord, durations: Durations): number | null {
  const deadline = deadlines[record.status];
  if (!deadline) return null;
  const byDurationMs = record.statusSinceMs + durations[deadline.duration];
  if (!deadline.needsMs || record.expiresAtMs === null) return byDurationMs;
  return Math.min(byDurationMs, record.expiresAtMs - deadline.needsMs(record));
}

export function isOverdue(record: RestoreRecord, { nowMs, durations }: DecisionContext): boolean {
  const endMs = deadlineMs(record, durations);
  return endMs !== null && nowMs > endMs;
}

/** Ends the restore with the outcome that its state has when it ends by itself. */
export function giveUp(record: RestoreRecord, reason: StatedReason, { nowMs }: DecisionContext): Decision {
  return withdraw(record, deadlines[record.status]?.outcome ?? "failed", reason, nowMs);
}
