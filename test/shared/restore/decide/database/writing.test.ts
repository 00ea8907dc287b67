import { crashed, decideBlind } from "../../../../../shared/restore/decide/blind";
import {
  decideWritingDatabases,
  type WritingDatabaseFacts,
} from "../../../../../shared/restore/decide/database/writing";
import { decideWatch } from "../../../../../shared/restore/decide/watching";
import type { RestoreRecord } from "../../../../../shared/restore/model/record";
import { at, context, hour, minute } from "../../samples";
import { modern, newName, restoring } from "./fixtures";

const observed = (status: string | null, overrides: Partial<WritingDatabaseFacts> = {}): WritingDatabaseFacts => ({
  master: modern,
  masterDatabases: [{ name: "shop", status: "Running" }, ...(status === null ? [] : [{ name: newName, status }])],
  group: null,
  freeGroup: null,
  egress: [],
  ...overrides,
});
const listed = (): RestoreRecord =>
  restoring({ databaseRestore: { ...restoring().databaseRestore!, listed: [newName] } });

describe("writing, where RDS restores the databases", () => {
  test("A database that is not listed yet is waited for: RDS may list it only at the end", () => {
    const { record, call } = decideWritingDatabases(restoring(), observed(null), at(2 * hour));
    expect(call).toBeNull();
    expect(record.status).toBe("writing");
  });

  test("A database that is being restored is waited for", () => {
    const { record } = decideWritingDatabases(restoring(), observed("Creating"), context);
    expect(record).toMatchObject({ status: "writing", databaseRestore: { listed: [newName] } });
  });

  test("Once all databases are Running, what arrived is looked at", () => {
    expect(decideWritingDatabases(restoring(), observed("Running"), context).record.status).toBe("comparing");
  });

  test("Our addresses are opened on the master before what arrived is looked at", () => {
    const egress = ["203.0.113.7"];
    const { call, record } = decideWritingDatabases(restoring(), observed("Running", { egress }), context);
    expect(call).toMatchObject({ kind: "open-addresses", instanceId: "rm-shop", addresses: egress });
    expect(record.openings).toMatchObject([{ instanceId: "rm-shop", state: "open" }]);
    const open = decideWritingDatabases(record, observed("Running", { egress, group: egress }), context);
    expect(open).toMatchObject({ call: null, record: { status: "comparing" } });
  });

  test("A cancel is waited for, because RDS has no call that stops it, and what arrived is listed", () => {
    const cancelled = restoring({ cancelRequested: true });
    const waiting = decideWritingDatabases(cancelled, observed("Creating"), context);
    expect(waiting.record).toMatchObject({ status: "writing", outcome: null });
    expect(waiting.record.timeline.at(-1)!.text).toContain("no call that stops");
    const { record } = decideWritingDatabases(waiting.record, observed("Running"), context);
    expect(record).toMatchObject({
      status: "withdrawing",
      outcome: "cancelled",
      reason: { code: "cancelled-while-migrating", text: expect.stringContaining("leftOnMaster lists them") },
      leftOnMaster: [{ name: newName }],
    });
  });

  test("A database that was listed and is gone twice has failed, and is not listed on leftOnMaster", () => {
    const first = decideWritingDatabases(listed(), observed(null), context);
    expect(first.record.status).toBe("writing");
    const { record } = decideWritingDatabases(first.record, observed(null), at(3 * minute));
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "migration-failed" }, leftOnMaster: [] });
  });

  test.each([
    ["with a look", false],
    ["without a look at the cloud", true],
  ])("What does not arrive in time is given up %s, and watched for two days", (_how, blind) => {
    const late = at(31 * hour);
    const { record } = blind
      ? decideBlind(restoring(), crashed(3), late)
      : decideWritingDatabases(restoring(), observed("Creating"), late);
    expect(record).toMatchObject({
      status: "withdrawing",
      outcome: "failed",
      reason: { code: "migration-too-slow" },
      doubts: [{ intent: { call: { kind: "restore-databases" } }, found: null }],
      leftOnMaster: [{ name: newName }],
    });
  });

  test("A cancel while nothing can be read waits too", () => {
    const { record } = decideBlind(restoring({ cancelRequested: true }), crashed(3), context);
    expect(record).toMatchObject({ status: "writing", outcome: null });
  });
});

describe("the watch after closing", () => {
  const closed = (): RestoreRecord => ({
    ...decideWritingDatabases(restoring(), observed("Creating"), at(31 * hour)).record,
    status: "closed",
  });

  test("A database that arrives later is named, and stays on leftOnMaster", () => {
    const facts = { instances: [], masterDatabases: ["shop", newName] };
    const seen = decideWatch(closed(), facts, at(40 * hour)).record;
    expect(seen.timeline.at(-1)!.text).toContain(`${newName} arrived on the master after this restore was closed`);
    const over = decideWatch(seen, facts, at(90 * hour)).record;
    expect(over).toMatchObject({ doubts: [], leftOnMaster: [{ name: newName }] });
  });

  test("A database that never arrives leaves leftOnMaster when the watch is over", () => {
    const over = decideWatch(closed(), { instances: [], masterDatabases: ["shop"] }, at(90 * hour)).record;
    expect(over).toMatchObject({ doubts: [], leftOnMaster: [] });
  });
});
