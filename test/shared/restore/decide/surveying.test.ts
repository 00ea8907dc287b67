import { plannedDatabases } from "../../../../shared/restore/decide/configuring";
import { decideSurvey } from "../../../../shared/restore/decide/surveying";
import type { StatedReason } from "../../../../shared/restore/reasons";
import type { WriteBackMode } from "../../../../shared/restore/request";
import { startComparison } from "../../../../shared/verification/start-comparison";
import { at, context, minute, record, request } from "../samples";

const unavailable: StatedReason = { code: "unavailable", text: "No connection to the master at the moment." };
const refused: StatedReason = { code: "login-failed", text: "SQL Server on the master refused." };

function looking(writeBack: WriteBackMode) {
  return record("configuring", { target: null, request: request({ writeBack }) });
}

const unread = (targetProblem: StatedReason | null) => ({ target: null, targetProblem });
const free = { obstacle: null, notes: [], before: null };

describe("looking at the master", () => {
  test("is over once nothing is left to look at, and is told", () => {
    const decision = decideSurvey(looking("same-name"), { target: free, targetProblem: null }, context);
    expect(decision).toMatchObject({ call: null, checkAfterMs: 0, record: { status: "configuring", target: free } });
    expect(decision?.record.timeline.at(-1)?.text).toContain("looked at");
    expect(decideSurvey(decision!.record, unread(null), context)).toBeNull();
  });

  test("goes on slice by slice", () => {
    const plan = { databases: plannedDatabases(looking("missing-rows")) };
    const before = startComparison(plan);
    const decision = decideSurvey(
      looking("missing-rows"),
      { target: { ...free, before }, targetProblem: null },
      context,
    );
    expect(decision).toMatchObject({
      call: null,
      checkAfterMs: 0,
      record: { status: "configuring", target: { before } },
    });
  });

  test("ends the restore when something speaks against it", () => {
    const obstacle = { code: "target-exists", text: "It is there." } as const;
    const decision = decideSurvey(
      looking("same-name"),
      { target: { ...free, obstacle }, targetProblem: null },
      context,
    );
    expect(decision?.record).toMatchObject({ status: "withdrawing", outcome: "failed", reason: obstacle });
  });

  test("waits for a master that does not answer before writing into its tables, half of the state's time", () => {
    for (const mode of ["same-name", "missing-rows"] as const) {
      expect(decideSurvey(looking(mode), unread(unavailable), at(10 * minute))).toMatchObject({
        call: null,
        record: { status: "configuring", target: null },
      });
    }
    expect(decideSurvey(looking("same-name"), unread(unavailable), at(31 * minute))?.record).toMatchObject({
      status: "configuring",
      target: { obstacle: null, before: null },
    });
    expect(decideSurvey(looking("missing-rows"), unread(unavailable), at(31 * minute))?.record).toMatchObject({
      status: "withdrawing",
      reason: { code: "target-not-reachable" },
    });
  });

  test("is no condition for a new database: the plan says that it could not be done", () => {
    for (const problem of [unavailable, refused]) {
      const decision = decideSurvey(looking("side-by-side"), unread(problem), context);
      expect(decision?.record.target?.notes[0]).toContain(problem.text);
    }
  });

  test("waits without a word while our addresses are not open yet", () => {
    expect(decideSurvey(looking("same-name"), unread(null), context)?.record.target).toBeNull();
  });
});
