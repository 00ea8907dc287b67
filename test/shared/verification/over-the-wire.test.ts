import type { Change, Row } from "../../../emulator/data/database";
import { shopTables } from "../../../emulator/sample/shop-tables";
import { type TediousSession, TediousSqlServers } from "../../../shared/cloud/sql-server/tedious";
import { freshVerification } from "../../../shared/restore/decide/verifying";
import { outcomeOf, runComparisonSlice, startComparison } from "../../../shared/verification/compare";
import { runVerificationSlice } from "../../../shared/verification/verify";
import { type LocalInstance, openLocalInstance } from "../cloud/sql-server/local-instance";

let local: LocalInstance;
let session: TediousSession;

beforeAll(async () => {
  local = await openLocalInstance();
  session = await new TediousSqlServers().connect(local.address, local.dba, 10_000);
});

afterAll(async () => {
  await session.close();
  await local.close();
});

describe("a verification", () => {
  it("a verification describes and counts the whole shop and runs its checks", async () => {
    const sql = "SELECT COUNT(*) FROM dbo.Customers WHERE Name LIKE N'Łukasz %'";
    const names = [...local.shop.table("dbo", "Customers")!.rows.values()].map((row) => String(row[1]));
    const equals = names.filter((name) => name.startsWith("Łukasz ")).length;
    const done = await runVerificationSlice(
      session,
      {
        objects: [{ database: "shop", restoredName: null, tables: null }],
        checks: [{ name: "customers", database: "shop", sql, expect: { equals } }],
        writeBack: "side-by-side",
      },
      { ...freshVerification, route: "private" },
      local.clock.nowMs() + 20_000,
      local.clock,
    );
    expect(done.cursor.stage).toBe("done");
    expect(done.tables.map((table) => [table.name, table.rows])).toEqual(
      shopTables.map(({ name }) => [name, local.shop.table("dbo", name)?.rowCount]).sort(),
    );
    expect(done.checks).toEqual([expect.objectContaining({ name: "customers", passed: true })]);
    expect(done.sizeBytes).toBeGreaterThan(0);
  });
});

describe("a comparison", () => {
  const orders = shopTables.find((table) => table.name === "Orders")!;

  function copyOrders(change: (rows: Row[]) => Row[]): string {
    const name = `copy_${local.instance.data.databases().length}`;
    const copy = local.instance.data.createDatabase(name, "Chinese_PRC_CI_AS", local.clock.nowMs());
    const rows = change([...local.shop.table("dbo", "Orders")!.rows.values()]);
    const changes: Change[] = [
      { kind: "create-table", definition: { ...orders, foreignKeys: [] } },
      { kind: "insert", schema: "dbo", table: "Orders", rows },
    ];
    copy.commit(local.clock.nowMs(), changes);
    return name;
  }

  async function compare(targetDatabase: string) {
    const database = {
      database: "shop",
      targetDatabase,
      createsDatabase: true,
      characterSet: "Chinese_PRC_CI_AS",
      whole: false,
      tables: [{ schema: "dbo", name: "Orders", targetName: "Orders", rows: null }],
    };
    const master = await new TediousSqlServers().connect(local.address, local.dba, 10_000);
    try {
      const begun = startComparison({ databases: [database] });
      const done = await runComparisonSlice(
        session,
        master,
        begun,
        "side-by-side",
        local.clock.nowMs() + 20_000,
        local.clock,
      );
      return { table: done.tables[0]!, outcome: outcomeOf(done, "side-by-side")?.outcome };
    } finally {
      await master.close();
    }
  }

  it("a comparison finds a true copy equal", async () => {
    const { table, outcome } = await compare(copyOrders((rows) => rows));
    expect(table).toMatchObject({ verdict: "equal", sourceRows: 3600, targetRows: 3600 });
    expect(outcome).toBe("succeeded");
  });

  it("a comparison finds a lost row, a changed one and one too many", async () => {
    const { table, outcome } = await compare(
      copyOrders((rows) => {
        const [first, second, ...rest] = rows as [Row, Row, ...Row[]];
        const total = orders.columns.findIndex((column) => column.name === "Total");
        const changed = second.map((value, index) => (index === total ? "0.01" : value));
        const extra = first.map((value, index) => (index === 0 ? 1_000_000 : value));
        return [changed, ...rest, extra];
      }),
    );
    expect(table).toMatchObject({ missing: 1, different: 1, extra: 1, verdict: "differs" });
    expect(outcome).toBe("failed");
  });
});
