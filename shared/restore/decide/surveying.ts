import type { DecisionContext } from "../decision-context";
import type { StatedReason } from "../model/reasons";
import { isSurveyed, type RestoreRecord, type TargetSurvey } from "../model/record";
import { plannedDatabases } from "../plan/dts-objects";
import { backOffMs, type Decision, note, stay, withdraw } from "../transition";
import { writeBackOf } from "../write-back";

/** The part of configuring that looks at the master before anything is configured. Reads only. */
export interface SurveyFacts {
  /** The survey after one more slice; null: no slice was read. */
  readonly target: TargetSurvey | null;
  /** Why no slice was read. */
  readonly targetProblem: StatedReason | null;
}

/** @param goOn what follows once nothing is left to look at and nothing speaks against the write-back */
export function decideSurvey(
  record: RestoreRecord,
  facts: SurveyFacts,
  context: DecisionContext,
  goOn: (surveyed: RestoreRecord) => Decision,
): Decision {
  if (record.target && isSurveyed(record.target)) return goOn(record);
  if (!facts.target) return unread(record, facts.targetProblem, context, goOn);
  const next = { ...record, target: facts.target };
  if (facts.target.obstacle) return withdraw(next, "failed", facts.target.obstacle, context.nowMs);
  if (!isSurveyed(facts.target)) return stay({ ...next, idleRuns: 0 }, 0);
  return goOn(note(next, context.nowMs, "the master was looked at: nothing speaks against the write-back"));
}

/**
 * A mode that writes into tables in use is not begun blindly; the others go on, because DTS's own precheck finds names that are taken. What
 * passes by itself is waited for first, unless a new database makes it a mere matter of information.
 */
function unread(
  record: RestoreRecord,
  problem: StatedReason | null,
  context: DecisionContext,
  goOn: (surveyed: RestoreRecord) => Decision,
): Decision {
  if (!problem) return stay(record, context.durations.pollMs / 4);
  const inPlace = plannedDatabases(record).some((database) => !database.createsDatabase);
  if (inPlace && problem.code === "unavailable" && !isLate(record, context)) {
    const pauseMs = backOffMs(record.idleRuns, context.durations.pollMs / 4, context.durations.backOffMaxMs);
    return stay(record.idleRuns === 0 ? note(record, context.nowMs, problem.text) : record, pauseMs);
  }
  if (writeBackOf(record.request.writeBack).addsRows)
    return withdraw(
      record,
      "failed",
      {
        code: "target-not-reachable",
        text: `${problem.text} ${record.request.writeBack} needs to see the master's tables first; ask again for side-by-side.`,
      },
      context.nowMs,
    );
  const notes = [
    `The master was not looked at beforehand: ${problem.text} The precheck of DTS finds names that are taken.`,
  ];
  const target: TargetSurvey = { obstacle: null, notes, before: null, unseen: true };
  return goOn({ ...record, target });
}

/** Half of the state's time is for looking, the other half for DTS. */
export function isLate(record: RestoreRecord, context: Pick<DecisionContext, "nowMs" | "durations">): boolean {
  return context.nowMs > record.statusSinceMs + context.durations.configureDeadlineMs / 2;
}
