import { decidePrecheckFailed, decidePrechecking } from "../../../../shared/restore/decide/prechecking";
import { dtsObjects, plannedDatabases } from "../../../../shared/restore/plan/dts-objects";
import { at, context, hour, instance, job, minute, nowMs, record } from "../samples";

describe("prechecking", () => {
  const observed = (status: string | null, overrides = {}) => ({
    instance: instance(),
    job: status === null ? null : job(status, overrides),
    precheckItems: [],
  });

  test("prechecking freezes the plan when the precheck has passed", () => {
    const objects = dtsObjects(plannedDatabases(record("prechecking")), "bare");
    const decision = decidePrechecking(record("prechecking"), observed("PreCheckPass", { objects }), context);
    expect(decision.record).toMatchObject({
      status: "awaiting-approval",
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(decision.record.plan?.databases[0]).toMatchObject({
      targetDatabase: "shop_restored_20261120t090000_c123",
      createsDatabase: true,
    });
  });

  test("prechecking withdraws when the objects read back are not the ones configured", () => {
    expect(
      decidePrechecking(record("prechecking"), observed("PreCheckPass", { objects: "{}" }), context).record.reason
        ?.code,
    ).toBe("job-edited");
  });

  test("prechecking shows no plan before DTS tells what the job would copy", () => {
    const untold = observed("PreCheckPass", { objects: null });
    expect(decidePrechecking(record("prechecking"), untold, context)).toMatchObject({
      call: null,
      record: { status: "prechecking", plan: null },
    });
    expect(decidePrechecking(record("prechecking"), untold, at(3 * hour)).record.reason?.code).toBe(
      "precheck-too-slow",
    );
  });

  test("prechecking explains each failed item", () => {
    const failed = {
      ...observed("PrecheckFailed"),
      precheckItems: [
        { item: "CHECK_CONN_DEST", state: "Failed", errorKey: "", canSkip: false },
        { item: "CHECK_SRC", state: "Success", errorKey: "", canSkip: true },
      ],
    };
    const decision = decidePrechecking(record("prechecking"), failed, context);
    expect(decision.record.status).toBe("precheck-failed");
    expect(decision.record.precheckItems).toEqual([
      { item: "CHECK_CONN_DEST", cause: expect.any(String), remedy: expect.stringContaining("secret") },
    ]);
  });

  test("prechecking waits through statuses it does not know", () => {
    expect(decidePrechecking(record("prechecking"), observed("SomethingNew"), context)).toMatchObject({
      call: null,
      record: { status: "prechecking" },
    });
  });

  test("buy-first, approved: goes on to migrating", () => {
    const approved = record("prechecking", { approval: { planHash: "h", by: "bob", atMs: nowMs } });
    expect(decidePrechecking(approved, observed("Migrating"), context).record.status).toBe("writing");
  });

  test("prechecking forgets an earlier 'not found' once the job is seen again", () => {
    const once = decidePrechecking(record("prechecking"), observed(null), context).record;
    const again = decidePrechecking(once, observed("Prechecking"), at(minute)).record;
    expect(again.job?.missingSinceMs).toBeNull();
    expect(decidePrechecking(again, observed(null), at(30 * minute)).record.status).toBe("prechecking");
  });

  test("prechecking needs two reads to believe that the job is gone", () => {
    const once = decidePrechecking(record("prechecking"), observed(null), context);
    expect(once.record.status).toBe("prechecking");
    expect(decidePrechecking(once.record, observed(null), at(3 * minute)).record.reason?.code).toBe("job-deleted");
  });

  test("prechecking after a failed precheck waits for a person, then expires", () => {
    expect(decidePrecheckFailed(record("precheck-failed"), observed("PrecheckFailed"), context).record.status).toBe(
      "precheck-failed",
    );
    expect(
      decidePrecheckFailed(record("precheck-failed"), observed("PrecheckFailed"), at(9 * hour)).record,
    ).toMatchObject({ status: "withdrawing", outcome: "expired" });
  });
});
