import type { DecisionContext } from "./decision-context";
import { repeatRules } from "./model/calls";
import type { RestoreRecord } from "./model/record";
import { enter } from "./transition";
import { lostCreate } from "./watched-calls";

/** An instance appeared that may be of our lost create: a person says. */
export function recordCandidate(
  record: RestoreRecord,
  candidate: { id: string; createdAtMs: number },
  nowMs: number,
): RestoreRecord {
  const found = { ...record, intent: null, candidate: { id: candidate.id, createdAtMs: candidate.createdAtMs } };
  return enter(
    found,
    "confirming-instance",
    nowMs,
    `the answer of the create was lost and ${candidate.id} appeared: is it of this restore?`,
  );
}

/** May the lost create be sent again as it is? Its token is young: RDS answers with the instance that it made, or makes it now. */
export function isRepeatable(record: RestoreRecord, { nowMs, durations }: DecisionContext): boolean {
  const lost = lostCreate(record);
  return (
    lost !== null &&
    repeatRules[lost.call.kind].repeat === "same-token" &&
    nowMs - lost.sentAtMs < durations.cloneTokenMs
  );
}
