import { CloudError } from "../../../../shared/cloud/cloud-error";
import { decideAccepted, decideWaiting } from "../../../../shared/restore/decide/accepting";
import { decideBlind, troubleOf } from "../../../../shared/restore/decide/blind";
import {
  type ConfiguringFacts,
  decideConfiguring,
  type Surroundings,
} from "../../../../shared/restore/decide/configuring";
import { decideConfirming, decideCreating } from "../../../../shared/restore/decide/creating";
import { decidePrecheckFailed, decidePrechecking } from "../../../../shared/restore/decide/prechecking";
import { decideVerifying, freshVerification, type VerifyingFacts } from "../../../../shared/restore/decide/verifying";
import { recordRefusal } from "../../../../shared/restore/ledger";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import { recordTooLarge } from "../../../../shared/restore/model/record";
import { dtsObjects, plannedDatabases } from "../../../../shared/restore/plan/dts-objects";
import {
  at,
  context,
  facts,
  hour,
  instance,
  job,
  master,
  minute,
  nowMs,
  record,
  request,
  restoreId,
  temporaryId,
} from "../samples";

const mine = { prerequisites: facts(), lockHolder: restoreId };
const fresh = () => record("accepted", { temporaryInstance: null, job: null, verification: null, expiresAtMs: null });

describe("accepted", () => {
  test("asks for a temporary instance when everything is in order and the master is ours", () => {
    const decision = decideAccepted(fresh(), mine, context);
    expect(decision.record.status).toBe("creating-source");
    expect(decision.call).toEqual({
      kind: "create-temporary-instance",
      masterInstanceId: "rm-shop",
      restoreTimeMs: Date.parse("2026-11-20T09:00:00Z"),
      backupId: null,
    });
    // What has only just begun shows nothing yet.
    expect(decision.checkAfterMs).toBe(context.durations.pollMs);
  });

  test.each([
    ["the engine is MySQL", { master: master({ engine: "MySQL" }) }, "engine-not-supported"],
    [
      "the version has no temporary instances",
      { master: master({ engineVersion: "2019_std_ha" }) },
      "version-not-supported",
    ],
    ["the instance is read-only", { master: master({ type: "Readonly" }) }, "not-a-master"],
    ["the master is locked", { master: master({ lockMode: "LockByDiskQuota" }) }, "master-locked"],
    ["there is no backup", { backups: [] }, "no-data-backup"],
    ["the disk is full", { diskUsedBytes: 99 * 1024 ** 3 }, "disk-too-full"],
    [
      "the collation cannot be created",
      { databases: [{ name: "shop", characterSet: "French_CI_AS" }] },
      "collation-not-creatable",
    ],
    ["a secret cannot be read", { secrets: [{ name: "s", readable: false, text: "no" }] }, "secret-not-readable"],
  ])("ends when %s", (_name, change, code) => {
    const decision = decideAccepted(fresh(), { ...mine, prerequisites: facts(change) }, context);
    expect(decision).toMatchObject({ call: null, record: { status: "closed", outcome: "failed", reason: { code } } });
  });

  const ask = (changes: Parameters<typeof request>[0]) => record("accepted", { ...fresh(), request: request(changes) });
  const wide = { database: "shop", restoredName: null, tables: null };

  test.each([
    [
      "rows are added to a database that is not there",
      { writeBack: "missing-rows", objects: [{ ...wide, database: "crm" }] },
      {},
      "target-table-missing",
    ],
    [
      "a dropped database comes back under a name that RDS does not make",
      { writeBack: "same-name", objects: [{ ...wide, database: "Shop DB" }] },
      {},
      "create-database-refused",
    ],
    [
      "the copy of a dropped database has a name that is taken",
      { objects: [{ ...wide, database: "crm", restoredName: "shop" }] },
      {},
      "target-exists",
    ],
    [
      "the data has to be read first and functions have no way to it",
      { writeBack: "missing-rows" },
      { routes: { vpc: false, publicEndpoint: true } },
      "source-not-reachable",
    ],
  ] as const)("ends before anything is made when %s", (_name, asked, change, code) => {
    const decision = decideAccepted(ask(asked as object), { ...mine, prerequisites: facts(change) }, context);
    expect(decision).toMatchObject({ call: null, record: { status: "closed", outcome: "failed", reason: { code } } });
  });

  test("goes on where a public endpoint is allowed, where nothing has to be read first, and with little disk for a few rows", () => {
    const noVpc = { routes: { vpc: false, publicEndpoint: true } };
    const open = { kind: "auto" as const, allowPublicEndpoint: true };
    const going = [
      [ask({ writeBack: "missing-rows", source: open }), facts(noVpc)],
      [ask({}), facts({ routes: { vpc: false, publicEndpoint: false } })],
      [ask({ writeBack: "missing-rows" }), facts({ diskUsedBytes: 99 * 1024 ** 3 })],
    ] as const;
    for (const [asked, prerequisites] of going)
      expect(decideAccepted(asked, { ...mine, prerequisites }, context).record.status).toBe("creating-source");
  });

  test.each([
    [
      "the master is busy",
      { ...mine, prerequisites: facts({ master: master({ status: "DBInstanceClassChanging" }) }) },
      "master-busy",
    ],
    [
      "a foreign temporary instance exists",
      { ...mine, prerequisites: facts({ temporaryInstances: [{ id: "sub1", status: "Running", createdAtMs: 0 }] }) },
      "temporary-instance-exists",
    ],
    [
      "an earlier temporary instance is being deleted",
      { ...mine, prerequisites: facts({ temporaryInstances: [{ id: "sub1", status: "Deleting", createdAtMs: 0 }] }) },
      "temporary-instance-exists",
    ],
    ["another restore works on the master", { ...mine, lockHolder: "rwother" }, "master-busy-with-restore"],
  ])("waits while %s", (_name, observed, code) => {
    expect(decideAccepted(fresh(), observed, context)).toMatchObject({
      call: null,
      record: { status: "waiting", outcome: null, reason: { code } },
    });
  });

  test("ends at once when it was cancelled", () => {
    expect(decideAccepted({ ...fresh(), cancelRequested: true }, mine, context)).toMatchObject({
      call: null,
      record: { status: "closed", outcome: "cancelled" },
    });
  });
});

describe("the engine", () => {
  const decided = (changes: Parameters<typeof master>[0]) =>
    decideAccepted(fresh(), { ...mine, prerequisites: facts({ master: master(changes) }) }, context).record;

  test.each([
    ["2008r2", "HighAvailability"],
    ["2012", "Basic"],
    ["2012_web", "Basic"],
    ["2016_web", "Basic"],
  ])("SQL Server %s (%s) is asked for: the service decides", (engineVersion, category) => {
    expect(decided({ engineVersion, category }).status).toBe("creating-source");
  });

  test.each([
    ["2012", "HighAvailability"],
    ["2012_ent_ha", "HighAvailability"],
    ["2019_std_ha", "HighAvailability"],
  ])("SQL Server %s (%s) is refused before anything is asked", (engineVersion, category) => {
    expect(decided({ engineVersion, category }).reason).toMatchObject({ code: "version-not-supported" });
  });

  test.each(["MySQL", "PostgreSQL", "MariaDB"])("%s is refused with a pointer to clone instances", (engine) => {
    const { reason } = decided({ engine });
    expect(reason).toMatchObject({ code: "engine-not-supported" });
    expect(reason?.text).toContain("CloneDBInstance");
  });
});

describe("waiting", () => {
  const waiting = () => ({ ...fresh(), status: "waiting" as const, reason: { code: "master-busy", text: "" } });

  test("goes back to be checked when what it waits for has come", () => {
    expect(decideWaiting(waiting(), mine, context).record.status).toBe("accepted");
  });

  test("asks a person about an instance that appears long after a lost create of ours", () => {
    const intent = { call: { kind: "create-temporary-instance" } as never, sentAtMs: nowMs - hour, negativeReads: 3 };
    const lost = { ...waiting(), doubts: [{ intent, untilMs: nowMs + 48 * hour, found: null }] };
    const seen = (createdAtMs: number, status = "Running") =>
      facts({ temporaryInstances: [{ id: "sub1", status, createdAtMs }] });
    const decide = (prerequisites: ReturnType<typeof facts>, lockHolder = mine.lockHolder) =>
      decideWaiting(lost, { prerequisites, lockHolder }, context).record;
    expect(decide(seen(nowMs - minute))).toMatchObject({ status: "confirming-instance", candidate: { id: "sub1" } });
    expect(decide(seen(nowMs - 5 * hour)).status).toBe("waiting");
    expect(decide(seen(nowMs - minute, "Deleting")).status).toBe("waiting");
    expect(decide(seen(nowMs - minute), "rwother").status).toBe("waiting");
  });

  test("fails when the restore time has left the window meanwhile", () => {
    // Whoever waits in line reads nothing of the master.
    for (const observed of [mine, { prerequisites: null, lockHolder: "rwother" }])
      expect(decideWaiting(waiting(), observed, at(200 * hour))).toMatchObject({
        record: { status: "closed", outcome: "failed", reason: { code: "restore-time-too-old" } },
      });
  });

  test("for a too recent time looks again when it becomes restorable", () => {
    const recent = {
      ...waiting(),
      request: request({ restoreTime: "2026-11-20T09:58:00Z" }),
      restoreTimeMs: nowMs - 2 * minute,
    };
    const decision = decideWaiting(recent, mine, context);
    expect(decision.record.reason?.code).toBe("restore-time-too-recent");
    expect(decision.checkAfterMs).toBe(context.durations.backOffMaxMs);
  });
});

describe("creating-source", () => {
  test("waits for Running, whatever the busy status is called", () => {
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

  test("verifies once it is Running, with the creation time that RDS reports and an expiry inside its life", () => {
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

  test("fails when the instance is released or too slow, and deletes it when cancelled", () => {
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

  test("without an instance checks everything again", () => {
    expect(
      decideCreating(record("creating-source", { temporaryInstance: null }), { instance: undefined }, context).record
        .status,
    ).toBe("accepted");
  });
});

describe("confirming-instance", () => {
  const confirming = () =>
    record("confirming-instance", { temporaryInstance: null, candidate: { id: temporaryId, createdAtMs: nowMs } });

  test("touches nothing until a person says", () => {
    expect(decideConfirming(confirming(), { candidate: instance() }, context)).toMatchObject({
      call: null,
      record: { status: "confirming-instance" },
    });
  });

  test("ends with the instance named and left alone, when cancelled or when nobody says anything", () => {
    expect(
      decideConfirming({ ...confirming(), cancelRequested: true }, { candidate: instance() }, context),
    ).toMatchObject({ call: null, record: { status: "closed", outcome: "cancelled" } });
    expect(decideConfirming(confirming(), { candidate: instance() }, at(25 * hour))).toMatchObject({
      call: null,
      record: { status: "closed", outcome: "failed", reason: { code: "instance-not-confirmed" } },
    });
  });
});

describe("verifying", () => {
  const open = ["203.0.113.10/32"];
  const publicAddress = { kind: "public" as const, vpcId: null, host: "h", port: 1 };
  const seen = (overrides: Partial<VerifyingFacts> = {}): VerifyingFacts => ({
    instance: instance(),
    addresses: [],
    group: null,
    freeGroup: null,
    egress: open,
    slice: null,
    problem: null,
    ...overrides,
  });
  const verifying = (overrides = {}) => record("verifying", { verification: null, job: null, ...overrides });
  const allowed = { request: request({ source: { kind: "auto", allowPublicEndpoint: true } }) };
  const rowsOfOrders = { name: "rows", database: "shop", sql: "SELECT COUNT(*) FROM dbo.Orders", expect: { min: 1 } };

  test("copies first when a public endpoint is not allowed", () => {
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
  ])("without a way to the temporary instance, tells what becomes of %s", (_what, asked, text) => {
    const decision = decideVerifying(verifying({ request: request(asked) }), seen(), context);
    expect(decision.record.timeline.at(-2)!.text).toMatch(text);
  });

  test("asks for a public endpoint where allowed, uses it once it is there, and copies first when it is refused", () => {
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

  test("without a known address of ours there is nothing to open: a public endpoint is of no use then", () => {
    const facts = seen({ egress: [], addresses: [publicAddress] });
    const decision = decideVerifying(verifying(allowed), facts, context);
    expect(decision).toMatchObject({ call: null, record: { verification: { route: "copy-first" } } });
    expect(decision.record.timeline.at(-2)!.text).toContain("REWIND_EGRESS_ADDRESSES");
    const inside = verifying({ verification: { ...freshVerification, route: "private" } });
    expect(decideVerifying(inside, facts, context).call).toBeNull();
  });

  test("opens only our own addresses, and has them on the record before the call", () => {
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

  test("ends at its deadline with what kept it: the checks themselves, no connection, or another problem", () => {
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

  test("goes on slice by slice, then prepares the migration", () => {
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

  test("ends with the failed checks named, and never prepares a migration then", () => {
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

  test("of an inspect-only restore ends inspected", () => {
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

  test("names the remedy when the login of the backup is refused, and waits when nothing answers", () => {
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

  test("of a gone instance needs two reads, some time apart", () => {
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

describe("configuring", () => {
  const wanted = ["10.0.0.0/24", "203.0.113.10/32"];
  const surroundings: Surroundings = {
    temporaryGroup: wanted,
    masterGroup: wanted,
    freeTemporaryGroup: null,
    freeMasterGroup: null,
    wantedAddresses: wanted,
    masterDatabases: ["shop"],
    target: null,
    targetProblem: null,
  };
  const observed = (overrides: Partial<ConfiguringFacts> = {}): ConfiguringFacts => ({
    instance: instance(),
    surroundings,
    job: undefined,
    staleJobs: new Map(),
    ...overrides,
  });
  const surroundedBy = (overrides: Partial<Surroundings>) =>
    observed({ surroundings: { ...surroundings, ...overrides } });
  const configuring = (overrides = {}) => record("configuring", { job: null, ...overrides });

  test("opens the temporary instance, then the master, then configures a job that carries our name", () => {
    expect(
      decideConfiguring(configuring(), surroundedBy({ temporaryGroup: null, masterGroup: null }), context).call,
    ).toMatchObject({ kind: "open-addresses", instanceId: temporaryId });
    expect(decideConfiguring(configuring(), surroundedBy({ masterGroup: ["127.0.0.1"] }), context).call).toMatchObject({
      kind: "open-addresses",
      instanceId: "rm-shop",
    });
    expect(decideConfiguring(configuring(), observed(), context).call).toEqual({
      kind: "configure-job",
      jobName: `${restoreId}-1`,
      jobId: null,
    });
  });

  test("ends before anybody approves when a dropped database has a collation that RDS cannot give", () => {
    const { verification, master: known } = record("configuring");
    const dropped = configuring({
      verification: { ...verification!, collations: [{ database: "shop", collation: "French_CI_AS" }] },
      master: { ...known!, databases: [], databasesListed: true },
    });
    expect(decideConfiguring(dropped, surroundedBy({ masterDatabases: [] }), context)).toMatchObject({
      call: null,
      record: { status: "withdrawing", outcome: "failed", reason: { code: "collation-not-creatable" } },
    });
  });

  test("configure-first: starts the precheck of the unbought job; buy-first: buys before it configures", () => {
    const configured = record("configuring", { job: { ...record("configuring").job!, started: false } });
    const started = decideConfiguring(configured, observed({ job: job("NotStarted"), surroundings: null }), context);
    expect(started.call).toEqual({ kind: "start-job", jobId: "job1" });
    expect(decideConfiguring(record("configuring"), observed({ job: job("NotStarted") }), context)).toMatchObject({
      record: { status: "prechecking" },
      checkAfterMs: context.durations.pollMs,
    });
    expect(decideConfiguring(configuring(), observed(), at(0, { dtsOrder: "buy-first" })).call).toEqual({
      kind: "buy-job",
      jobId: null,
      autoStart: false,
    });
  });

  test("buy-first: freezes the plan before anything is started", () => {
    const objects = dtsObjects(plannedDatabases(record("configuring")));
    const decision = decideConfiguring(
      record("configuring"),
      observed({ job: job("NotStarted", { objects }) }),
      at(0, { dtsOrder: "buy-first" }),
    );
    expect(decision.record).toMatchObject({
      status: "awaiting-approval",
      plan: { jobId: "job1", dtsObjects: objects },
    });
  });

  test("deletes the jobs of earlier attempts first", () => {
    const stale = configuring({ staleJobs: ["old"] });
    expect(
      decideConfiguring(
        stale,
        observed({ staleJobs: new Map([["old", job("NotStarted", { jobId: "old" })]]) }),
        context,
      ).call,
    ).toEqual({ kind: "delete-job", jobId: "old" });
  });

  test("goes on when a job of an earlier attempt is not found, and keeps its id: one read is no proof", () => {
    const decision = decideConfiguring(
      configuring({ staleJobs: ["old"] }),
      observed({ staleJobs: new Map([["old", null]]) }),
      context,
    );
    expect(decision.call?.kind).not.toBe("delete-job");
    expect(decision.record.staleJobs).toEqual(["old"]);
  });

  test("refuses a target name that the master has", () => {
    const taken = configuring({ request: request({ objects: [{ database: "shop", restoredName: "shop2" }] }) });
    expect(decideConfiguring(taken, surroundedBy({ masterDatabases: ["shop", "shop2"] }), context)).toMatchObject({
      call: null,
      record: { status: "withdrawing", reason: { code: "target-exists" } },
    });
  });

  test("withdraws when a job writes that nobody started", () => {
    for (const status of ["Migrating", "Finished", "Suspending"]) {
      const decision = decideConfiguring(record("configuring"), observed({ job: job(status) }), context);
      expect(decision).toMatchObject({
        call: null,
        record: { status: "withdrawing", outcome: "failed", reason: { code: "job-started-by-itself" } },
      });
      expect(decision.record.leftOnMaster).toHaveLength(1);
    }
  });

  test("ends at its deadline with the last refusal named", () => {
    const refused = configuring({
      lastRefusal: { call: "open-addresses", code: "IncorrectDBInstanceState", text: "" },
    });
    expect(decideConfiguring(refused, observed(), at(2 * hour)).record.reason?.text).toContain(
      "IncorrectDBInstanceState",
    );
  });
});

describe("prechecking", () => {
  const observed = (status: string | null, overrides = {}) => ({
    instance: instance(),
    job: status === null ? null : job(status, overrides),
    precheckItems: [],
  });

  test("freezes the plan when the precheck has passed", () => {
    const objects = dtsObjects(plannedDatabases(record("prechecking")));
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

  test("withdraws when the objects read back are not the ones configured", () => {
    expect(
      decidePrechecking(record("prechecking"), observed("PreCheckPass", { objects: "{}" }), context).record.reason
        ?.code,
    ).toBe("job-edited");
  });

  test("shows no plan before DTS tells what the job would copy", () => {
    const untold = observed("PreCheckPass", { objects: null });
    expect(decidePrechecking(record("prechecking"), untold, context)).toMatchObject({
      call: null,
      record: { status: "prechecking", plan: null },
    });
    expect(decidePrechecking(record("prechecking"), untold, at(3 * hour)).record.reason?.code).toBe(
      "precheck-too-slow",
    );
  });

  test("explains each failed item", () => {
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

  test("waits through statuses it does not know", () => {
    expect(decidePrechecking(record("prechecking"), observed("SomethingNew"), context)).toMatchObject({
      call: null,
      record: { status: "prechecking" },
    });
  });

  test("buy-first, approved: goes on to migrating", () => {
    const approved = record("prechecking", { approval: { planHash: "h", by: "bob", atMs: nowMs } });
    expect(decidePrechecking(approved, observed("Migrating"), context).record.status).toBe("writing");
  });

  test("forgets an earlier 'not found' once the job is seen again", () => {
    const once = decidePrechecking(record("prechecking"), observed(null), context).record;
    const again = decidePrechecking(once, observed("Prechecking"), at(minute)).record;
    expect(again.job?.missingSinceMs).toBeNull();
    expect(decidePrechecking(again, observed(null), at(30 * minute)).record.status).toBe("prechecking");
  });

  test("needs two reads to believe that the job is gone", () => {
    const once = decidePrechecking(record("prechecking"), observed(null), context);
    expect(once.record.status).toBe("prechecking");
    expect(decidePrechecking(once.record, observed(null), at(3 * minute)).record.reason?.code).toBe("job-deleted");
  });

  test("after a failed precheck waits for a person, then expires", () => {
    expect(decidePrecheckFailed(record("precheck-failed"), observed("PrecheckFailed"), context).record.status).toBe(
      "precheck-failed",
    );
    expect(
      decidePrecheckFailed(record("precheck-failed"), observed("PrecheckFailed"), at(9 * hour)).record,
    ).toMatchObject({ status: "withdrawing", outcome: "expired" });
  });
});

describe("when the cloud cannot be read", () => {
  const lost = new CloudError("unavailable", "rds", "DescribeDBInstances", "Timeout", "no answer");

  test("a restore waits with growing pauses until its deadline", () => {
    const first = decideBlind(record("verifying"), troubleOf(lost), context);
    const later = decideBlind(record("verifying", { idleRuns: 4 }), troubleOf(lost), context);
    expect(first.record.status).toBe("verifying");
    expect(later.checkAfterMs).toBeGreaterThan(first.checkAfterMs);
    expect(decideBlind(record("verifying"), troubleOf(lost), at(5 * hour)).record).toMatchObject({
      status: "withdrawing",
      reason: { code: "cloud-unreachable" },
    });
    expect(decideBlind(record("comparing"), troubleOf(lost), at(7 * hour)).record.outcome).toBe("finished-unverified");
    expect(decideBlind(record("withdrawing"), troubleOf(lost), at(500 * hour)).record.status).toBe("withdrawing");
  });

  test.each([
    ["configuring", {}, "failed", "Nothing was written."],
    [
      "starting",
      { leftOnMaster: [{ kind: "table", name: "shop.dbo.A", sizeBytes: null, sql: "" }] },
      "failed",
      "leftOnMaster",
    ],
    ["comparing", {}, "finished-unverified", "The rows are on the master"],
  ] as const)("what has no room in the record ends a restore that is %s at once", (status, more, outcome, said) => {
    const tooLarge = new CloudError("refused", "tablestore", "PutRow", recordTooLarge, "it would have 2 MB");
    expect(decideBlind(record(status, more), troubleOf(tooLarge), context).record).toMatchObject({
      status: "withdrawing",
      outcome,
      reason: { code: "record-too-large", text: expect.stringContaining(said) },
    });
  });

  test.each([
    ["verifying", "cancelled", "cancelled"],
    ["starting", "cancelled", "cancelled-while-starting"],
    ["writing", "cancelled", "cancelled-while-migrating"],
    ["comparing", "finished-unverified", "comparison-cancelled"],
  ] as const)("a cancel in %s needs no look at it", (status, outcome, code) => {
    expect(decideBlind(record(status, { cancelRequested: true }), troubleOf(lost), context).record).toMatchObject({
      status: "withdrawing",
      outcome,
      reason: { code },
    });
  });

  test("an instance in doubt is left alone on a cancel and at the deadline, without another look at it", () => {
    const doubtful = record("confirming-instance", {
      temporaryInstance: null,
      job: null,
      candidate: { id: "rm-late", createdAtMs: nowMs },
    });
    expect(decideBlind(doubtful, troubleOf(lost), at(hour)).record.status).toBe("confirming-instance");
    expect(decideBlind(doubtful, troubleOf(lost), at(25 * hour)).record).toMatchObject({
      status: "closed",
      outcome: "failed",
      reason: { code: "instance-not-confirmed" },
    });
    expect(decideBlind({ ...doubtful, cancelRequested: true }, troubleOf(lost), context).record).toMatchObject({
      status: "closed",
      outcome: "cancelled",
    });
  });

  test("a cancel of a restore that made nothing needs no cloud, and its outcome is the person's", () => {
    const refused = new CloudError("refused", "rds", "DescribeBackups", "Forbidden.RAM", "denied");
    for (const error of [lost, refused])
      expect(decideBlind({ ...fresh(), cancelRequested: true }, troubleOf(error), context).record).toMatchObject({
        status: "closed",
        outcome: "cancelled",
      });
  });

  test("a cancel after a lost create does not say that nothing was made", () => {
    const call = {
      kind: "create-temporary-instance",
      masterInstanceId: "rm-shop",
      restoreTimeMs: null,
      backupId: null,
    };
    const intent = { call, sentAtMs: nowMs - hour, negativeReads: 3 } as const;
    const doubts = [{ intent, untilMs: nowMs + 47 * hour, found: null }] as RestoreRecord["doubts"];
    const { reason } = decideAccepted({ ...fresh(), cancelRequested: true, doubts }, mine, context).record;
    expect(reason).toMatchObject({ code: "cancelled", text: expect.stringContaining("watched until 2026-") });
    expect(reason?.text).not.toContain("before anything was made");
  });

  test("a restore that made nothing ends when a read is refused", () => {
    const refused = new CloudError("refused", "rds", "DescribeBackups", "Forbidden.RAM", "denied");
    expect(decideBlind(fresh(), troubleOf(refused), context).record).toMatchObject({
      status: "closed",
      reason: { code: "cloud-refused" },
    });
  });
});
