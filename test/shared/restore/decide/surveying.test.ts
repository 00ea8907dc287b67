import { decideSurvey, type SurveyFacts } from "../../../../shared/restore/decide/surveying";
import type { DecisionContext } from "../../../../shared/restore/decision-context";
import type { StatedReason } from "../../../../shared/restore/model/reasons";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import { plannedDatabases } from "../../../../shared/restore/plan/dts-objects";
import { request as requestCall } from "../../../../shared/restore/transition";
import type { WriteBackMode } from "../../../../shared/restore/write-back";
import { startComparison } from "../../../../shared/verification/start-comparison";
import { at, context, minute, record, request } from "../samples";

const unavailable: StatedReason = { code: "unavailable", text: "No connection to the master at the moment." };
const refused: StatedReason = { code: "login-failed", text: "SQL Server on the master refused." };

function looking(writeBack: WriteBackMode) {
  return record("configuring", { target: null, request: request({ writeBack }) });
}

const unread = (targetProblem: StatedReason | null) => ({ target: null, targetProblem });
const free = { obstacle: null, notes: [], before: null };

/** What follows the survey, in the same run. */
const next = { kind: "configure-job", jobName: "next", jobId: null } as const;

function survey(looked: RestoreRecord, facts: SurveyFacts, now: DecisionContext = context) {
  return decideSurvey(looked, facts, now, (surveyed) => requestCall(surveyed, next));
}

describe("looking at the master", () => {
  test("looking at the master is over once nothing is left to look at, is told, and what follows is done in the same run", () => {
    const decision = survey(looking("same-name"), { target: free, targetProblem: null });
    expect(decision).toMatchObject({ call: next, record: { status: "configuring", target: free } });
    expect(decision.record.timeline.at(-1)?.text).toContain("looked at");
    expect(survey(decision.record, unread(null))).toEqual({ record: decision.record, call: next, checkAfterMs: 0 });
  });

  test("looking at the master goes on slice by slice", () => {
    const plan = { databases: plannedDatabases(looking("missing-rows")) };
    const before = startComparison(plan);
    const decision = survey(looking("missing-rows"), { target: { ...free, before }, targetProblem: null });
    expect(decision).toMatchObject({
      call: null,
      checkAfterMs: 0,
      record: { status: "configuring", target: { before } },
    });
  });

  test("looking at the master ends the restore when something speaks against it", () => {
    const obstacle = { code: "target-exists", text: "It is there." } as const;
    const decision = survey(looking("same-name"), { target: { ...free, obstacle }, targetProblem: null });
    expect(decision.record).toMatchObject({ status: "withdrawing", outcome: "failed", reason: obstacle });
  });

  test("looking at the master waits for a master that does not answer before writing into its tables, half of the state's time", () => {
    for (const mode of ["same-name", "missing-rows"] as const) {
      expect(survey(looking(mode), unread(unavailable), at(10 * minute))).toMatchObject({
        call: null,
        record: { status: "configuring", target: null },
      });
    }
    expect(survey(looking("same-name"), unread(unavailable), at(31 * minute)).record).toMatchObject({
      status: "configuring",
      target: { obstacle: null, before: null },
    });
    expect(survey(looking("missing-rows"), unread(unavailable), at(31 * minute)).record).toMatchObject({
      status: "withdrawing",
      reason: { code: "target-not-reachable" },
    });
  });

  test("looking at the master is no condition for a new database: the plan says that it could not be done", () => {
    for (const problem of [unavailable, refused]) {
      const decision = survey(looking("side-by-side"), unread(problem));
      expect(decision.record.target?.notes[0]).toContain(problem.text);
      expect(decision.call).toEqual(next);
    }
  });

  test("looking at the master waits without a word while our addresses are not open yet", () => {
    expect(survey(looking("same-name"), unread(null)).record.target).toBeNull();
  });
});
