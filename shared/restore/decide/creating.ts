import type { RdsInstance } from "../../cloud/rds";
import { instanceCondition } from "../../cloud/statuses";
import { giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import { isRepeatable } from "../instance-in-doubt";
import { repeatRules } from "../model/calls";
import type { RestoreRecord } from "../model/record";
import { sourceOf } from "../source";
import { lifeEndMs } from "../temporary-instance";
import { conclude, type Decision, go, noteOnce, pollAfterMs, request, stay, withdraw } from "../transition";
import { lostCreate } from "../watched-calls";
import { cancelWork } from "./cancelling";

/**
 * creating-source, confirming-instance. The answer of the create, or a person's word, makes the instance ours. If we die after it was sent, the intent is open and settled by reading back before anything else.
 */
export interface CreatingFacts {
  /** Our instance by id; null: not found (a list or a lagging read; it may come). Undefined: no id is known. */
  readonly instance: RdsInstance | null | undefined;
  /** A lost create left something that looks like its instance; left out: no create that may be sent again was lost. */
  readonly leftTrace?: boolean;
}

export function decideCreating(record: RestoreRecord, facts: CreatingFacts, context: DecisionContext): Decision {
  const { nowMs } = context;
  const ours = record.temporaryInstance;
  const { noun } = sourceOf(record);
  if (!ours) {
    const lost = lostCreate(record);
    const mayMakeIt = facts.leftTrace || !record.cancelRequested;
    if (lost && mayMakeIt && isRepeatable(record, context)) return request(record, lost.call);
    // Cancelled, or its token is too old by now: what it made is looked for, and nothing is made.
    if (lost && repeatRules[lost.call.kind].repeat === "same-token")
      return stay({ ...record, intent: lost }, context.durations.pollMs);
    // The create was refused for now, or proven not to have happened: check everything again.
    if (record.cancelRequested)
      return go(
        conclude(record, "cancelled", { code: "cancelled", text: `Cancelled before a ${noun} existed.` }),
        "closed",
        nowMs,
        "cancelled",
      );
    return go(record, "accepted", nowMs, `no ${noun} was made; the prerequisites are checked again`);
  }
  if (record.cancelRequested) return cancelWork(record, context);
  const { instance } = facts;
  if (isOverdue(record, context)) {
    const seen = instance ? ` (it is ${instance.status})` : "";
    const text = `The ${noun} ${ours.id} was not Running in time${seen}.`;
    return giveUp(record, { code: "create-too-slow", text }, context);
  }
  if (!instance) return stay(record, pollAfterMs(record, context));
  const condition = instanceCondition(instance.status);
  if (condition === "leaving")
    return withdraw(
      record,
      "failed",
      { code: "source-released", text: `The ${noun} ${ours.id} is being released (${instance.status}).` },
      nowMs,
    );
  if (condition !== "running") return stay(record, pollAfterMs(record, context));
  const known: RestoreRecord = {
    ...record,
    temporaryInstance: { ...ours, createdAtMs: instance.createdAtMs, missingSinceMs: null },
    expiresAtMs: lifeEndMs(record, instance.createdAtMs, context),
  };
  return go(known, "verifying", nowMs, `the ${noun} ${ours.id} is Running`);
}

export interface ConfirmingFacts {
  /** The instance in doubt; null when it is not found any more. */
  readonly candidate: RdsInstance | null;
}

export function decideConfirming(record: RestoreRecord, facts: ConfirmingFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const name = record.candidate?.id ?? "the instance";
  const { ifLeftAlone } = sourceOf(record);
  if (record.cancelRequested) {
    return go(
      conclude(record, "cancelled", {
        code: "cancelled",
        text: `Cancelled; ${name} was left alone, ${ifLeftAlone}.`,
      }),
      "closed",
      nowMs,
      `cancelled; ${name} was left alone`,
    );
  }
  if (isOverdue(record, context)) {
    return go(
      conclude(record, "failed", {
        code: "instance-not-confirmed",
        text: `It was not confirmed in time that ${name} is ours; it was left alone, ${ifLeftAlone}.`,
      }),
      "closed",
      nowMs,
      `${name} was left to RDS`,
    );
  }
  const told = facts.candidate
    ? record
    : noteOnce(record, "candidate-missing", nowMs, `${name} is not found at the moment`);
  return stay(told, durations.idlePollMs);
}
