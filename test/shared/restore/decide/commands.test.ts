import { takeCommand } from "../../../../shared/restore/decide/commands";
import { context, nowMs, record, restoreId, temporaryId } from "../samples";
import { given } from "./fixtures";

describe("a person's command", () => {
  test("a person's command that the state does not know is refused with what is possible", () => {
    expect(takeCommand(record("verifying"), given("approve", { planHash: "x" }), context).handled).toMatchObject({
      accepted: false,
      text: expect.stringContaining("cancel"),
    });
  });

  test("retry starts a new attempt under a new name, and every approval is void", () => {
    const retried = takeCommand(
      record("precheck-failed", { approval: { planHash: "h", by: "b", atMs: 0 } }),
      given("retry"),
      context,
    ).record;
    expect(retried).toMatchObject({
      status: "configuring",
      staleJobs: ["job1"],
      approval: null,
      job: { attempt: 2, name: `${restoreId}-2`, jobId: null },
    });
  });

  test("confirm-instance names exactly the instance in doubt", () => {
    const confirming = record("confirming-instance", {
      temporaryInstance: null,
      candidate: { id: temporaryId, createdAtMs: nowMs },
    });
    expect(
      takeCommand(confirming, given("confirm-instance", { instanceId: "sub9", ours: true }), context).handled.accepted,
    ).toBe(false);
    expect(
      takeCommand(confirming, given("confirm-instance", { instanceId: temporaryId, ours: true }), context).record,
    ).toMatchObject({ status: "creating-source", temporaryInstance: { origin: "confirmed" } });
    expect(
      takeCommand(confirming, given("confirm-instance", { instanceId: temporaryId, ours: false }), context).record,
    ).toMatchObject({ status: "closed", temporaryInstance: null });
  });
});
