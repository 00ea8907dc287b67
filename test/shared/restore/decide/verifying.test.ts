import { decideVerifying, freshVerification, type VerifyingFacts } from "../../../../shared/restore/decide/verifying";
import { recordRefusal } from "../../../../shared/restore/ledger";
import { at, context, hour, instance, minute, nowMs, record, request, restoreId, temporaryId } from "../samples";

describe("verifying", () => {
  const open = ["203.0.113.10/32"];
  const publicAddress = { kind: "public" as const, vpcId: null, host: "h", port: 1 };
  const seen = (overrides: Partial<VerifyingFacts> = {}): VerifyingFacts => ({
    instance: instance(),
    addresses: [],
    group: null,
    freeGroup: null,
    copiedGroups: [],
    egress: open,
    slice: null,
    problem: null,
    ...overrides,
  });
  const verifying = (overrides = {}) => record("verifying", { verification: null, job: null, ...overrides });
  const allowed = { request: request({ source: { kind: "auto", allowPublicEndpoint: true } }) };
  const rowsOfOrders = { name: "rows", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: 1 } };

  test("verifying copies first when a public endpoint is not allowed", () => {
    const decision = decideVerifying(verifying(), seen(), context);
    expect(decision).toMatchObject({
      call: null,
      record: { status: "configuring", verification: { route: "copy-first" } },
    });
  });

  test.each([
    ["an inspection", { writeBack: "none" as const }, /nothing can be measured$/],
    ["checks", { checks: [rowsOfOrders] }, /the checks wait for the restored copy$/],
    ["no checks", {}, /nothing is measured before the copy$/],
  ])("verifying without a way to the temporary instance, tells what becomes of %s", (_what, asked, text) => {
    const decision = decideVerifying(verifying({ request: request(asked) }), seen(), context);
    expect(decision.record.timeline.at(-2)!.text).toMatch(text);
  });

  test("verifying asks for a public endpoint where allowed, uses it once it is there, and copies first when it is refused", () => {
    expect(decideVerifying(verifying(allowed), seen(), context).call).toMatchObject({
      kind: "allocate-public-connection",
      instanceId: temporaryId,
    });
    expect(decideVerifying(verifying(allowed), seen({ addresses: [publicAddress] }), context)).toMatchObject({
      call: { kind: "open-addresses", instanceId: temporaryId, addresses: open },
      record: { verification: { route: "public" } },
    });
    const refused = { ...allowed, lastRefusal: { call: "allocate-public-connection" as const, code: "x", text: "" } };
    expect(decideVerifying(verifying(refused), seen(), context).record.verification?.route).toBe("copy-first");
  });

  test("an endpoint that exists already, though the list did not show it yet, is no reason to measure nothing", () => {
    const call = { kind: "allocate-public-connection", instanceId: temporaryId, prefix: "p", port: 3433 } as const;
    const asked = recordRefusal(verifying(allowed), call, "OtherEndpoint.Exist", context);
    expect(asked).toMatchObject({ call: null, checkAfterMs: context.durations.pollMs, record: { lastRefusal: null } });
    expect(
      decideVerifying(asked.record, seen({ addresses: [publicAddress], group: open }), context).record.verification
        ?.route,
    ).toBe("public");
  });

  test("verifying without a known address of ours there is nothing to open: a public endpoint is of no use then", () => {
    const facts = seen({ egress: [], addresses: [publicAddress] });
    const decision = decideVerifying(verifying(allowed), facts, context);
    expect(decision).toMatchObject({ call: null, record: { verification: { route: "copy-first" } } });
    expect(decision.record.timeline.at(-2)!.text).toContain("REWIND_EGRESS_ADDRESSES");
    const inside = verifying({ verification: { ...freshVerification, route: "private" } });
    expect(decideVerifying(inside, facts, context).call).toBeNull();
  });

  test("verifying opens only our own addresses, and has them on the record before the call", () => {
    const routed = verifying({ ...allowed, verification: { ...freshVerification, route: "public" } });
    const decision = decideVerifying(routed, seen({ addresses: [publicAddress] }), context);
    expect(decision.call).toEqual({
      kind: "open-addresses",
      instanceId: temporaryId,
      group: `rewind_${restoreId}`,
      addresses: open,
    });
    expect(decision.record.openings).toEqual([
      { instanceId: temporaryId, group: `rewind_${restoreId}`, state: "open" },
    ]);
  });

  test("verifying ends at its deadline with what kept it: the checks themselves, no connection, or another problem", () => {
    const late = verifying({ statusSinceMs: nowMs - 5 * hour });
    const ended = (problem: VerifyingFacts["problem"]) =>
      decideVerifying(late, seen({ group: open, problem }), context).record;
    expect(ended(null)).toMatchObject({ outcome: "failed", reason: { code: "checks-too-slow" } });
    const lost = ended({
      code: "unavailable",
      text: "No connection to the temporary instance at the moment (ESOCKET).",
    });
    expect(lost).toMatchObject({ status: "withdrawing", outcome: "failed", reason: { code: "source-not-reachable" } });
    for (const said of [
      "No connection",
      "Nothing was written",
      "REWIND_EGRESS_ADDRESSES",
      "without allowPublicEndpoint",
    ])
      expect(lost.reason?.text).toContain(said);
    expect(ended({ code: "sql-error", text: "x" }).reason).toEqual({ code: "sql-error", text: "x" });
  });

  test("verifying goes on slice by slice, then prepares the migration", () => {
    const half = { ...freshVerification, route: "public" as const, cursor: { stage: "counts" as const, index: 1 } };
    const routed = verifying({ ...allowed, verification: { ...freshVerification, route: "public" } });
    expect(decideVerifying(routed, seen({ group: open, slice: half }), context)).toMatchObject({
      checkAfterMs: 0,
      record: { status: "verifying", verification: { cursor: { index: 1 } } },
    });
    expect(
      decideVerifying(routed, seen({ group: open, slice: { ...half, cursor: { stage: "done", index: 0 } } }), context)
        .record.status,
    ).toBe("configuring");
  });

  test("verifying ends with the failed checks named, and never prepares a migration then", () => {
    const failed = {
      ...freshVerification,
      route: "public" as const,
      cursor: { stage: "done" as const, index: 0 },
      checks: [{ name: "orders", passed: false, text: "orders are missing" }],
    };
    const routed = verifying({ ...allowed, verification: { ...freshVerification, route: "public" } });
    expect(decideVerifying(routed, seen({ group: open, slice: failed }), context).record).toMatchObject({
      status: "withdrawing",
      outcome: "failed",
      reason: { code: "checks-failed" },
    });
  });

  test("verifying of an inspect-only restore ends inspected", () => {
    const routed = verifying({
      request: request({ writeBack: "none", source: { kind: "auto", allowPublicEndpoint: true } }),
      verification: { ...freshVerification, route: "public" },
    });
    expect(
      decideVerifying(
        routed,
        seen({ group: open, slice: { ...freshVerification, route: "public", cursor: { stage: "done", index: 0 } } }),
        context,
      ).record,
    ).toMatchObject({ status: "withdrawing", outcome: "inspected" });
  });

  test("verifying names the remedy when the login of the backup is refused, and waits when nothing answers", () => {
    const routed = verifying({ ...allowed, verification: { ...freshVerification, route: "public" } });
    const refused = decideVerifying(
      routed,
      seen({ group: open, problem: { code: "login-failed", text: "no." } }),
      context,
    );
    expect(refused.record.reason).toMatchObject({
      code: "login-failed",
      text: expect.stringContaining("temporaryInstanceSecret"),
    });
    expect(
      decideVerifying(routed, seen({ group: open, problem: { code: "unavailable", text: "" } }), context).record.status,
    ).toBe("verifying");
  });

  test("verifying of a gone instance needs two reads, some time apart", () => {
    const once = decideVerifying(verifying(), seen({ instance: null }), context);
    expect(once.record).toMatchObject({ status: "verifying", temporaryInstance: { missingSinceMs: nowMs } });
    expect(decideVerifying(once.record, seen({ instance: null }), at(minute)).record.status).toBe("verifying");
    expect(decideVerifying(once.record, seen({ instance: null }), at(3 * minute)).record).toMatchObject({
      status: "withdrawing",
      reason: { code: "source-released" },
    });
    expect(decideVerifying(once.record, seen(), at(minute)).record.temporaryInstance?.missingSinceMs).toBeNull();
  });
});
