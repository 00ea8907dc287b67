import { decideConfirming, decideCreating } from "../../../../shared/restore/decide/creating";
import { at, context, hour, instance, minute, nowMs, record, request, temporaryId } from "../samples";

describe("creating-source", () => {
  test("creating-source waits for Running, whatever the busy status is called", () => {
    for (const status of ["Creating", "TempDBInstanceCreating", "Restoring", "something new"]) {
      expect(decideCreating(record("creating-source"), { instance: instance({ status }) }, context)).toMatchObject({
        call: null,
        record: { status: "creating-source" },
      });
    }
    expect(decideCreating(record("creating-source"), { instance: null }, context).record.status).toBe(
      "creating-source",
    );
  });

  test("creating-source verifies once it is Running, with the creation time that RDS reports and an expiry inside its life", () => {
    const decision = decideCreating(
      record("creating-source", { request: request({ keepHours: 47 }) }),
      { instance: instance() },
      context,
    );
    expect(decision.record).toMatchObject({
      status: "verifying",
      temporaryInstance: { createdAtMs: nowMs - 10 * minute },
      expiresAtMs: nowMs - 10 * minute + 46 * hour,
    });
  });

  test("creating-source fails when the instance is released or too slow, and deletes it when cancelled", () => {
    expect(
      decideCreating(record("creating-source"), { instance: instance({ status: "Deleting" }) }, context).record,
    ).toMatchObject({ status: "withdrawing", reason: { code: "source-released" } });
    expect(
      decideCreating(record("creating-source"), { instance: instance({ status: "Creating" }) }, at(9 * hour)).record,
    ).toMatchObject({ status: "withdrawing", reason: { code: "create-too-slow" } });
    expect(
      decideCreating(
        record("creating-source", { cancelRequested: true }),
        { instance: instance({ status: "Creating" }) },
        context,
      ).record,
    ).toMatchObject({ status: "withdrawing", outcome: "cancelled" });
  });

  test("creating-source without an instance checks everything again", () => {
    expect(
      decideCreating(record("creating-source", { temporaryInstance: null }), { instance: undefined }, context).record
        .status,
    ).toBe("accepted");
  });
});

describe("confirming-instance", () => {
  const confirming = () =>
    record("confirming-instance", { temporaryInstance: null, candidate: { id: temporaryId, createdAtMs: nowMs } });

  test("confirming-instance touches nothing until a person says", () => {
    expect(decideConfirming(confirming(), { candidate: instance() }, context)).toMatchObject({
      call: null,
      record: { status: "confirming-instance" },
    });
  });

  test("confirming-instance ends with the instance named and left alone, when it is cancelled or not confirmed", () => {
    expect(
      decideConfirming({ ...confirming(), cancelRequested: true }, { candidate: instance() }, context),
    ).toMatchObject({ call: null, record: { status: "closed", outcome: "cancelled" } });
    expect(decideConfirming(confirming(), { candidate: instance() }, at(25 * hour))).toMatchObject({
      call: null,
      record: { status: "closed", outcome: "failed", reason: { code: "instance-not-confirmed" } },
    });
  });
});
