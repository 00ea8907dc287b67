import type { RdsInstance } from "../../cloud/rds";
import { instanceCondition } from "../../cloud/statuses";
import type { DecisionContext } from "../context";
import { isMadeByIntent, lostCreateMs, watchedGroup } from "../doubts";
import type { Doubt, RestoreRecord } from "../record";
import { sourceOf } from "../source";
import { isOurs, seen } from "../temporary-instance";
import { type Decision, go, note, stay, takeAway } from "../transition";
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
  if (!ours) return go(record, "closed", nowMs, "nothing of this restore is left");
  const { instance } = facts;
  if (!instance) {
    return (
      lookAgainForInstance(record, context) ?? go(record, "closed", nowMs, `the temporary instance ${ours.id} is gone`)
    );
  }
  const current = seen(record);
  if (!isOurs(current, instance)) {
    const text = `${ours.id} is not the temporary instance of this restore (type ${instance.type}, master ${instance.masterInstanceId ?? "none"}); it was left alone`;
    return go(current, "closed", nowMs, text);
  }
  const condition = instanceCondition(instance.status);
  if (condition === "leaving") return stay(current, durations.pollMs / 2);
  // RDS deletes a Running instance; one that is still being made is waited for.
  if (condition === "busy") return stay(current, durations.pollMs);
  const known = { ...current.temporaryInstance!, createdAtMs: ours.createdAtMs ?? instance.createdAtMs };
  return takeAway({ ...current, temporaryInstance: known }, sourceOf(record.request).removal(ours.id), context);
}

export interface WatchFacts {
  /** Temporary instances of the master now that no other restore has. */
  readonly temporaryInstances: readonly RdsInstance[];
}

/** A closed restore with effects in doubt: whatever appears within the time is named, and never touched. */
export function decideWatch(record: RestoreRecord, facts: WatchFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  // Nothing can be opened any more on an instance that is gone.
  const standing = record.doubts.filter(({ intent }) => {
    const group = watchedGroup(intent);
    return group === null || group.instanceId !== record.temporaryInstance?.id;
  });
  const watched = standing.map((doubt) => look(doubt, record, facts, context));
  const news = watched.find((doubt, index) => doubt.found !== standing[index]!.found);
  // What was found is named for as long as it is there.
  const isOver = ({ untilMs, found }: Doubt) =>
    untilMs <= nowMs && !facts.temporaryInstances.some((instance) => instance.id === found);
  const over = watched.filter(isOver);
  const open = watched.filter((doubt) => !isOver(doubt));
  let next: RestoreRecord = { ...record, doubts: open };
  if (news)
    next = note(
      next,
      nowMs,
      `${news.found} appeared after a create of this restore that was lost, and no restore has it: it was made by that create or by hand. It is left alone; ${sourceOf(record.request).ifLeftAlone}`,
    );
  if (over.length > 0) next = note(next, nowMs, "the watch over effects in doubt is over");
  // Openings are the sweep's to look after.
  return stay(next, lostCreateMs(next) === null ? durations.sweepMs : durations.backOffMaxMs);
}

function look(doubt: Doubt, record: RestoreRecord, facts: WatchFacts, context: DecisionContext): Doubt {
  const { call, sentAtMs } = doubt.intent;
  if (call.kind !== "create-temporary-instance") return doubt;
  // Whoever else made it has had the time to write it down.
  const untilMs = context.nowMs - context.durations.settleMs;
  // Several creates may have been lost: once the first instance is gone, the next one can appear.
  const found = facts.temporaryInstances.find(
    ({ id, createdAtMs }) =>
      id !== record.temporaryInstance?.id &&
      id !== record.candidate?.id &&
      isMadeByIntent(createdAtMs, sentAtMs, untilMs - sentAtMs),
  );
  return found ? { ...doubt, found: found.id } : doubt;
}
