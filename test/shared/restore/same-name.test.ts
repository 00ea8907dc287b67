import { hourMs, minuteMs, placedRows, placesOf, rowsOf, Scene, tableOf } from "./scene";

function droppedTable(options: ConstructorParameters<typeof Scene>[0] = {}): Scene {
  const scene = new Scene(options);
  scene.addTable(tableOf("Orders"), rowsOf(0, 30));
  scene.addTable(tableOf("Customers"), rowsOf(0, 5));
  scene.dropTable("Orders");
  return scene;
}

/** What an application does that misses its table. */
function makeTableAgain(scene: Scene): void {
  scene.shop.commit(scene.nowMs, [{ kind: "create-table", definition: tableOf("Orders") }]);
  scene.addRows("Orders", [[1, "new"]]);
}

/** A table made after the survey that takes the name of the dropped table's key. */
function takeKeyName(scene: Scene): void {
  const definition = tableOf("Other", { primaryKey: { name: "pk_orders", columns: ["Id"] } });
  scene.shop.commit(scene.nowMs, [{ kind: "create-table", definition }]);
}

const orders = { objects: [{ database: "shop", tables: [{ name: "Orders" }] }], writeBack: "same-name" };

describe("same-name", () => {
  test.each(["configure-first", "buy-first"] as const)(
    "same-name brings a dropped table back under its name, in its database, and lists it (%s)",
    async (dtsOrder) => {
      const scene = droppedTable({ dtsOrder, capabilities: { unboughtJobPrechecks: dtsOrder === "configure-first" } });
      const record = await scene.restore(orders);
      expect(record).toMatchObject({ outcome: "succeeded", reason: { code: "all-rows-present" } });
      expect(scene.rows("Orders")).toEqual(rowsOf(0, 30));
      expect(scene.rows("Customers")).toEqual(rowsOf(0, 5));
      expect(scene.data.databases().map((database) => database.name)).toEqual(["shop"]);
      expect(record.leftOnMaster).toMatchObject([
        {
          kind: "table",
          name: "shop.dbo.Orders",
          sizeBytes: expect.any(Number),
          sql: "DROP TABLE [shop].[dbo].[Orders];",
        },
      ]);
    },
  );

  test("same-name makes a dropped database again, with its collation, and lists the database", async () => {
    const scene = new Scene();
    const other = scene.data.createDatabase("crm", "SQL_Latin1_General_CP1_CI_AS", scene.nowMs - 30 * hourMs);
    other.commit(scene.nowMs - 29 * hourMs, [{ kind: "create-table", definition: tableOf("Leads") }]);
    other.commit(scene.nowMs - 28 * hourMs, [{ kind: "insert", schema: "dbo", table: "Leads", rows: rowsOf(0, 12) }]);
    scene.data.dropDatabase("crm", scene.nowMs - hourMs);
    const record = await scene.restore({ objects: [{ database: "crm" }], writeBack: "same-name" });
    expect(record).toMatchObject({ outcome: "succeeded", leftOnMaster: [{ kind: "database", name: "crm" }] });
    expect(scene.data.database("crm")?.collation).toBe("SQL_Latin1_General_CP1_CI_AS");
    expect(scene.rows("Leads", "crm")).toEqual(rowsOf(0, 12));
  });

  test("looks at the names of constraints again after the approval, and writes nothing where one is taken by then", async () => {
    const scene = droppedTable();
    const restoreId = await scene.ask(orders);
    const { plan } = await scene.reach(restoreId, "awaiting-approval");
    expect(plan?.neededNames).toEqual([
      { database: "shop", schema: "dbo", name: "Orders", table: "shop.dbo.Orders", ofTable: true },
      { database: "shop", schema: "dbo", name: "PK_Orders", table: "shop.dbo.Orders", ofTable: false },
    ]);
    takeKeyName(scene);
    await scene.approve(restoreId);
    const record = await scene.reach(restoreId, "holding");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "constraint-name-taken" }, leftOnMaster: [] });
    expect(record.reason?.text).toContain(
      "The table shop.dbo.Orders needs the name dbo.PK_Orders for a constraint, and the constraint dbo.pk_orders of shop.dbo.Other has it on the master.",
    );
    expect(scene.shop.table("dbo", "Orders")).toBeUndefined();
  });

  test("a name that is taken while DTS begins fails the job, and no DROP of the table that was never made is listed", async () => {
    const scene = droppedTable();
    const restoreId = await scene.into(orders, "writing");
    takeKeyName(scene);
    const record = await scene.reach(restoreId, "holding");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "migration-failed" }, leftOnMaster: [] });
    expect(record.reason?.text).toContain("There is already an object named 'PK_Orders' in the database.");
  });

  test("same-name succeeds when the application has written meanwhile, and says what differs", async () => {
    const scene = droppedTable();
    const restoreId = await scene.ask(orders);
    await scene.reach(restoreId, "awaiting-approval");
    await scene.approve(restoreId);
    await scene.reach(restoreId, "comparing");
    scene.addRows("Orders", [[1000, "a new order"]]);
    const record = await scene.reach(restoreId, "closed");
    expect(record).toMatchObject({ outcome: "succeeded", reason: { code: "all-rows-present" } });
    expect(record.reason?.text).toContain("1 extra");
  });

  test("same-name keeps the instance when a column stayed behind, because its values are nowhere else", async () => {
    const scene = new Scene();
    scene.addTable(placesOf("Shops"), placedRows(0, 20));
    scene.dropTable("Shops");
    const shops = { objects: [{ database: "shop", tables: [{ name: "Shops" }] }], writeBack: "same-name" };
    const record = await scene.restore(shops, "holding");
    expect(scene.rows("Shops")).toEqual(rowsOf(0, 20));
    expect(record).toMatchObject({ outcome: "finished-unverified", reason: { code: "not-measured" } });
    expect(record.reason?.text).toContain("shop.dbo.Shops (column Place is not on the master)");
    expect(scene.world.rds.instances()).toHaveLength(2);
  });

  test("same-name takes no other names: what would be written elsewhere is refused before anything is made", async () => {
    const scene = droppedTable();
    const renamed = [
      { database: "shop", restoredName: "shop-copy", tables: null },
      { database: "shop", tables: [{ name: "Orders", restoredName: "Customers" }] },
    ];
    for (const object of renamed) {
      for (const writeBack of ["same-name", "missing-rows"]) {
        const restoreId = await scene.ask({ objects: [object], writeBack });
        expect((await scene.reach(restoreId, "closed")).reason?.code).toBe("new-names-not-possible");
      }
    }
  });

  test("same-name is refused before anything is configured when the table is there", async () => {
    const scene = droppedTable();
    makeTableAgain(scene);
    const record = await scene.reach(await scene.ask(orders), "holding");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "target-exists" }, leftOnMaster: [] });
    expect(record.reason?.text).toContain("shop.dbo.Orders");
    expect(scene.world.dts.jobs()).toEqual([]);
    expect(record.timeline.map((entry) => entry.text).join()).not.toContain("is configured");
    expect(scene.rows("Orders")).toEqual([[1, "new"]]);
  });

  test("same-name writes nothing when the table comes into being between the plan and the approval", async () => {
    const scene = droppedTable();
    const restoreId = await scene.ask(orders);
    await scene.reach(restoreId, "awaiting-approval");
    makeTableAgain(scene);
    await scene.approve(restoreId);
    const record = await scene.reach(restoreId, "holding");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "target-exists" }, leftOnMaster: [] });
    expect(scene.rows("Orders")).toEqual([[1, "new"]]);
  });

  test("same-name leaves it to the precheck where the master cannot be read", async () => {
    const scene = droppedTable({ classicMaster: true });
    makeTableAgain(scene);
    const record = await scene.reach(await scene.ask(orders), "precheck-failed");
    expect(record.precheckItems.map((item) => item.item)).toEqual(["CHECK_SAME_OBJ"]);
    expect(record.target?.notes.join()).toContain("not looked at beforehand");
    await scene.pass(minuteMs);
    expect(scene.rows("Orders")).toEqual([[1, "new"]]);
  });
});
