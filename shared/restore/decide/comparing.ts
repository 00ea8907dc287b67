import type { RdsInstance } from "../../cloud/rds";
import { giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import type { StatedReason } from "../model/reasons";
import type { Comparison, RestoreRecord } from "../model/record";
import type { Outcome } from "../model/states";
import { seen } from "../temporary-instance";
import { backOffMs, type Decision, note, stay, withdraw } from "../transition";
import { cancelWork } from "./cancelling";
import { decideOnSource } from "./lost-source";
import { lookAgain, notMissed } from "./second-look";

/** comparing. Reads only, in slices. What could not be measured is `finished-unverified`, never a success. */
export interface ComparingFacts {
  /** The temporary instance; null: not found; undefined: nothing is read from it (copy first). */
  readonly instance: RdsInstance | null | undefined;
  /** The comparison after one more slice; null: no slice was read. */
  readonly slice: Comparison | null;
  /** Set when the slice was the last: what section "write-back modes" says of this comparison. */
  readonly verdict: { readonly outcome: Outcome; readonly reason: StatedReason } | null;
  readonly problem: StatedReason | null;
  /** Sizes of what was made on the master, by name, where they could be read. */
  readonly sizes: ReadonlyMap<string, number>;
}

export function decideComparing(record: RestoreRecord, facts: ComparingFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  if (record.cancelRequested) return cancelWork(record, context);
  if (isOverdue(record, context)) {
    const why = facts.problem ? `: ${facts.problem.text}` : "";
    const text = `The rows are on the master; the comparison did not end in time${why}.`;
    return giveUp(record, { code: "comparison-too-slow", text }, context);
  }
  const lost =
    facts.instance === undefined ? null : decideOnSource(record, facts.instance, context, "finished-unverified");
  if (lost) return lost;
  const known = seen(record);
  if (facts.slice) {
    const sized = record.leftOnMaster.map((left) => ({
      ...left,
      sizeBytes: facts.sizes.get(left.name) ?? left.sizeBytes,
    }));
    const next: RestoreRecord = { ...notMissed(known), comparison: facts.slice, leftOnMaster: sized };
    return facts.verdict
      ? withdraw(next, facts.verdict.outcome, facts.verdict.reason, nowMs)
      : { record: { ...next, idleRuns: 0 }, call: null, checkAfterMs: 0 };
  }
  const { problem } = facts;
  if (problem && problem.code !== "unavailable") {
    const again = isAbsence(problem) ? lookAgain(known, problem.code, context) : null;
    return again ?? withdraw(known, "finished-unverified", problem, nowMs);
  }
  const found = notMissed(known);
  const tried = problem && record.idleRuns === 0 ? note(found, nowMs, problem.text) : found;
  return stay(tried, backOffMs(record.idleRuns, durations.pollMs / 4, durations.backOffMaxMs));
}

/** An instance or an address that one read did not show. */
function isAbsence({ code }: StatedReason): boolean {
  return code === "master-not-reachable" || code === "source-not-reachable";
}
