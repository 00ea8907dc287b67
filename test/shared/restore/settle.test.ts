import { takeCommand } from "../../../shared/restore/decide/commands";
import { recordRefusal } from "../../../shared/restore/ledger";
import type { ChangingCall, Intent } from "../../../shared/restore/model/calls";
import { repeatRules } from "../../../shared/restore/model/calls";
import type { Command } from "../../../shared/restore/model/command";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import { type ReadBack, settle } from "../../../shared/restore/settle";
import { watchedGroups } from "../../../shared/restore/watched-calls";
import { at, context, hour, instance, job, minute, nowMs, record, restoreId, temporaryId } from "./samples";

const create: ChangingCall = {
  kind: "create-temporary-instance",
  masterInstanceId: "rm-shop",
  restoreTimeMs: nowMs,
  backupId: null,
};
const sent = (call: ChangingCall, negativeReads = 0): Intent => ({ call, sentAtMs: nowMs, negativeReads });
const yes: Command = {
  restoreId,
  commandId: "c1",
  kind: "confirm-instance",
  by: "bob",
  atMs: nowMs,
  planHash: null,
  keepHours: null,
  instanceId: temporaryId,
  ours: true,
  state: "pending",
  text: null,
};
const creating = (overrides: Partial<RestoreRecord> = {}) =>
  record("creating-source", { temporaryInstance: null, job: null, ...overrides });
const settled = (base: RestoreRecord, intent: Intent, found: ReadBack, later = 0) =>
  settle({ ...base, intent }, intent, found, at(later));

describe("a lost create", () => {
  test("stays open until enough reads over the settle time showed nothing, then may be repeated", () => {
    expect(settled(creating(), sent(create), {}, minute)).toMatchObject({
      settled: false,
      record: { intent: { negativeReads: 1 } },
    });
    expect(settled(creating(), sent(create, 9), {}, minute).settled).toBe(false);
    expect(settled(creating(), sent(create, 1), {}, 6 * minute).settled).toBe(false);
    expect(settled(creating(), sent(create, 2), {}, 6 * minute)).toMatchObject({
      settled: true,
      record: { intent: null, status: "creating-source", temporaryInstance: null },
    });
  });

  test("a lost create asks a person about an instance whose age fits, and never adopts it by itself", () => {
    const found = settled(
      creating(),
      sent(create),
      { instances: [instance({ createdAtMs: nowMs + minute })] },
      2 * minute,
    );
    expect(found.record).toMatchObject({
      status: "confirming-instance",
      temporaryInstance: null,
      candidate: { id: temporaryId },
    });
  });

  test("a lost create does not take an older or much younger instance for its own", () => {
    for (const createdAtMs of [nowMs - hour, nowMs + hour])
      expect(settled(creating(), sent(create), { instances: [instance({ createdAtMs })] }, minute).settled).toBe(false);
  });

  test("a lost create of a cancelled restore is watched after closing, because it can land late", () => {
    const over = settled(creating({ cancelRequested: true }), sent(create, 2), {}, 6 * minute);
    expect(over.record).toMatchObject({
      status: "closed",
      outcome: "cancelled",
      doubts: [{ intent: { call: create } }],
    });
  });

  test("a lost create that left no trace is watched from its first sending, also when it is repeated", () => {
    const once = settled(creating(), sent(create, 2), {}, 6 * minute).record;
    const again: Intent = { call: create, sentAtMs: nowMs + hour, negativeReads: 2 };
    const twice = settle({ ...once, intent: again }, again, {}, at(2 * hour)).record;
    expect(twice.doubts).toMatchObject([{ intent: { sentAtMs: nowMs }, untilMs: nowMs + 50 * hour, found: null }]);
  });

  test("a lost create is watched also when a person confirms what appeared: another one may have been lost before it", () => {
    const facts = { instances: [instance({ createdAtMs: nowMs + minute })] };
    const asked = settled(creating(), sent(create), facts, 2 * minute).record;
    expect(asked.doubts).toHaveLength(1);
    expect(takeCommand(asked, yes, context).record).toMatchObject({ status: "creating-source", doubts: [{}] });
  });
});

describe("a lost opening of addresses", () => {
  const open = (instanceId: string): ChangingCall => ({
    kind: "open-addresses",
    instanceId,
    group: "rewind_x",
    addresses: ["192.168.0.10"],
  });

  test("a lost opening of addresses may be repeated at once, and is watched, because it can land after our addresses were closed", () => {
    const master = settled(record("configuring"), sent(open("rm-shop")), {});
    expect(master).toMatchObject({ settled: true, record: { intent: null } });
    const both = settled(master.record, sent(open(temporaryId)), {}).record;
    const thrice = settled(both, sent(open("rm-shop")), {}).record;
    expect(watchedGroups(thrice).map(({ instanceId }) => instanceId)).toEqual(["rm-shop", temporaryId]);
  });

  test("a lost opening of addresses and a lost closing is not: it does no harm at any time", () => {
    const close: ChangingCall = { kind: "close-addresses", instanceId: "rm-shop", group: "rewind_x" };
    expect(settled(record("withdrawing"), sent(close), {}).record.doubts).toEqual([]);
  });
});

describe("other lost calls", () => {
  test("a configure is found by its exact name; without a trace a new attempt follows", () => {
    const call: ChangingCall = { kind: "configure-job", jobName: `${restoreId}-1`, jobId: null };
    const configuring = record("configuring", {
      job: { ...record("configuring").job!, jobId: null, configured: false, started: false },
    });
    expect(settled(configuring, sent(call), { jobsOfName: [job("NotStarted")] }).record.job).toMatchObject({
      jobId: "job1",
      configured: true,
      attempt: 1,
    });
    expect(settled(configuring, sent(call, 2), { jobsOfName: [] }, 6 * minute).record.job).toMatchObject({
      jobId: null,
      attempt: 2,
      name: `${restoreId}-2`,
    });
  });

  test("a purchase took effect if the job shows an instance or runs, and is repeated only when it shows neither", () => {
    const call: ChangingCall = { kind: "buy-job", jobId: "job1", autoStart: true };
    expect(
      settled(record("starting"), sent(call), { job: job("PreCheckPass", { dtsInstanceId: "dts1" }) }).record.job
        ?.dtsInstanceId,
    ).toBe("dts1");
    expect(settled(record("starting"), sent(call), { job: job("Migrating") }).settled).toBe(true);
    expect(settled(record("starting"), sent(call), { job: job("PreCheckPass") }, minute).settled).toBe(false);
  });

  test("an empty purchase cannot be told from anybody's: it is watched, and a new one made", () => {
    const call: ChangingCall = { kind: "buy-job", jobId: null, autoStart: false };
    expect(settled(record("configuring"), sent(call), {}).record.doubts).toHaveLength(1);
  });

  test("a database is there or it is not", () => {
    const call: ChangingCall = {
      kind: "create-database",
      instanceId: "rm-shop",
      name: "shop_restored",
      characterSet: "x",
    };
    expect(settled(record("starting"), sent(call), { databases: ["shop_restored"] })).toMatchObject({
      settled: true,
      record: { intent: null },
    });
    expect(settled(record("starting"), sent(call), { databases: [] }).settled).toBe(false);
  });

  test("calls that may always be repeated are settled at once", () => {
    const calls: ChangingCall[] = [
      { kind: "open-addresses", instanceId: "i", group: "g", addresses: [] },
      { kind: "close-addresses", instanceId: "i", group: "g" },
      { kind: "cover-copied-group", instanceId: "i", group: "g" },
      { kind: "stop-job", jobId: "j" },
      { kind: "delete-job", jobId: "j" },
      { kind: "delete-instance", instanceId: "i" },
      { kind: "allocate-public-connection", instanceId: "i", prefix: "p", port: 3433 },
    ];
    for (const call of calls)
      expect(settled(record("withdrawing"), sent(call), {})).toMatchObject({ settled: true, record: { intent: null } });
    expect(
      Object.entries(repeatRules)
        .filter(([, rule]) => rule.repeat === "always")
        .map(([kind]) => kind)
        .sort(),
    ).toEqual(calls.map((call) => call.kind).sort());
  });
});

describe("a refused create", () => {
  const refused = (code: string) => recordRefusal(creating(), create, code, context).record;

  test("a refused create is judged by the prerequisites again when the master is not free, or was locked meanwhile", () => {
    const codes = [
      "OperationDenied.TempDBInstanceExists",
      "OperationDenied.DBInstanceStatus",
      "OperationDenied.LockMode",
    ];
    for (const code of codes) expect(refused(code)).toMatchObject({ status: "creating-source", outcome: null });
  });

  test("a refused create ends with the master that is gone", () => {
    expect(refused("InvalidDBInstanceId.NotFound").reason).toMatchObject({ code: "master-not-found" });
  });

  test("a refused create ends with the version named, or with the service's code", () => {
    expect(refused("OperationDenied.CurrentEngineVersion")).toMatchObject({
      status: "closed",
      reason: { code: "version-refused" },
    });
    expect(refused("OperationDenied.NotFoundBackup")).toMatchObject({
      status: "closed",
      reason: { code: "create-refused", text: expect.stringContaining("NotFoundBackup") },
    });
  });
});
