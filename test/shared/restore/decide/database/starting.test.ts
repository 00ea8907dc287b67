import {
  decideStartingDatabases,
  type StartingDatabaseFacts,
} from "../../../../../shared/restore/decide/database/starting";
import { recordAnswer, recordRefusal } from "../../../../../shared/restore/ledger";
import type { RestoreRecord } from "../../../../../shared/restore/model/record";
import { settle } from "../../../../../shared/restore/settle";
import type { Decision } from "../../../../../shared/restore/transition";
import { at, context, hour, master, minute, nowMs } from "../../samples";
import { approved, awaiting, modern, newName } from "./fixtures";

const observed = (overrides: Partial<StartingDatabaseFacts> = {}): StartingDatabaseFacts => ({
  master: modern,
  masterDatabases: [{ name: "shop", status: "Running" }],
  ...overrides,
});
const sent = ({ record, call }: Decision, sentAtMs = nowMs): RestoreRecord => ({
  ...record,
  intent: { call: call!, sentAtMs, negativeReads: 0, leaves: [newName] },
});

describe("the plan of databases that RDS restores", () => {
  test("The plan is frozen before anything is made, and names what RDS is asked for", () => {
    expect(awaiting()).toMatchObject({
      status: "awaiting-approval",
      source: { kind: "database" },
      temporaryInstance: null,
      job: null,
      leftOnMaster: [],
      plan: {
        temporaryInstanceId: null,
        jobId: null,
        dtsObjects: null,
        databaseRestore: { targetInstanceId: "rm-shop", backupId: null, names: [{ name: "shop", newName }] },
        databases: [{ database: "shop", targetDatabase: newName, createsDatabase: true }],
        checks: [],
      },
    });
  });

  test("The plan says that nothing stops the restore, that nothing is compared, and what stays", () => {
    const notes = awaiting().plan!.notes.join(" ");
    expect(notes).toContain(`arrive in the new database ${newName}`);
    expect(notes).toContain("no call that stops");
    expect(notes).toContain("nothing to compare");
    expect(notes).not.toMatch(/temporary instance|migration job|DTS/);
  });

  test("Automatic approval is not possible, because the data could not be looked at", () => {
    const asked = awaiting({ request: { ...awaiting().request, approval: "automatic" } });
    expect(asked.timeline.at(-1)!.text).toContain(
      "not approved automatically, because the data could not be looked at",
    );
  });
});

describe("starting, where RDS restores the databases", () => {
  test("The databases are listed on leftOnMaster before the call, with a statement that drops nothing older", () => {
    const decision = decideStartingDatabases(approved(), observed(), context);
    expect(decision.call).toEqual({
      kind: "restore-databases",
      way: "recovery",
      instanceId: "rm-shop",
      targetInstanceId: "rm-shop",
      databases: [{ name: "shop", newName }],
      restoreTimeMs: Date.parse("2026-11-20T09:00:00Z"),
      backupId: null,
    });
    const [left] = decision.record.leftOnMaster;
    expect(left).toMatchObject({ kind: "database", name: newName });
    expect(left!.sql).toContain(`EXEC sp_rds_drop_database N'${newName}'`);
    expect(left!.sql).toContain("create_date) >= '2026-11-20T09:55:00'");
  });

  test("A Basic instance has no procedure for it: the statement is DROP DATABASE", () => {
    const record = approved();
    const basic = { ...record, master: { ...record.master!, category: "Basic" } };
    const decision = decideStartingDatabases(basic, observed(), context);
    expect(decision.record.leftOnMaster[0]!.sql).toContain(`DROP DATABASE [${newName}];`);
  });

  test.each<[string, Partial<StartingDatabaseFacts>, Partial<RestoreRecord>, number, string]>([
    ["the approval is too old", {}, {}, 2 * hour, "approval-too-old"],
    ["the name is taken", { masterDatabases: [{ name: newName, status: "Running" }] }, {}, 0, "target-exists"],
    ["the master is not Running", { master: { ...modern, status: "Rebooting" } }, {}, 0, "master-not-running"],
    ["the master is locked", { master: { ...modern, lockMode: "ManualLock" } }, {}, 0, "master-locked"],
    ["the master was upgraded", { master: master({ engineVersion: "2022_std" }) }, {}, 0, "master-changed"],
    ["another time is on the record", {}, { restoreTimeMs: nowMs - 3 * hour }, 0, "plan-changed"],
    [
      "another name is on the record",
      {},
      {
        databaseRestore: {
          ...approved().databaseRestore!,
          names: [{ name: "shop", newName: "shop_r0mi3k2x9aabc124" }],
        },
      },
      0,
      "plan-changed",
    ],
  ])("Nothing is sent when %s", (_why, facts, overrides, laterMs, code) => {
    const { record, call } = decideStartingDatabases(approved(overrides), observed(facts), at(laterMs));
    expect(call).toBeNull();
    expect(record).toMatchObject({ status: "withdrawing", outcome: "failed", reason: { code }, leftOnMaster: [] });
    expect(record.reason!.text).toContain("Nothing was written.");
  });

  test("Nothing is sent once the operators stopped write-backs", () => {
    const { record } = decideStartingDatabases(approved(), observed(), at(0, { acceptsWriteBacks: false }));
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "write-backs-stopped" } });
  });

  test("The other call follows a refusal of the first, and a refusal of both ends the restore with both codes", () => {
    const first = decideStartingDatabases(approved(), observed(), context);
    const refused = recordRefusal(sent(first), first.call!, "IncorrectDBInstanceType", context);
    expect(refused.record).toMatchObject({ status: "starting", intent: null, leftOnMaster: [] });
    const second = decideStartingDatabases(refused.record, observed(), context);
    expect(second.call).toMatchObject({ kind: "restore-databases", way: "copy" });
    const both = recordRefusal(sent(second), second.call!, "InvalidTargetDBInstanceName.Format", context);
    const { record, call } = decideStartingDatabases(both.record, observed(), context);
    expect(call).toBeNull();
    expect(record).toMatchObject({
      status: "withdrawing",
      outcome: "failed",
      leftOnMaster: [],
      reason: {
        code: "database-restore-refused",
        text: expect.stringContaining(
          "RecoveryDBInstance with IncorrectDBInstanceType, CopyDatabaseBetweenInstances with InvalidTargetDBInstanceName.Format. Nothing was written.",
        ),
      },
    });
  });

  test("A refusal that passes by itself is tried again by the same call", () => {
    const first = decideStartingDatabases(approved(), observed(), context);
    const busy = recordRefusal(sent(first), first.call!, "IncorrectDBInstanceState", context);
    expect(busy.record.databaseRestore!.refused).toEqual([]);
    expect(decideStartingDatabases(busy.record, observed(), context).call).toMatchObject({ way: "recovery" });
  });

  test("A call whose answer was lost is settled by the exact name, and never followed by the other call", () => {
    const first = decideStartingDatabases(approved(), observed(), context);
    const lost = sent(first);
    const open = settle(lost, lost.intent!, { databases: ["shop"] }, at(minute));
    expect(open).toMatchObject({ settled: false, record: { intent: { negativeReads: 1 } } });
    const found = settle(lost, lost.intent!, { databases: ["shop", newName] }, at(minute));
    expect(found).toMatchObject({ settled: true, record: { intent: null, databaseRestore: { sentAtMs: nowMs } } });
    const silent = { ...lost, intent: { ...lost.intent!, negativeReads: 5 } };
    const { record } = settle(silent, silent.intent, { databases: ["shop"] }, at(10 * minute));
    expect(record).toMatchObject({ intent: null, databaseRestore: { sentAtMs: null, refused: [] } });
    expect(record.doubts).toMatchObject([{ intent: { call: { kind: "restore-databases" } } }]);
    expect(decideStartingDatabases(record, observed(), at(10 * minute)).call).toMatchObject({ way: "recovery" });
  });

  test("A call that left no trace and comes to the master later is waited for, and its name is not taken for another's", () => {
    const first = decideStartingDatabases(approved(), observed(), context);
    const lost = { ...sent(first), intent: { ...sent(first).intent!, negativeReads: 5 } };
    const { record } = settle(lost, lost.intent, { databases: ["shop"] }, at(10 * minute));
    const listed = observed({ masterDatabases: [{ name: newName, status: "Creating" }] });
    expect(decideStartingDatabases(record, listed, at(11 * minute))).toMatchObject({
      call: null,
      record: {
        status: "writing",
        databaseRestore: { sentAtMs: nowMs, refused: [] },
        leftOnMaster: [{ name: newName }],
      },
    });
    const again = decideStartingDatabases(record, observed(), at(11 * minute));
    // The name is listed already, so that this sending lists nothing.
    const resent = { ...sent(again), intent: { ...sent(again).intent!, leaves: [] } };
    const refused = recordRefusal(resent, again.call!, "InvalidDBName.Duplicate", at(11 * minute));
    expect(refused.record.databaseRestore!.refused).toEqual([]);
    expect(refused.record.leftOnMaster).toMatchObject([{ name: newName }]);
  });

  test("Once RDS has taken the call, it is waited for, also after a cancel", () => {
    const first = decideStartingDatabases(approved(), observed(), context);
    const taken = recordAnswer(sent(first), first.call!, {}, nowMs);
    for (const cancelRequested of [false, true])
      expect(decideStartingDatabases({ ...taken, cancelRequested }, observed(), context)).toMatchObject({
        call: null,
        record: { status: "writing" },
      });
  });

  test("A cancel before the call ends it with nothing written", () => {
    const { record } = decideStartingDatabases(approved({ cancelRequested: true }), observed(), context);
    expect(record).toMatchObject({ status: "withdrawing", outcome: "cancelled", leftOnMaster: [] });
    expect(record.reason!.text).toContain("Nothing was written.");
  });

  test("One look that misses the master is no proof", () => {
    const first = decideStartingDatabases(approved(), observed({ master: null, masterDatabases: [] }), context);
    expect(first.record.status).toBe("starting");
    const second = decideStartingDatabases(
      first.record,
      observed({ master: null, masterDatabases: [] }),
      at(3 * minute),
    );
    expect(second.record).toMatchObject({ outcome: "failed", reason: { code: "master-not-running" } });
  });
});
