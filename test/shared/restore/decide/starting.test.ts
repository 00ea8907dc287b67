import { decideStarting, type StartingFacts } from "../../../../shared/restore/decide/starting";
import { recordRefusal, recordThrottled } from "../../../../shared/restore/ledger";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import { plannedDatabases } from "../../../../shared/restore/plan/dts-objects";
import { at, context, hour, instance, job, master, minute, nowMs, record, request } from "../samples";
import { approved, objects, passedJob } from "./fixtures";

describe("starting", () => {
  const target = plannedDatabases(record("prechecking"))[0]!.targetDatabase;
  const database = (name: string, status = "Running") => ({ name, status, characterSet: "Chinese_PRC_CI_AS" });
  const observed = (overrides: Partial<StartingFacts> = {}): StartingFacts => ({
    masterTables: [],
    instance: instance(),
    master: master(),
    job: passedJob,
    masterDatabases: [database("shop")],
    ...overrides,
  });

  test("starting creates the target database, waits for it, then buys with the purchase on the record first", () => {
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
    ["the job reads elsewhere", { job: { ...passedJob, sourceInstanceId: "rm-x" } }, {}, 0, "job-edited"],
    ["the job writes elsewhere", { job: { ...passedJob, destinationInstanceId: "rm-x" } }, {}, 0, "job-edited"],
    ["the job would keep tables", { job: { ...passedJob, targetTableMode: "2" } }, {}, 0, "job-edited"],
    ["the job makes no tables", { job: { ...passedJob, migratesStructure: false } }, {}, 0, "job-edited"],
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
  ])("starting writes nothing when %s", (_name, facts, change, later, code) => {
    expect(decideStarting(approved(change), observed(facts), at(later))).toMatchObject({
      call: null,
      record: { status: "withdrawing", reason: { code } },
    });
  });

  test("write-backs that the operators stopped are not begun; one that was sent goes on", () => {
    const stopped = at(0, { acceptsWriteBacks: false });
    expect(decideStarting(approved(), observed(), stopped)).toMatchObject({
      call: null,
      record: {
        status: "withdrawing",
        outcome: "failed",
        reason: {
          code: "write-backs-stopped",
          text: "The operators stopped write-backs after the approval. Nothing was written.",
        },
        leftOnMaster: [],
      },
    });
    const target = "shop_restored_20261120t090000_c123";
    const created = decideStarting(approved(), observed(), context).record;
    const made = observed({ masterDatabases: [database(target)] });
    const sent = { ...decideStarting({ ...created, intent: null }, made, context).record, intent: null };
    expect(sent.job?.buySent).toBe(true);
    expect(decideStarting(sent, made, stopped).record.status).toBe("starting");
    const writing = observed({ job: { ...passedJob, status: "Migrating" } });
    expect(decideStarting(sent, writing, stopped).record.status).toBe("writing");
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
    ["DTS tells the objects", { job: { ...passedJob, objects: null } }],
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

  test("starting where the master could not be looked at from the start, its tables are DTS's to judge", () => {
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

  test("starting goes on when DTS writes, and only if we bought it", () => {
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
