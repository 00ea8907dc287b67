import { decideAwaitingApproval } from "../../../../shared/restore/decide/approving";
import { decideWriting } from "../../../../shared/restore/decide/writing";
import { withValues } from "../../../../shared/restore/model/row-value";
import { plannedDatabases } from "../../../../shared/restore/plan/dts-objects";
import { at, context, hour, instance, job, minute, nowMs, record, request } from "../samples";
import { awaiting, objects, seenJob } from "./fixtures";

describe("writing", () => {
  const stage = { status: "Finished", percent: 100, progress: 10, errorMessage: "" };
  const inWriting = (overrides = {}) =>
    record("writing", { approval: { planHash: "h", by: "bob", atMs: nowMs }, ...overrides });
  const observed = (status: string | null, overrides = {}) => ({
    instance: instance(),
    job: status === null ? null : job(status, overrides),
    precheckItems: [],
  });

  test("writing compares when every row is copied; Finished alone is not that", () => {
    expect(decideWriting(inWriting(), observed("Finished", { data: stage }), context).record.status).toBe("comparing");
    expect(
      decideWriting(inWriting(), observed("Finished", { data: { ...stage, percent: 40 } }), context).record.reason
        ?.code,
    ).toBe("job-stopped");
    // The list withholds the stages: nobody can say so yet.
    const untold = observed("Finished");
    expect(decideWriting(inWriting(), untold, context)).toMatchObject({
      call: null,
      record: { status: "writing" },
    });
    expect(decideWriting(inWriting(), untold, at(31 * hour)).record.reason?.code).toBe("migration-too-slow");
  });

  test("writing shows progress and waits, also while paused by hand", () => {
    expect(
      decideWriting(inWriting(), observed("Migrating", { data: { ...stage, percent: 40, progress: 4 } }), context)
        .record.progress,
    ).toEqual({ percent: 40, rows: 4 });
    const paused = decideWriting(inWriting(), observed("Suspending"), context).record;
    expect(decideWriting(paused, observed("Suspending"), context).record.timeline).toEqual(paused.timeline);
  });

  test("writing says which rows may have been added when it ends: of missing-rows nothing is listed", () => {
    const plan = {
      ...awaiting().plan!,
      mode: "missing-rows" as const,
      databases: plannedDatabases(record("writing")),
    };
    const writing = inWriting({
      plan,
      request: request({ writeBack: "missing-rows" }),
      job: { ...record("writing").job!, buySent: true },
    });
    const cancelled = decideWriting({ ...writing, cancelRequested: true }, observed("Migrating"), context);
    expect(cancelled.record.reason?.text).toMatch(/DTS may have added rows to \S+\.dbo\./);
    const failed = decideWriting(writing, observed("MigrationFailed", { errorMessage: "DTS-1." }), context);
    expect(withValues(failed.record.reason!.text)).toMatch(/^DTS failed: DTS-1\. DTS may have added rows to /);
    const left = [{ kind: "database" as const, name: "copy", sizeBytes: null, sql: "" }];
    const copying = { ...writing, request: request({}), leftOnMaster: left };
    expect(
      decideWriting({ ...copying, cancelRequested: true }, observed("Migrating"), context).record.reason?.text,
    ).toBe("Cancelled while DTS wrote. leftOnMaster lists what may have been written.");
  });

  test("writing of a job that ran by itself, says where rows may have been added", () => {
    const asked = request({ writeBack: "missing-rows" });
    const rogue = awaiting({ request: asked, leftOnMaster: [] });
    const decided = decideAwaitingApproval(rogue, { ...seenJob, job: job("Migrating", { objects }) }, context);
    expect(decided.record.reason).toMatchObject({
      code: "job-started-by-itself",
      text: expect.stringContaining("DTS may have added rows to "),
    });
  });

  test("writing ends when DTS fails, the job or the source is gone, it takes too long, or a person cancels", () => {
    expect(
      decideWriting(inWriting(), observed("MigrationFailed", { errorMessage: "DTS-1020042" }), context).record.reason,
    ).toMatchObject({ code: "migration-failed", text: expect.stringContaining("DTS-1020042") });
    expect(
      decideWriting(
        inWriting({ job: { ...record("writing").job!, missingSinceMs: nowMs } }),
        observed(null),
        at(3 * minute),
      ).record.reason?.code,
    ).toBe("job-deleted");
    expect(
      decideWriting(inWriting(), { ...observed("Migrating"), instance: instance({ status: "Deleting" }) }, context)
        .record.reason?.code,
    ).toBe("source-released");
    expect(decideWriting(inWriting(), observed("Migrating"), at(31 * hour)).record.reason?.code).toBe(
      "migration-too-slow",
    );
    expect(decideWriting(inWriting({ cancelRequested: true }), observed("Migrating"), context).record).toMatchObject({
      status: "withdrawing",
      outcome: "cancelled",
    });
  });
});
