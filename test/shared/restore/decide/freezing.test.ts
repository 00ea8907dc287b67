import { freezePlan } from "../../../../shared/restore/decide/freezing";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import { context, hour, nowMs, record, request } from "../samples";
import { passedJob } from "./fixtures";

describe("the plan", () => {
  test("the plan is not frozen when what it moves would not end before the instance does", () => {
    const verification = { ...record("prechecking").verification!, sizeBytes: 900 * 1024 ** 3 };
    const large = record("prechecking", { verification, expiresAtMs: nowMs + 46 * hour });
    expect(freezePlan(large, passedJob, context).record).toMatchObject({
      status: "withdrawing",
      plan: null,
      reason: {
        code: "forecast-does-not-fit",
        text: expect.stringContaining("Moving 900.0 GB takes up to 51.2 hours"),
      },
    });
  });

  test("the plan holds the checks with their SQL and where they run, inside of the hash", () => {
    const sql = "SELECT COUNT(*) FROM dbo.Orders";
    const checks = (over: object) => [{ name: "rows", database: "Shop", sql, expect: { min: 1 }, ...over }];
    const frozen = (over: object, route: "private" | "copy-first" = "private") => {
      const verification = { ...record("prechecking").verification!, route };
      return freezePlan(
        record("prechecking", { request: request({ checks: checks(over) }), verification }),
        passedJob,
        context,
      ).record;
    };
    const { plan, planHash } = frozen({});
    expect(plan?.checks).toEqual([
      { name: "rows", runsOn: "temporary-instance", database: "Shop", sql, expect: { min: 1 } },
    ]);
    expect(frozen({}, "copy-first").plan?.checks).toMatchObject([
      { runsOn: "master", database: plan?.databases[0]?.targetDatabase },
    ]);
    const others = [{ name: "other" }, { sql: `${sql} ` }, { expect: { min: 2 } }, { expect: { min: 1, max: 2 } }];
    const hashes = others.map((over) => frozen(over).planHash);
    expect(new Set([planHash, frozen({}, "copy-first").planHash, ...hashes]).size).toBe(others.length + 2);
  });

  test("the plan says why an automatic approval does not come", () => {
    const asked = { request: request({ approval: "automatic" }) };
    const text = (more: Partial<RestoreRecord>) =>
      freezePlan(record("prechecking", { ...asked, ...more }), passedJob, context).record.timeline.at(-1)!.text;
    expect(text({ automaticApprovalAllowed: false })).toContain("because the requester's role does not allow it");
    expect(text({ automaticApprovalAllowed: true })).not.toContain("automatically");
  });

  test("the plan waits when a person has to approve it, and is acted on at once when no person has to", () => {
    const frozen = (overrides: Partial<RestoreRecord>) =>
      freezePlan(record("prechecking", overrides), passedJob, context);
    expect(frozen({})).toMatchObject({ record: { status: "awaiting-approval" }, checkAfterMs: 15_000 });
    const automatic = { request: request({ approval: "automatic" }), automaticApprovalAllowed: true };
    expect(frozen(automatic)).toMatchObject({ record: { status: "awaiting-approval" }, checkAfterMs: 0 });
  });
});
