import { placedRows, placesOf, rowsOf, Scene, tableOf } from "./scene";

const intoItself = {
  objects: [{ database: "shop", restoredName: "shop", tables: [{ name: "Orders", restoredName: "Orders_before" }] }],
};

describe("side-by-side", () => {
  test("puts chosen tables under new names into a new database and touches nothing else", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 20));
    scene.addTable(tableOf("Customers"), rowsOf(0, 5));
    scene.loseRows("Orders", (id) => id > 2);
    const record = await scene.restore({
      objects: [{ database: "shop", restoredName: "shop-copy", tables: [{ name: "Orders", restoredName: "Old" }] }],
    });
    expect(record).toMatchObject({ outcome: "succeeded", reason: { code: "copy-equals-source" } });
    expect(scene.rows("Old", "shop-copy")).toEqual(rowsOf(0, 20));
    expect(scene.data.database("shop-copy")?.tables()).toHaveLength(1);
    expect(scene.rows("Orders")).toEqual(rowsOf(0, 3));
    expect(record.leftOnMaster).toMatchObject([
      { kind: "database", name: "shop-copy", sql: "DROP DATABASE [shop-copy];" },
    ]);
    expect(record.leftOnMaster[0]?.sizeBytes).toBeGreaterThan(0);
  });

  test("from functions outside the master's VPC ends unverified, and says how they would reach it", async () => {
    const scene = new Scene({ vpcId: null });
    scene.addTable(tableOf("Orders"), rowsOf(0, 20));
    const record = await scene.restore({}, "holding");
    expect(record).toMatchObject({ outcome: "finished-unverified", reason: { code: "master-not-reachable" } });
    expect(record.reason?.text).toContain("REWIND_VPC_ID");
  });

  test("side-by-side inside the same database is refused before the approval where another table has a constraint's name", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 20));
    scene.loseRows("Orders");
    const restoreId = await scene.ask(intoItself);
    const record = await scene.reach(restoreId, "holding");
    expect(record).toMatchObject({ outcome: "failed", plan: null, reason: { code: "constraint-name-taken" } });
    expect(record.reason?.text).toContain(
      "The table shop.dbo.Orders_before needs the name dbo.PK_Orders for a constraint, and the constraint dbo.PK_Orders of shop.dbo.Orders has it on the master.",
    );
    expect(record.reason?.text).toContain("EXEC sp_rename N'[dbo].[PK_Orders]', N'PK_Orders_old', N'OBJECT'");
    expect(record.leftOnMaster).toEqual([]);
    expect(scene.world.dts.jobs()).toEqual([]);
  });

  test("side-by-side inside the same database works where no constraint clashes, and says that rows were only counted", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders", { primaryKey: undefined }), rowsOf(0, 20));
    scene.loseRows("Orders", (id) => id > 2);
    const record = await scene.restore(intoItself, "holding");
    expect(record).toMatchObject({ outcome: "finished-unverified", reason: { code: "only-counted" } });
    expect(scene.rows("Orders_before")).toEqual(rowsOf(0, 20));
    expect(scene.rows("Orders")).toEqual(rowsOf(0, 3));
    expect(record.leftOnMaster).toMatchObject([{ kind: "table", name: "shop.dbo.Orders_before" }]);
  });

  test("side-by-side inside the same database needs a new name for every table", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 2));
    for (const tables of [null, [{ name: "Orders" }], [{ name: "Orders", restoredName: "orders" }]]) {
      const restoreId = await scene.ask({ objects: [{ database: "shop", restoredName: "shop", tables }] });
      expect((await scene.reach(restoreId, "closed")).reason?.code).toBe("new-names-needed");
    }
    expect(scene.world.rds.instances()).toHaveLength(1);
  });

  test("side-by-side fails with the names of columns that DTS left behind, which the plan had named", async () => {
    const scene = new Scene();
    scene.addTable(placesOf("Shops"), placedRows(0, 20));
    const record = await scene.restore({}, "holding");
    expect(record.plan?.notes.join("\n")).toContain("shop.dbo.Shops: Place is of type geography: DTS does not move");
    expect(scene.rows("Shops", record.plan!.databases[0]!.targetDatabase)).toEqual(rowsOf(0, 20));
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "copy-differs" } });
    expect(record.reason?.text).toContain("column Place is not on the master");
  });

  test("copy first: runs no check that would read the live table for its renamed copy, and says so before and after", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders", { primaryKey: undefined }), rowsOf(0, 20));
    scene.loseRows("Orders");
    const sql = "SELECT COUNT(*) FROM dbo.Orders";
    const record = await scene.restore(
      {
        ...intoItself,
        source: { allowPublicEndpoint: false },
        checks: [{ name: "orders are back", database: "Shop", sql, expect: { equals: 20 } }],
      },
      "holding",
    );
    expect(record.plan?.notes.join("\n")).toContain(
      "The checks of shop are not run: its tables arrive under new names (Orders as Orders_before)",
    );
    expect(scene.rows("Orders_before")).toEqual(rowsOf(0, 20));
    expect(record).toMatchObject({ outcome: "finished-unverified", reason: { code: "not-measured" } });
    expect(record.reason?.text).toContain("orders are back: not run");
    expect(record.comparison).toMatchObject({ checks: [], checksNotRun: [{ name: "orders are back" }] });
  });

  test("side-by-side tells in the plan which columns drifted since the backup", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 4));
    const [id, text] = tableOf("Orders").columns;
    const columns = [id!, { ...text!, type: { name: "nvarchar" as const, length: 80 } }, { ...text!, name: "Extra" }];
    scene.shop.commit(scene.nowMs - 60_000, [{ kind: "alter-table", definition: tableOf("Orders", { columns }) }]);
    const record = await scene.reach(await scene.ask(), "awaiting-approval");
    expect(record.plan?.notes).toEqual(
      expect.arrayContaining([
        "shop.dbo.Orders: column Text is nvarchar(50) in the backup and nvarchar(80) on the master.",
        "shop.dbo.Orders: column Extra is only on the master.",
      ]),
    );
  });

  test("side-by-side names the backup and the log backup that cover the restore time", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 2));
    const record = await scene.reach(await scene.ask(), "awaiting-approval");
    expect(record.restorePoint?.evidence).toMatch(
      /starts from full backup \d+, which ended .*the log backup of .* covers it/,
    );
    expect(record.plan?.notes).toContain(record.restorePoint?.evidence);
  });
});
