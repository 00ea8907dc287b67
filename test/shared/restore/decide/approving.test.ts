import { decideAwaitingApproval } from "../../../../shared/restore/decide/approving";
import { takeCommand } from "../../../../shared/restore/decide/commands";
import { at, context, hour, job, record, request } from "../samples";
import { awaiting, given, seenJob } from "./fixtures";

describe("awaiting-approval", () => {
  test("awaiting-approval waits in silence, and expires without having written", () => {
    expect(decideAwaitingApproval(awaiting(), seenJob, context)).toMatchObject({
      call: null,
      record: { status: "awaiting-approval" },
    });
    expect(decideAwaitingApproval(awaiting(), seenJob, at(13 * hour))).toMatchObject({
      call: null,
      record: { status: "withdrawing", outcome: "expired" },
    });
  });

  test("awaiting-approval starts only by an approval of exactly this plan", () => {
    const planned = awaiting();
    const wrong = takeCommand(planned, given("approve", { planHash: "0".repeat(64) }), context);
    expect(wrong.handled).toMatchObject({ accepted: false });
    expect(decideAwaitingApproval(wrong.record, seenJob, context).record.status).toBe("awaiting-approval");
    const right = takeCommand(planned, given("approve", { planHash: planned.planHash }), context);
    expect(right.handled.accepted).toBe(true);
    expect(decideAwaitingApproval(right.record, seenJob, context).record.status).toBe("starting");
  });

  test("awaiting-approval refuses a stale approval, a second one, and one's own under the two-person rule", () => {
    const planned = awaiting();
    const approve = given("approve", { planHash: planned.planHash });
    expect(takeCommand(planned, approve, at(2 * hour)).handled.accepted).toBe(false);
    const once = takeCommand(planned, approve, context).record;
    expect(takeCommand(once, { ...approve, commandId: "c2" }, context).handled.accepted).toBe(false);
    expect(takeCommand(planned, { ...approve, by: "ann" }, at(0, { twoPersonRule: "always" })).handled.accepted).toBe(
      false,
    );
  });

  test("awaiting-approval takes the same command once, however often it is delivered", () => {
    const planned = awaiting();
    const approve = given("approve", { planHash: planned.planHash });
    const once = takeCommand(planned, approve, context);
    expect(takeCommand(once.record, approve, context).record).toBe(once.record);
  });

  test("rejected: nothing is written", () => {
    expect(takeCommand(awaiting(), given("reject"), context).record).toMatchObject({
      status: "withdrawing",
      outcome: "cancelled",
      reason: { code: "rejected" },
    });
  });

  test.each([
    ["its role does not allow it", { automaticApprovalAllowed: false }],
    ["it came from an alert", { origin: "alert" as const }],
    [
      "the instance was confirmed by hand",
      { temporaryInstance: { ...record("verifying").temporaryInstance!, origin: "confirmed" as const } },
    ],
    ["rows are added to live tables", { request: request({ approval: "automatic", writeBack: "missing-rows" }) }],
  ])("awaiting-approval is not automatic when %s", (_name, change) => {
    const base = awaiting({ automaticApprovalAllowed: true, request: request({ approval: "automatic" }) });
    expect(decideAwaitingApproval(base, seenJob, context).record.status).toBe("starting");
    expect(decideAwaitingApproval({ ...base, ...change }, seenJob, context).record.status).toBe("awaiting-approval");
  });

  test("awaiting-approval is never automatic where it takes two people", () => {
    const base = awaiting({ automaticApprovalAllowed: true, request: request({ approval: "automatic" }) });
    const decided = decideAwaitingApproval(base, seenJob, { ...context, twoPersonRule: "always" });
    expect(decided.record.status).toBe("awaiting-approval");
  });

  test("awaiting-approval waits where write-backs are stopped, also for an automatic one, until they are accepted again", () => {
    const base = awaiting({ automaticApprovalAllowed: true, request: request({ approval: "automatic" }) });
    const stopped = decideAwaitingApproval(base, seenJob, at(0, { acceptsWriteBacks: false }));
    expect(stopped.record).toMatchObject({ status: "awaiting-approval", approval: null });
    expect(decideAwaitingApproval(stopped.record, seenJob, context).record.status).toBe("starting");
  });

  test("awaiting-approval withdraws when the job was started in the console", () => {
    expect(decideAwaitingApproval(awaiting(), { ...seenJob, job: job("Migrating") }, context).record.reason?.code).toBe(
      "job-started-by-itself",
    );
  });
});
