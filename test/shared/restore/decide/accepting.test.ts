import { decideAccepted, decideWaiting } from "../../../../shared/restore/decide/accepting";
import { at, context, facts, hour, master, minute, nowMs, record, request } from "../samples";
import { fresh, mine } from "./fixtures";

describe("accepted", () => {
  test("accepted asks for a temporary instance when everything is in order and the master is ours", () => {
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
  ])("accepted ends when %s", (_name, change, code) => {
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
  ] as const)("accepted ends before anything is made when %s", (_name, asked, change, code) => {
    const decision = decideAccepted(ask(asked as object), { ...mine, prerequisites: facts(change) }, context);
    expect(decision).toMatchObject({ call: null, record: { status: "closed", outcome: "failed", reason: { code } } });
  });

  test("accepted goes on where a public endpoint is allowed, where nothing has to be read first, and with little disk for a few rows", () => {
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
  ])("accepted waits while %s", (_name, observed, code) => {
    expect(decideAccepted(fresh(), observed, context)).toMatchObject({
      call: null,
      record: { status: "waiting", outcome: null, reason: { code } },
    });
  });

  test("accepted ends at once when it was cancelled", () => {
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

  test("waiting goes back to be checked when what it waits for has come", () => {
    expect(decideWaiting(waiting(), mine, context).record.status).toBe("accepted");
  });

  test("waiting asks a person about an instance that appears long after a lost create of ours", () => {
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

  test("waiting fails when the restore time has left the window meanwhile", () => {
    // A restore that waits in line reads nothing of the master.
    for (const observed of [mine, { prerequisites: null, lockHolder: "rwother" }])
      expect(decideWaiting(waiting(), observed, at(200 * hour))).toMatchObject({
        record: { status: "closed", outcome: "failed", reason: { code: "restore-time-too-old" } },
      });
  });

  test("waiting for a too recent time looks again when it becomes restorable", () => {
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
