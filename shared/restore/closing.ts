import { makesInstance } from "./model/calls";
import type { ReasonCode } from "./model/reasons";
import type { RestoreRecord } from "./model/record";
import { sourceOf } from "./source";
import { conclude, type Decision, go } from "./transition";

/** A restore that made nothing ends here; the lock is released after this is saved. */
export function closeRefused(
  record: RestoreRecord,
  cause: { code: ReasonCode; text: string },
  nowMs: number,
): Decision {
  return go(conclude(record, "failed", cause), "closed", nowMs, cause.text);
}

export function closeCancelled(record: RestoreRecord, nowMs: number): Decision {
  const lost = record.doubts.find((doubt) => makesInstance(doubt.intent.call));
  const text = lost
    ? `Cancelled; a create of a ${sourceOf(record).noun} left no trace and is watched until ${new Date(lost.untilMs).toISOString()}.`
    : "Cancelled before anything was made.";
  return go(
    conclude({ ...record, reason: null }, "cancelled", { code: "cancelled", text }),
    "closed",
    nowMs,
    "cancelled",
  );
}
