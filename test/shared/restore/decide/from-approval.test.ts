import { decideAwaitingApproval } from "../../../../shared/restore/decide/approving";
import { takeCommand } from "../../../../shared/restore/decide/commands";
import { decideComparing } from "../../../../shared/restore/decide/comparing";
import { decideCleaningUp, decideHolding } from "../../../../shared/restore/decide/ending";
import { freezePlan } from "../../../../shared/restore/decide/freezing";
import { decideStarting, type StartingFacts } from "../../../../shared/restore/decide/starting";
import { decideWatch } from "../../../../shared/restore/decide/watching";
import { decideWithdrawing } from "../../../../shared/restore/decide/withdrawing";
import { decideWriting } from "../../../../shared/restore/decide/writing";
import { recordRefusal, recordThrottled } from "../../../../shared/restore/ledger";
import type { Command } from "../../../../shared/restore/model/command";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import { withValues } from "../../../../shared/restore/model/row-value";
import type { CommandKind } from "../../../../shared/restore/model/states";
import { dtsObjects, plannedDatabases } from "../../../../shared/restore/plan/dts-objects";
import { enter } from "../../../../shared/restore/transition";
import {
  at,
  context,
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

const objects = dtsObjects(plannedDatabases(record("prechecking")));
const passed = job("PreCheckPass", { objects });
const awaiting = (overrides: Partial<RestoreRecord> = {}) => ({
  ...freezePlan(record("prechecking"), passed, context).record,
  ...overrides,
});
const approved = (overrides: Partial<RestoreRecord> = {}) => {
  const planned = awaiting();
  return {
    ...planned,
    status: "starting" as const,
    approval: { planHash: planned.planHash!, by: "bob", atMs: nowMs },
    ...overrides,
  };
};
const seen = { instance: instance(), job: passed, precheckItems: [] };
const command = (kind: CommandKind, overrides: Partial<Command> = {}): Command => ({
  restoreId,
  commandId: `c-${kind}`,
  kind,
  by: "bob",
  atMs: nowMs,
  planHash: null,
  keepHours: null,
  instanceId: null,
  ours: null,
  state: "pending",
  text: null,
  ...overrides,
});

describe("the plan", () => {
  test("is not frozen when what it moves would not end before the instance does", () => {
    const verification = { ...record("prechecking").verification!, sizeBytes: 900 * 1024 ** 3 };
    const large = record("prechecking", { verification, expiresAtMs: nowMs + 46 * hour });
    expect(freezePlan(large, passed, context).record).toMatchObject({
      status: "withdrawing",
      plan: null,
      reason: {
        code: "forecast-does-not-fit",
        text: expect.stringContaining("Moving 900.0 GB takes up to 51.2 hours"),
      },
    });
  });

  test("holds the checks with their SQL and where they run, inside of the hash", () => {
    const sql = "SELECT COUNT(*) FROM dbo.Orders";
    const checks = (over: object) => [{ name: "rows", database: "Shop", sql, expect: { min: 1 }, ...over }];
    const frozen = (over: object, route: "private" | "copy-first" = "private") => {
      const verification = { ...record("prechecking").verification!, route };
      return freezePlan(
        record("prechecking", { request: request({ checks: checks(over) }), verification }),
        passed,
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

  test("says why an automatic approval does not come", () => {
    const asked = { request: request({ approval: "automatic" }) };
    const text = (more: Partial<RestoreRecord>) =>
      freezePlan(record("prechecking", { ...asked, ...more }), passed, context).record.timeline.at(-1)!.text;
    expect(text({ automaticApprovalAllowed: false })).toContain("because the requester's role does not allow it");
    expect(text({ automaticApprovalAllowed: true })).not.toContain("automatically");
  });

  test("is waited over when a person has to approve it, and acted on at once when nobody has to", () => {
    const frozen = (overrides: Partial<RestoreRecord>) => freezePlan(record("prechecking", overrides), passed, context);
    expect(frozen({})).toMatchObject({ record: { status: "awaiting-approval" }, checkAfterMs: 15_000 });
    const automatic = { request: request({ approval: "automatic" }), automaticApprovalAllowed: true };
    expect(frozen(automatic)).toMatchObject({ record: { status: "awaiting-approval" }, checkAfterMs: 0 });
  });
});

describe("awaiting-approval", () => {
  test("waits in silence, and expires without having written", () => {
    expect(decideAwaitingApproval(awaiting(), seen, context)).toMatchObject({
      call: null,
      record: { status: "awaiting-approval" },
    });
    expect(decideAwaitingApproval(awaiting(), seen, at(13 * hour))).toMatchObject({
      call: null,
      record: { status: "withdrawing", outcome: "expired" },
    });
  });

  test("starts only by an approval of exactly this plan", () => {
    const planned = awaiting();
    const wrong = takeCommand(planned, command("approve", { planHash: "0".repeat(64) }), context);
    expect(wrong.handled).toMatchObject({ accepted: false });
    expect(decideAwaitingApproval(wrong.record, seen, context).record.status).toBe("awaiting-approval");
    const right = takeCommand(planned, command("approve", { planHash: planned.planHash }), context);
    expect(right.handled.accepted).toBe(true);
    expect(decideAwaitingApproval(right.record, seen, context).record.status).toBe("starting");
  });

  test("refuses a stale approval, a second one, and one's own under the two-person rule", () => {
    const planned = awaiting();
    const approve = command("approve", { planHash: planned.planHash });
    expect(takeCommand(planned, approve, at(2 * hour)).handled.accepted).toBe(false);
    const once = takeCommand(planned, approve, context).record;
    expect(takeCommand(once, { ...approve, commandId: "c2" }, context).handled.accepted).toBe(false);
    expect(takeCommand(planned, { ...approve, by: "ann" }, at(0, { twoPersonRule: "always" })).handled.accepted).toBe(
      false,
    );
  });

  test("takes the same command once, however often it is delivered", () => {
    const planned = awaiting();
    const approve = command("approve", { planHash: planned.planHash });
    const once = takeCommand(planned, approve, context);
    expect(takeCommand(once.record, approve, context).record).toBe(once.record);
  });

  test("rejected: nothing is written", () => {
    expect(takeCommand(awaiting(), command("reject"), context).record).toMatchObject({
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
  ])("is not automatic when %s", (_name, change) => {
    const base = awaiting({ automaticApprovalAllowed: true, request: request({ approval: "automatic" }) });
    expect(decideAwaitingApproval(base, seen, context).record.status).toBe("starting");
    expect(decideAwaitingApproval({ ...base, ...change }, seen, context).record.status).toBe("awaiting-approval");
  });

  test("is never automatic where it takes two people", () => {
    const base = awaiting({ automaticApprovalAllowed: true, request: request({ approval: "automatic" }) });
    const decided = decideAwaitingApproval(base, seen, { ...context, twoPersonRule: "always" });
    expect(decided.record.status).toBe("awaiting-approval");
  });

  test("withdraws when the job was started in the console", () => {
    expect(decideAwaitingApproval(awaiting(), { ...seen, job: job("Migrating") }, context).record.reason?.code).toBe(
      "job-started-by-itself",
    );
  });
});

describe("starting", () => {
  const target = plannedDatabases(record("prechecking"))[0]!.targetDatabase;
  const database = (name: string, status = "Running") => ({ name, status, characterSet: "Chinese_PRC_CI_AS" });
  const observed = (overrides: Partial<StartingFacts> = {}): StartingFacts => ({
    masterTables: [],
    instance: instance(),
    master: master(),
    job: passed,
    masterDatabases: [database("shop")],
    ...overrides,
  });

  test("creates the target database, waits for it, then buys with the purchase on the record first", () => {
    const create = decideStarting(approved(), observed(), context);
    expect(create.call).toEqual({
      kind: "create-database",
      instanceId: "rm-shop",
      name: target,
      characterSet: "Chinese_PRC_CI_AS",
    });
    expect(create.record.leftOnMaster).toEqual([
      { kind: "database", name: target, sizeBytes: null, sql: `DROP DATABASE [${target}];` },
    ]);
    const creating = decideStarting(
      create.record,
      observed({ masterDatabases: [database(target, "Creating")] }),
      context,
    );
    expect(creating.call).toBeNull();
    const buy = decideStarting(create.record, observed({ masterDatabases: [database(target)] }), context);
    expect(buy.call).toEqual({ kind: "buy-job", jobId: "job1", autoStart: true });
    expect(buy.record.job?.buySent).toBe(true);
  });

  test.each<[string, Partial<StartingFacts>, Partial<RestoreRecord>, number, string]>([
    ["the approval is too old", {}, {}, 2 * hour, "approval-too-old"],
    ["the instance has another age", { instance: instance({ createdAtMs: nowMs }) }, {}, 0, "source-replaced"],
    ["the instance is being released", { instance: instance({ status: "Deleting" }) }, {}, 0, "source-released"],
    ["the master is not Running", { master: master({ status: "Rebooting" }) }, {}, 0, "master-not-running"],
    ["the master is locked", { master: master({ lockMode: "ManualLock" }) }, {}, 0, "master-locked"],
    ["the master was upgraded", { master: master({ engineVersion: "2012" }) }, {}, 0, "master-changed"],
    ["the job is another one", { job: job("PreCheckPass", { objects, jobId: "job2" }) }, {}, 0, "job-deleted"],
    ["the job was edited", { job: job("PreCheckPass", { objects: "{}" }) }, {}, 0, "job-edited"],
    ["the job reads elsewhere", { job: { ...passed, sourceInstanceId: "rm-x" } }, {}, 0, "job-edited"],
    ["the job writes elsewhere", { job: { ...passed, destinationInstanceId: "rm-x" } }, {}, 0, "job-edited"],
    ["the job would keep tables", { job: { ...passed, targetTableMode: "2" } }, {}, 0, "job-edited"],
    ["the job makes no tables", { job: { ...passed, migratesStructure: false } }, {}, 0, "job-edited"],
    [
      "the target name is taken",
      { masterDatabases: [database("shop_restored_20261120t090000_c123")] },
      {},
      0,
      "target-exists",
    ],
    [
      "the forecast does not fit",
      {},
      { verification: { ...record("verifying").verification!, sizeBytes: 5 * 1024 ** 4 } },
      0,
      "forecast-does-not-fit",
    ],
    ["the plan was changed", {}, { planHash: "x" }, 0, "plan-changed"],
  ])("writes nothing when %s", (_name, facts, change, later, code) => {
    expect(decideStarting(approved(change), observed(facts), at(later))).toMatchObject({
      call: null,
      record: { status: "withdrawing", reason: { code } },
    });
  });

  test.each<[string, Partial<StartingFacts>, string]>([
    ["the temporary instance", { instance: null }, "source-released"],
    ["the job", { job: null }, "job-deleted"],
    ["the master", { master: null }, "master-not-running"],
  ])("%s is gone only if it is not found twice, some time apart", (_name, facts, code) => {
    const once = decideStarting(approved(), observed(facts), context);
    expect(once).toMatchObject({ call: null, record: { status: "starting" }, checkAfterMs: 2 * minute });
    const twice = decideStarting(once.record, observed(facts), at(2 * minute));
    expect(twice.record).toMatchObject({ status: "withdrawing", reason: { code } });
    // Seen in between, it was there.
    const between = decideStarting(once.record, observed(), at(minute));
    expect(between.call?.kind).toBe("create-database");
    expect(decideStarting({ ...between.record, intent: null }, observed(facts), at(2 * minute)).record.status).toBe(
      "starting",
    );
  });

  test.each<[string, Partial<StartingFacts>]>([
    ["the temporary instance runs again", { instance: instance({ status: "Restarting" }) }],
    ["DTS tells the objects", { job: { ...passed, objects: null } }],
    ["the master's tables can be read", { masterTables: null }],
  ])("nothing is written before %s, and not for ever", (_name, facts) => {
    const waiting = decideStarting(approved(), observed(facts), context);
    expect(waiting).toMatchObject({ call: null, record: { status: "starting", leftOnMaster: [] } });
    expect(waiting.record.timeline).toHaveLength(approved().timeline.length + 1);
    expect(decideStarting(approved(), observed(facts), at(31 * minute)).record).toMatchObject({
      status: "withdrawing",
      reason: { code: "start-too-slow" },
      leftOnMaster: [],
    });
  });

  test("a start that ends says that nothing was written only if nothing was", () => {
    const busy = observed({ master: master({ status: "Restarting" }) });
    const end = (overrides: Partial<RestoreRecord>) => decideStarting(approved(overrides), busy, context).record.reason;
    expect(end({})?.text).toBe("The master is Restarting. Nothing was written.");
    const left = [{ kind: "database" as const, name: "copy", sizeBytes: null, sql: "" }];
    expect(end({ leftOnMaster: left })?.text).toContain("leftOnMaster lists what may have been written");
    const sent = {
      job: { ...record("starting").job!, buySent: true },
      request: request({ writeBack: "missing-rows" }),
    };
    expect(end(sent)?.text).toContain("DTS may have added rows");
  });

  test("where the master could not be looked at from the start, its tables are DTS's to judge", () => {
    const target = { obstacle: null, notes: [], before: null, unseen: true } as const;
    expect(decideStarting(approved({ target }), observed({ masterTables: null }), context).call?.kind).toBe(
      "create-database",
    );
  });

  test("what a refused or throttled call would have made is not listed; what an earlier, lost one may have made is", () => {
    const listed = { kind: "table" as const, name: "shop.dbo.Orders", sizeBytes: null, sql: "DROP TABLE …" };
    const call = { kind: "buy-job", jobId: "job1", autoStart: true } as const;
    const sent = (leaves?: string[]) =>
      approved({
        leftOnMaster: [listed],
        intent: { call, sentAtMs: nowMs, negativeReads: 0, ...(leaves && { leaves }) },
      });
    const refusal = (leaves?: string[]) => recordRefusal(sent(leaves), call, "InsufficientBalance", context).record;
    expect(refusal([listed.name])).toMatchObject({ reason: { code: "purchase-refused" }, leftOnMaster: [] });
    expect(refusal()).toMatchObject({ reason: { code: "purchase-refused" }, leftOnMaster: [listed] });
    const throttled = (leaves?: string[]) => recordThrottled(sent(leaves), undefined, context).record;
    expect(throttled([listed.name])).toMatchObject({ intent: null, leftOnMaster: [] });
    expect(throttled()).toMatchObject({ intent: null, leftOnMaster: [listed] });
  });

  test("cancelled: stops and reports what may have been written", () => {
    expect(decideStarting(approved({ cancelRequested: true }), observed(), context).record).toMatchObject({
      status: "withdrawing",
      reason: { code: "cancelled-while-starting" },
    });
  });

  test("goes on when DTS writes, and only if we bought it", () => {
    const running = observed({ job: job("Migrating", { objects }) });
    const bought = approved({ job: { ...record("starting").job!, buySent: true } });
    expect(decideStarting(bought, running, context)).toMatchObject({
      record: { status: "writing" },
      checkAfterMs: context.durations.pollMs,
    });
    // What is over already has nothing to wait for.
    expect(decideStarting(bought, observed({ job: job("Finished", { objects }) }), context)).toMatchObject({
      record: { status: "writing" },
      checkAfterMs: 0,
    });
    expect(decideStarting(approved(), running, context).record).toMatchObject({
      reason: { code: "job-started-by-itself" },
      leftOnMaster: [{ kind: "database", name: target }],
    });
  });

  test("buy-first: starts the job, then waits for its precheck", () => {
    const bought = approved({
      job: { ...record("starting").job!, started: false, dtsInstanceId: "dts1" },
      leftOnMaster: [{ kind: "database", name: target, sizeBytes: null, sql: "" }],
    });
    const facts = observed({ job: job("NotStarted", { objects }), masterDatabases: [database(target)] });
    const order = at(0, { dtsOrder: "buy-first" });
    expect(decideStarting(bought, facts, order).call).toEqual({ kind: "start-job", jobId: "job1" });
    expect(decideStarting({ ...bought, job: { ...bought.job!, started: true } }, facts, order).record.status).toBe(
      "prechecking",
    );
  });
});

describe("writing", () => {
  const stage = { status: "Finished", percent: 100, progress: 10, errorMessage: "" };
  const inWriting = (overrides = {}) =>
    record("writing", { approval: { planHash: "h", by: "bob", atMs: nowMs }, ...overrides });
  const observed = (status: string | null, overrides = {}) => ({
    instance: instance(),
    job: status === null ? null : job(status, overrides),
    precheckItems: [],
  });

  test("compares when every row is copied; Finished alone is not that", () => {
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

  test("shows progress and waits, also while paused by hand", () => {
    expect(
      decideWriting(inWriting(), observed("Migrating", { data: { ...stage, percent: 40, progress: 4 } }), context)
        .record.progress,
    ).toEqual({ percent: 40, rows: 4 });
    const paused = decideWriting(inWriting(), observed("Suspending"), context).record;
    expect(decideWriting(paused, observed("Suspending"), context).record.timeline).toEqual(paused.timeline);
  });

  test("says which rows may have been added when it ends: of missing-rows nothing is listed", () => {
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

  test("of a job that ran by itself, says where rows may have been added", () => {
    const asked = request({ writeBack: "missing-rows" });
    const rogue = awaiting({ request: asked, leftOnMaster: [] });
    const decided = decideAwaitingApproval(rogue, { ...seen, job: job("Migrating", { objects }) }, context);
    expect(decided.record.reason).toMatchObject({
      code: "job-started-by-itself",
      text: expect.stringContaining("DTS may have added rows to "),
    });
  });

  test("ends when DTS fails, the job or the source is gone, it takes too long, or a person cancels", () => {
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

describe("comparing", () => {
  const nothing = { instance: undefined, slice: null, verdict: null, problem: null, sizes: new Map<string, number>() };
  const slice = { tables: [], cursor: { index: 0, after: null }, checks: [] };

  test("goes on slice by slice and ends with what was measured", () => {
    expect(decideComparing(record("comparing"), { ...nothing, slice }, context)).toMatchObject({
      checkAfterMs: 0,
      record: { status: "comparing" },
    });
    const verdict = { outcome: "succeeded" as const, reason: { code: "copy-equals-source" as const, text: "" } };
    expect(decideComparing(record("comparing"), { ...nothing, slice, verdict }, context).record).toMatchObject({
      status: "withdrawing",
      outcome: "succeeded",
    });
  });

  test("is finished-unverified when it is cancelled, too slow, or refused", () => {
    for (const [change, facts, when] of [
      [{ cancelRequested: true }, nothing, 0],
      [{}, nothing, 7 * hour],
      [{}, { ...nothing, problem: { code: "no-permission", text: "" } }, 0],
    ] as const) {
      expect(decideComparing(record("comparing", change), facts, at(when)).record).toMatchObject({
        status: "withdrawing",
        outcome: "finished-unverified",
      });
    }
    expect(
      decideComparing(record("comparing"), { ...nothing, problem: { code: "unavailable", text: "" } }, context).record
        .status,
    ).toBe("comparing");
  });
});

describe("withdrawing", () => {
  const gone = { jobs: [], instance: instance(), openGroups: [], unseenGroups: [], missesOpening: false };
  const confirmed = (overrides: Partial<RestoreRecord> = {}) =>
    record("withdrawing", {
      outcome: "succeeded",
      job: { ...record("withdrawing").job!, missingSinceMs: nowMs - 3 * minute },
      ...overrides,
    });

  test("stops a job that may write, deletes it, and believes that it is gone after a second look", () => {
    expect(decideWithdrawing(record("withdrawing"), { ...gone, jobs: [job("Migrating")] }, context).call).toEqual({
      kind: "stop-job",
      jobId: "job1",
    });
    expect(
      decideWithdrawing(record("withdrawing"), { ...gone, jobs: [job("MigrationFailed")] }, context).call?.kind,
    ).toBe("stop-job");
    expect(decideWithdrawing(record("withdrawing"), { ...gone, jobs: [job("Finished")] }, context).call).toEqual({
      kind: "delete-job",
      jobId: "job1",
    });
    expect(decideWithdrawing(record("withdrawing"), gone, context)).toMatchObject({
      call: null,
      record: { status: "withdrawing" },
    });
  });

  test("does not count a look at no job that was made in a state before it", () => {
    const unseen = { ...record("comparing").job!, missingSinceMs: nowMs - 3 * minute };
    const withdrawing = enter(record("comparing", { job: unseen }), "withdrawing", nowMs, "");
    expect(decideWithdrawing(withdrawing, gone, context).record.status).toBe("withdrawing");
  });

  test("believes that a job of an earlier attempt is gone after a second look, though the new attempt has none", () => {
    const { job: current } = record("withdrawing");
    const job = { ...current!, jobId: null, configured: false, missingSinceMs: null };
    const first = decideWithdrawing(confirmed({ job, staleJobs: ["old"] }), gone, context);
    expect(first.record).toMatchObject({ status: "withdrawing", staleJobs: ["old"], job: { missingSinceMs: nowMs } });
    expect(decideWithdrawing(confirmed({ job, staleJobs: [] }), gone, context).record.status).toBe("cleaning-up");
  });

  test("closes what is open before it lets go of anything", () => {
    const open = { instanceId: "rm-shop", group: "g" };
    expect(decideWithdrawing(confirmed(), { ...gone, openGroups: [open] }, context).call).toEqual({
      kind: "close-addresses",
      ...open,
    });
  });

  test("does not believe at once that a group that was opened is not there: a replica may not know it yet", () => {
    const missed = { ...gone, missesOpening: true };
    const early = decideWithdrawing(confirmed(), missed, at(minute));
    expect(early).toMatchObject({ call: null, record: { status: "withdrawing" }, checkAfterMs: minute });
    expect(decideWithdrawing(confirmed(), missed, at(2 * minute)).record.status).toBe("cleaning-up");
  });

  test("watches the groups of an instance that was not found: one look is no proof", () => {
    const unseen = { instanceId: "rm-shop", group: "g" };
    const decided = decideWithdrawing(confirmed({ outcome: "failed" }), { ...gone, unseenGroups: [unseen] }, context);
    expect(decided.record).toMatchObject({ status: "holding", doubts: [{ intent: { call: unseen } }] });
  });

  test("closes addresses in between, each in its turn, when a job does not go for long", () => {
    const openGroups = ["rm-shop", temporaryId].map((instanceId) => ({ instanceId, group: "g" }));
    const stuck = { ...gone, jobs: [job("MigrationFailed")], openGroups };
    const calls = Array.from(
      { length: 16 },
      (_, removals) => decideWithdrawing(confirmed({ removals }), stuck, context).call!,
    );
    expect(calls.slice(0, 8).map(({ kind }) => kind)).not.toContain("close-addresses");
    expect(calls.filter(({ kind }) => kind === "close-addresses")).toEqual([
      { kind: "close-addresses", ...openGroups[0] },
      { kind: "close-addresses", ...openGroups[1] },
    ]);
    expect(calls.slice(8).map(({ kind }) => kind)).toContain("delete-job");
  });

  test("tries the other call now and then: what DTS does not stop may be deleted", () => {
    const failed = { ...gone, jobs: [job("MigrationFailed")] };
    const calls = [0, 1, 2, 3, 4].map(
      (removals) => decideWithdrawing(confirmed({ removals }), failed, context).call?.kind,
    );
    expect(calls).toEqual(["stop-job", "stop-job", "stop-job", "delete-job", "stop-job"]);
  });

  test("leaves a group that closing does not close to the sweep, though nothing was refused", () => {
    const open = { ...gone, openGroups: [{ instanceId: "rm-shop", group: "g" }] };
    const since = { outcome: "succeeded" as const, statusSinceMs: nowMs - 13 * hour };
    expect(decideWithdrawing(confirmed({ ...since, removals: 3 }), open, context).call?.kind).toBe("close-addresses");
    expect(decideWithdrawing(confirmed({ ...since, removals: 12 }), open, context).record.status).toBe("cleaning-up");
  });

  test("does not say that no address is left while RDS refuses to close one", () => {
    const refused = confirmed({
      outcome: "succeeded",
      statusSinceMs: nowMs - 13 * hour,
      lastRefusal: { call: "close-addresses", code: "IncorrectDBInstanceLockMode", text: "" },
    });
    const open = { instanceId: "rm-shop", group: "g" };
    const { record } = decideWithdrawing(refused, { ...gone, openGroups: [open] }, context);
    const [named, moved] = record.timeline.slice(-2).map(({ text }) => text);
    expect(named).toContain("IncorrectDBInstanceLockMode");
    expect(moved).toBe(
      "no job of ours is left, and no address but those that RDS refuses to close; the temporary instance is deleted",
    );
  });

  test("one group that is refused does not keep the others open", () => {
    const openGroups = ["rm-shop", "sub1_rm-shop"].map((instanceId) => ({ instanceId, group: "g" }));
    const asked = [0, 1].map((removals) =>
      decideWithdrawing(confirmed({ removals }), { ...gone, openGroups }, context),
    );
    expect(asked.map(({ call }) => call)).toMatchObject(openGroups);
  });

  test.each([
    ["succeeded", "cleaning-up"],
    ["cancelled", "cleaning-up"],
    ["expired", "cleaning-up"],
    ["inspected", "holding"],
    ["failed", "holding"],
    ["finished-unverified", "holding"],
  ] as const)("%s goes to %s", (outcome, status) => {
    expect(decideWithdrawing(confirmed({ outcome }), gone, context).record.status).toBe(status);
  });

  test("holds nothing that is gone or has no time left", () => {
    const missed = decideWithdrawing(confirmed({ outcome: "failed" }), { ...gone, instance: null }, context).record;
    expect(decideWithdrawing(missed, { ...gone, instance: null }, at(2 * minute)).record.status).toBe("cleaning-up");
    expect(
      decideWithdrawing(confirmed({ outcome: "failed", expiresAtMs: nowMs - 1 }), gone, context).record.status,
    ).toBe("cleaning-up");
    expect(
      decideWithdrawing(confirmed({ outcome: "failed", temporaryInstance: null }), gone, context).record.status,
    ).toBe("closed");
  });
});

/** A first look that misses the instance, one that sees it, and one that misses it again. */
describe.each([
  [
    "withdrawing",
    (before: RestoreRecord, found: boolean, later: number) =>
      decideWithdrawing(
        before,
        { jobs: [], instance: found ? instance() : null, openGroups: [], unseenGroups: [], missesOpening: false },
        at(later),
      ),
  ],
  [
    "holding",
    (before: RestoreRecord, found: boolean, later: number) =>
      decideHolding(before, { instance: found ? instance() : null }, at(later)),
  ],
] as const)("%s does not give the instance up because one look misses it", (status, look) => {
  const kept = record(status, { outcome: "failed", job: null });

  test("gone needs a second look, some time later", () => {
    const once = look(kept, false, 0);
    expect(once).toMatchObject({ call: null, record: { status }, checkAfterMs: 2 * minute });
    // A command may make it look sooner.
    expect(look(once.record, false, minute)).toMatchObject({ record: { status }, checkAfterMs: minute });
    expect(look(once.record, false, 2 * minute).record.status).toBe("cleaning-up");
  });

  test("a look that sees it begins anew", () => {
    const seen = look(look(kept, false, 0).record, true, minute).record;
    expect(seen).toMatchObject({ status: "holding", temporaryInstance: { missingSinceMs: null } });
    expect(decideHolding(seen, { instance: null }, at(3 * minute)).record.status).toBe("holding");
  });
});

test("withdrawing forgets a miss also when the look that sees the instance has something to close first", () => {
  const facts = { jobs: [], openGroups: [], unseenGroups: [], missesOpening: false };
  const missed = decideWithdrawing(
    record("withdrawing", { outcome: "failed", job: null }),
    { ...facts, instance: null },
    context,
  ).record;
  const closing = decideWithdrawing(
    missed,
    { ...facts, instance: instance(), openGroups: [{ instanceId: temporaryId, group: "rewind_a" }] },
    at(minute),
  );
  expect(closing.call?.kind).toBe("close-addresses");
  expect(decideWithdrawing(closing.record, { ...facts, instance: null }, at(3 * minute)).record.status).toBe(
    "withdrawing",
  );
});

describe("holding", () => {
  test("keeps the instance until its expiry or a release", () => {
    expect(decideHolding(record("holding"), { instance: instance() }, context).record.status).toBe("holding");
    expect(decideHolding(record("holding"), { instance: instance() }, at(25 * hour)).record.status).toBe("cleaning-up");
    expect(
      decideHolding(
        takeCommand(record("holding"), command("release"), context).record,
        { instance: instance() },
        context,
      ).record.status,
    ).toBe("cleaning-up");
  });

  test("is not shortened by an extension to an earlier time", () => {
    const kept = { ...record("holding"), expiresAtMs: nowMs + 20 * hour };
    const taken = takeCommand(kept, command("extend", { keepHours: 2 }), context);
    expect(taken.record.expiresAtMs).toBe(nowMs + 20 * hour);
    expect(taken.handled).toMatchObject({ accepted: false, text: expect.stringContaining("kept until") });
  });

  test("is extended only inside the instance's life", () => {
    const extended = takeCommand(record("holding"), command("extend", { keepHours: 47 }), context).record;
    expect(extended.expiresAtMs).toBe(nowMs - 10 * minute + 46 * hour);
    expect(takeCommand(extended, command("extend", { keepHours: 47, commandId: "c2" }), context).handled.accepted).toBe(
      false,
    );
  });
});

describe("cleaning-up", () => {
  test("deletes only what a fresh read shows to be ours", () => {
    expect(decideCleaningUp(record("cleaning-up"), { instance: instance() }, context).call).toEqual({
      kind: "delete-instance",
      instanceId: temporaryId,
    });
    for (const change of [{ type: "Primary" }, { masterInstanceId: "rm-other" }, { createdAtMs: nowMs }]) {
      expect(decideCleaningUp(record("cleaning-up"), { instance: instance(change) }, context)).toMatchObject({
        call: null,
        record: { status: "closed" },
      });
    }
  });

  test("takes two moments of one creation, as the list and the attribute may tell it, for one", () => {
    const { createdAtMs } = record("cleaning-up").temporaryInstance!;
    for (const apartMs of [-30_000, 30_000]) {
      const told = instance({ createdAtMs: createdAtMs! + apartMs });
      expect(decideCleaningUp(record("cleaning-up"), { instance: told }, context).call?.kind).toBe("delete-instance");
    }
  });

  test("never deletes a master, even one that the ledger names", () => {
    const wrong = record("cleaning-up", {
      temporaryInstance: { id: "rm-shop", origin: "answer", createdAtMs: null, missingSinceMs: null },
    });
    expect(
      decideCleaningUp(wrong, { instance: master({ type: "Temp", masterInstanceId: "rm-shop" }) }, context).call,
    ).toBeNull();
  });

  test("waits for one that is still being made, and closes after the second look at nothing", () => {
    expect(
      decideCleaningUp(record("cleaning-up"), { instance: instance({ status: "Creating" }) }, context),
    ).toMatchObject({ call: null, record: { status: "cleaning-up" } });
    const once = decideCleaningUp(record("cleaning-up"), { instance: null }, context).record;
    expect(once.status).toBe("cleaning-up");
    expect(decideCleaningUp(once, { instance: null }, at(3 * minute)).record.status).toBe("closed");
  });

  test("does not count a look at nothing that was made in a state before it", () => {
    const unseen = { ...record("holding").temporaryInstance!, missingSinceMs: nowMs - 2 * hour };
    const released = record("holding", { cancelRequested: true, temporaryInstance: unseen });
    const first = decideHolding(released, { instance: instance() }, context).record;
    const looked = decideCleaningUp(first, { instance: null }, context).record;
    expect(looked).toMatchObject({ status: "cleaning-up", temporaryInstance: { missingSinceMs: nowMs } });
  });
});

describe("the watch over effects in doubt", () => {
  const intent = {
    call: {
      kind: "create-temporary-instance" as const,
      masterInstanceId: "rm-shop",
      restoreTimeMs: null,
      backupId: "1",
    },
    sentAtMs: nowMs,
    negativeReads: 3,
  };
  const watched = record("closed", {
    temporaryInstance: null,
    doubts: [{ intent, untilMs: nowMs + 48 * hour, found: null }],
  });

  test("names what appears, however late, and never touches it; ends after 48 hours", () => {
    const facts = { temporaryInstances: [instance({ id: "sub2_rm-shop", createdAtMs: nowMs + 9 * hour })] };
    // Whoever else made it has a moment to write that down.
    expect(decideWatch(watched, facts, at(9 * hour + minute)).record.doubts[0]?.found).toBeNull();
    const decision = decideWatch(watched, facts, at(9 * hour + 6 * minute));
    expect(decision).toMatchObject({ call: null, record: { doubts: [{ found: "sub2_rm-shop" }] } });
    expect(
      decideWatch(watched, { temporaryInstances: [instance({ createdAtMs: nowMs - 5 * hour })] }, at(5 * minute)).record
        .doubts[0]?.found,
    ).toBeNull();
    expect(decideWatch(watched, { temporaryInstances: [] }, at(49 * hour)).record.doubts).toEqual([]);
    // What was found lives longer than the watch, and is named until it is gone.
    const found = decideWatch(decision.record, facts, at(49 * hour)).record;
    expect(found.doubts).toMatchObject([{ found: "sub2_rm-shop" }]);
    expect(decideWatch(found, { temporaryInstances: [] }, at(58 * hour)).record.doubts).toEqual([]);
  });

  test("names the next one when several creates were lost", () => {
    const named = { ...watched, doubts: [{ ...watched.doubts[0]!, found: "sub1_rm-shop" }] };
    const facts = { temporaryInstances: [instance({ id: "sub2_rm-shop", createdAtMs: nowMs + 9 * hour })] };
    expect(decideWatch(named, facts, at(10 * hour)).record.doubts[0]?.found).toBe("sub2_rm-shop");
    expect(decideWatch(named, { temporaryInstances: [] }, at(10 * hour)).record.doubts[0]?.found).toBe("sub1_rm-shop");
  });

  test("does not name an instance that a person has judged already", () => {
    const judged = { ...watched, candidate: { id: "sub2_rm-shop", createdAtMs: nowMs + minute } };
    const facts = { temporaryInstances: [instance({ id: "sub2_rm-shop", createdAtMs: nowMs + minute })] };
    expect(decideWatch(judged, facts, at(hour)).record.doubts[0]?.found).toBeNull();
  });

  test("ends at once for openings on an instance that is gone, and goes on for those on the master", () => {
    const opening = (instanceId: string) => ({
      intent: {
        call: { kind: "open-addresses" as const, instanceId, group: "rewind_x", addresses: ["192.168.0.10"] },
        sentAtMs: nowMs,
        negativeReads: 0,
      },
      untilMs: nowMs + 48 * hour,
      found: null,
    });
    const closed = record("closed", { doubts: [opening(temporaryId), opening("rm-shop")] });
    const left = decideWatch(closed, { temporaryInstances: [] }, at(minute)).record.doubts;
    expect(left.map(({ intent: { call } }) => call)).toMatchObject([{ instanceId: "rm-shop" }]);
  });
});

describe("a person's command", () => {
  test("that the state does not know is refused with what is possible", () => {
    expect(takeCommand(record("verifying"), command("approve", { planHash: "x" }), context).handled).toMatchObject({
      accepted: false,
      text: expect.stringContaining("cancel"),
    });
  });

  test("retry starts a new attempt under a new name, and every approval is void", () => {
    const retried = takeCommand(
      record("precheck-failed", { approval: { planHash: "h", by: "b", atMs: 0 } }),
      command("retry"),
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
      takeCommand(confirming, command("confirm-instance", { instanceId: "sub9", ours: true }), context).handled
        .accepted,
    ).toBe(false);
    expect(
      takeCommand(confirming, command("confirm-instance", { instanceId: temporaryId, ours: true }), context).record,
    ).toMatchObject({ status: "creating-source", temporaryInstance: { origin: "confirmed" } });
    expect(
      takeCommand(confirming, command("confirm-instance", { instanceId: temporaryId, ours: false }), context).record,
    ).toMatchObject({ status: "closed", temporaryInstance: null });
  });
});
