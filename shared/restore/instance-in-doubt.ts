import type { RestoreRecord } from "./model/record";
import { enter } from "./transition";

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
