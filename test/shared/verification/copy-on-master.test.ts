import { rowValue } from "../../../shared/restore/model/row-value";
import type { Check } from "../../../shared/restore/request/request";
import { lookAtCopy, outcomeOf, startComparison, uncomparedTable } from "../../../shared/verification/compare";
import { column, MemorySqlServer, shape } from "./memory-sql-server";

const database = {
  database: "shop",
  targetDatabase: "copy",
  createsDatabase: true,
  characterSet: "Chinese_PRC_CI_AS",
  whole: false,
  tables: [{ schema: "dbo", name: "Orders", targetName: "Orders", rows: null }],
};
const checks: Check[] = [{ name: "back", database: "SHOP", sql: "SELECT COUNT(*) FROM Orders", expect: { equals: 1 } }];
const clock = { nowMs: () => 0 };

let master: MemorySqlServer;
beforeEach(() => {
  master = new MemorySqlServer();
  master.add({ shape: shape("copy", "Orders", [column("Id", "int")], ["Id"]), rows: [{ Id: 1 }] });
  master.scalars.set("SELECT COUNT(*) FROM Orders", 1);
});

async function toTheEnd(plan: { databases: (typeof database)[] }, deadlineMs = 0) {
  let current = startComparison(plan);
  do current = await lookAtCopy(master, plan, { checks }, current, uncomparedTable, deadlineMs, clock);
  while (outcomeOf(current, "side-by-side") === null);
  return { comparison: current, outcome: outcomeOf(current, "side-by-side") };
}

describe("a copy whose source cannot be read", () => {
  it("a copy whose source cannot be read is checked and counted on the master, one step per slice if need be, and never a success", async () => {
    const { comparison, outcome } = await toTheEnd({ databases: [database] });
    expect(master.calls).toContain("readScalar copy");
    expect(comparison.checks).toMatchObject([
      { name: "back", passed: true, text: `back: is ${rowValue("1")}, expected ${rowValue("equal to 1")}` },
    ]);
    expect(comparison.tables[0]).toMatchObject({ verdict: "unmeasured", sourceRows: null, targetRows: 1 });
    expect(outcome).toMatchObject({ outcome: "finished-unverified", reason: { code: "not-measured" } });
  });

  it.each(["shop", "copy"])(
    "a copy whose source cannot be read is not checked in %s under names that the check does not know",
    async (targetDatabase) => {
      const tables = [{ ...database.tables[0]!, targetName: "Orders_before" }];
      // The live table answers under the old name, and so would satisfy the check.
      for (const name of ["Orders", "Orders_before"])
        master.add({ shape: shape(targetDatabase, name, [column("Id", "int")], ["Id"]), rows: [{ Id: 1 }] });
      const { comparison, outcome } = await toTheEnd({ databases: [{ ...database, targetDatabase, tables }] });
      expect(master.calls.filter((call) => call.startsWith("readScalar"))).toEqual([]);
      expect(comparison).toMatchObject({ checks: [], checksNotRun: [{ name: "back" }] });
      expect(comparison.tables[0]).toMatchObject({ verdict: "unmeasured", targetRows: 1 });
      expect(outcome).toMatchObject({ outcome: "finished-unverified", reason: { code: "not-measured" } });
      expect(outcome?.reason.text).toContain("back: not run, because tables of SHOP arrived under new names");
    },
  );

  it("a copy whose source cannot be read fails when a check fails on it", async () => {
    master.scalars.set("SELECT COUNT(*) FROM Orders", 0);
    expect((await toTheEnd({ databases: [database] })).outcome).toMatchObject({
      outcome: "failed",
      reason: { code: "checks-failed" },
    });
  });

  it("a copy whose source cannot be read fails when a table did not arrive", async () => {
    master.tables.length = 0;
    expect((await toTheEnd({ databases: [database] })).outcome?.reason.code).toBe("copy-differs");
  });

  it("a copy whose source cannot be read lists the tables of a whole database from the copy", async () => {
    const { comparison } = await toTheEnd({ databases: [{ ...database, whole: true, tables: [] }] }, 10);
    expect(comparison.tables.map((table) => [table.name, table.targetRows])).toEqual([["Orders", 1]]);
  });

  it("a copy whose source cannot be read fails when nothing of a whole database arrived", async () => {
    master.tables.length = 0;
    const { outcome } = await toTheEnd({ databases: [{ ...database, whole: true, tables: [] }] }, 10);
    expect(outcome).toMatchObject({ outcome: "failed", reason: { code: "checks-failed" } });
  });
});
