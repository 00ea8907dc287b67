import type { RdsInstance } from "../../cloud/rds";
import { instanceCondition, isReleased } from "../../cloud/statuses";
import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import { sourceOf } from "../source";
import { isOurs, seen } from "../temporary-instance";
import { type Decision, go, noteOnce, stay, takeAway } from "../transition";
import { lookAgainForInstance } from "./second-look";

/** holding, cleaning-up, and the watch over effects in doubt after `closed`. Only an instance of the ledger is ever deleted. */
export interface EndingFacts {
  /** Our instance by a fresh read of its id; null: not found. */
  readonly instance: RdsInstance | null;
}

export function decideHolding(record: RestoreRecord, facts: EndingFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  if (record.cancelRequested)
    return go(record, "cleaning-up", nowMs, "released by a person; the temporary instance is deleted");
  const leftMs = (record.expiresAtMs ?? 0) - nowMs;
  if (leftMs <= 0) return go(record, "cleaning-up", nowMs, "the temporary instance has expired and is deleted");
  // It may be the only other copy of the values: one look that misses it does not give it up.
  if (!facts.instance)
    return (
      lookAgainForInstance(record, context) ??
      go(record, "cleaning-up", nowMs, "the temporary instance is not found any more")
    );
  // Nothing happens by itself here, and commands nudge: the longest pause is enough.
  return stay(seen(record), Math.min(leftMs, durations.backOffMaxMs));
}

export function decideCleaningUp(record: RestoreRecord, facts: EndingFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const ours = record.temporaryInstance;
  const { noun, isBilled } = sourceOf(record);
  if (!ours) return go(record, "closed", nowMs, "nothing of this restore is left");
  // Of an instance in the recycle bin RDS may go on to show that it was released.
  const instance = facts.instance && isReleased(facts.instance.status) ? null : facts.instance;
  if (!instance) {
    return lookAgainForInstance(record, context) ?? go(record, "closed", nowMs, `the ${noun} ${ours.id} is gone`);
  }
  const current = seen(record);
  if (!isOurs(current, instance)) {
    const text = `${ours.id} is not the ${noun} of this restore (type ${instance.type}, master ${instance.masterInstanceId ?? "none"}, description ${instance.description ?? "none"}); it was left alone`;
    if (!isBilled) return go(current, "closed", nowMs, text);
    // RDS does not release it: it is named until a person deletes it, or gives it its description back.
    return stay(
      noteOnce(current, "not-ours", nowMs, `${text}, and is billed until somebody deletes it`),
      durations.backOffMaxMs,
    );
  }
  const condition = instanceCondition(instance.status);
  if (condition === "leaving") return stay(current, durations.pollMs / 2);
  // RDS deletes a Running instance; one that is still being made is waited for.
  if (condition === "busy") return stay(current, durations.pollMs);
  const known = { ...current.temporaryInstance!, createdAtMs: ours.createdAtMs ?? instance.createdAtMs };
  return takeAway({ ...current, temporaryInstance: known }, sourceOf(record).removal(ours.id), context);
}
