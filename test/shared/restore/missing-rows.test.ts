import type { ForeignKey, TableDefinition } from "../../../emulator/data/table-definition";
import { placedRows, placesOf, rowsOf, Scene, tableOf } from "./scene";

const toCustomers: ForeignKey = {
  name: "FK_Orders_Customers",
  columns: ["Id"],
  referencedSchema: "dbo",
  referencedTable: "Customers",
  referencedColumns: ["Id"],
};

function asking(...names: string[]) {
  return { objects: [{ database: "shop", tables: names.map((name) => ({ name })) }], writeBack: "missing-rows" };
}

async function refusal(scene: Scene, ...names: string[]) {
  const before = scene.shop.tables().map((table) => [...table.rows.values()]);
  const record = await scene.reach(await scene.ask(asking(...names)), "holding");
  expect(record.timeline.map((entry) => entry.text).join()).not.toContain("is configured");
  expect(record.leftOnMaster).toEqual([]);
  expect(scene.shop.tables().map((table) => [...table.rows.values()])).toEqual(before);
  return record;
}

describe("missing-rows", () => {
  test.each(["configure-first", "buy-first"] as const)(
    "missing-rows adds exactly the rows whose keys are missing and leaves every other as it is (%s)",
    async (dtsOrder) => {
      const scene = new Scene({ dtsOrder, capabilities: { unboughtJobPrechecks: dtsOrder === "configure-first" } });
      scene.addTable(tableOf("Orders"), rowsOf(0, 40));
      scene.loseRows("Orders", (id) => id % 2 === 0);
      scene.changeRow("Orders", 3, "changed by the application");
      scene.addRows("Orders", [[100, "a new order"]]);
      const restoreId = await scene.ask(asking("Orders"));
      const planned = await scene.reach(restoreId, "awaiting-approval");
      expect(planned.plan?.notes.join("\n")).toContain("stay as they are, also where their values differ");
      expect(planned.plan?.notes).toContain(
        "shop.dbo.Orders: 20 of 40 rows are missing and are added; 1 row has other values and stays.",
      );
      await scene.approve(restoreId);
      const record = await scene.reach(restoreId, "closed");
      expect(record).toMatchObject({ outcome: "succeeded", reason: { code: "no-row-missing" }, leftOnMaster: [] });
      expect(record.reason?.text).toContain("20 rows were added");
      const expected = rowsOf(0, 40).map((row) => (row[0] === 3 ? [3, "changed by the application"] : row));
      expect(scene.rows("Orders")).toEqual([...expected, [100, "a new order"]]);
    },
  );

  test("proves by keys that no row is missing, and names the column whose values were not brought", async () => {
    const scene = new Scene();
    scene.addTable(placesOf("Shops"), placedRows(0, 6));
    scene.loseRows("Shops", (id) => id > 3);
    const record = await scene.restore(asking("Shops"));
    expect(scene.rows("Shops")).toEqual([...placedRows(0, 4), [4, "row 4", null], [5, "row 5", null]]);
    expect(record.plan?.notes.join("\n")).toContain("shop.dbo.Shops: Place is of type geography: DTS does not move");
    expect(record).toMatchObject({ outcome: "succeeded", reason: { code: "no-row-missing" } });
    expect(record.reason?.text).toContain(
      "shop.dbo.Shops (column Place was not compared: DTS does not move geography values)",
    );
  });

  test("missing-rows is never approved automatically", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 4));
    scene.loseRows("Orders");
    const restoreId = await scene.ask({ ...asking("Orders"), approval: "automatic" });
    await scene.reach(restoreId, "awaiting-approval");
    await scene.pass(30 * 60_000);
    expect(scene.record(restoreId).status).toBe("awaiting-approval");
  });

  test("missing-rows is refused when the master's table is absent", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 4));
    scene.dropTable("Orders");
    expect((await refusal(scene, "Orders")).reason?.code).toBe("target-table-missing");
  });

  test.each<[string, Partial<TableDefinition>]>([
    ["over more columns", { primaryKey: { name: "PK_Orders", columns: ["Id", "Text"] } }],
    ["over another column", { primaryKey: { name: "PK_Orders", columns: ["Text"] } }],
    ["gone", { primaryKey: undefined }],
  ])("missing-rows is refused when the master's key is %s: rows that changed would be added again", async (_, more) => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 4));
    scene.changeRow("Orders", 1, "changed");
    scene.loseRows("Orders", (id) => id === 3);
    scene.shop.commit(scene.nowMs, [{ kind: "alter-table", definition: tableOf("Orders", more) }]);
    const { reason } = await refusal(scene, "Orders");
    expect(reason?.code).toBe("target-without-key");
    expect(reason?.text).toContain("The backup has PRIMARY KEY (Id) with Id int.");
  });

  test.each<[string, Partial<TableDefinition>, string]>([
    [
      "over more columns",
      { primaryKey: { name: "PK_Orders", columns: ["Id", "Text"] } },
      "now the master has PRIMARY KEY (Id, Text) with Id int",
    ],
    ["dropped", { primaryKey: undefined }, "now the master has no unique key."],
    [
      "made over another type",
      {
        columns: [
          { name: "Id", type: { name: "bigint" }, nullable: false },
          { name: "Text", type: { name: "nvarchar", length: 50 }, nullable: true },
        ],
      },
      "now the master has PRIMARY KEY (Id) with Id bigint.",
    ],
  ])(
    "missing-rows writes nothing when the master's key is %s between the plan and the start",
    async (_, more, told) => {
      const scene = new Scene();
      scene.addTable(tableOf("Orders"), rowsOf(0, 4));
      scene.loseRows("Orders", (id) => id === 3);
      const restoreId = await scene.ask(asking("Orders"));
      await scene.reach(restoreId, "awaiting-approval");
      const before = scene.rows("Orders");
      scene.shop.commit(scene.nowMs, [{ kind: "alter-table", definition: tableOf("Orders", more) }]);
      await scene.approve(restoreId);
      const { reason } = await scene.reach(restoreId, "holding");
      expect(reason?.code).toBe("target-key-changed");
      expect(reason?.text).toContain("was PRIMARY KEY (Id) with Id int when the plan was made");
      expect(reason?.text).toContain(told);
      expect(scene.rows("Orders")).toEqual(before);
    },
  );

  test("missing-rows does not end as a success when the master's key was dropped meanwhile and its rows are there twice", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 4));
    scene.loseRows("Orders", (id) => id === 3);
    const restoreId = await scene.ask(asking("Orders"));
    await scene.reach(restoreId, "awaiting-approval");
    await scene.approve(restoreId);
    await scene.reach(restoreId, "comparing");
    const definition = tableOf("Orders", { primaryKey: undefined });
    scene.shop.commit(scene.nowMs, [{ kind: "alter-table", definition }]);
    scene.addRows("Orders", [[1, "once more"]]);
    const record = await scene.reach(restoreId, "holding");
    expect(record).toMatchObject({ outcome: "failed", reason: { code: "keys-repeated" } });
    expect(record.comparison?.tables).toMatchObject([{ verdict: "differs", missing: 0, duplicates: 1 }]);
    expect(record.comparison?.tables[0]?.samples[0]).toMatch(/^duplicate: 0*1$/);
  });

  test("missing-rows is refused when the table has no key", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders", { primaryKey: undefined }), rowsOf(0, 4));
    scene.loseRows("Orders");
    expect((await refusal(scene, "Orders")).reason?.code).toBe("target-without-key");
  });

  test("missing-rows is refused when the master's table has enabled triggers, and names them", async () => {
    const scene = new Scene();
    const triggers = [
      { name: "TR_Mail", enabled: true },
      { name: "TR_Old", enabled: false },
    ];
    scene.addTable(tableOf("Orders", { triggers }), rowsOf(0, 4));
    scene.loseRows("Orders");
    const { reason } = await refusal(scene, "Orders");
    expect(reason).toMatchObject({ code: "target-has-triggers" });
    expect(reason?.text).toContain("TR_Mail");
    expect(reason?.text).not.toContain("TR_Old");
  });

  test("missing-rows is refused when rows that the missing rows refer to are gone too", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Customers"), rowsOf(0, 10));
    scene.addTable(tableOf("Orders", { foreignKeys: [toCustomers] }), rowsOf(0, 10));
    scene.loseRows("Orders");
    scene.loseRows("Customers", (id) => id < 3);
    const { reason } = await refusal(scene, "Orders");
    expect(reason?.code).toBe("parent-rows-missing");
    expect(reason?.text).toContain("3 rows of shop.dbo.Customers");
  });

  test("missing-rows adds the rows that are referred to as well when their table is chosen too", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Customers"), rowsOf(0, 10));
    scene.addTable(tableOf("Orders", { foreignKeys: [toCustomers] }), rowsOf(0, 10));
    scene.loseRows("Orders");
    scene.loseRows("Customers", (id) => id < 3);
    const record = await scene.restore(asking("Orders", "Customers"));
    expect(record).toMatchObject({ outcome: "succeeded" });
    expect(record.reason?.text).toContain("13 rows were added");
    expect(scene.rows("Customers")).toEqual(rowsOf(0, 10));
    expect(scene.rows("Orders")).toEqual(rowsOf(0, 10));
  });

  test("missing-rows writes nothing when a trigger is made between the plan and the approval", async () => {
    const scene = new Scene();
    scene.addTable(tableOf("Orders"), rowsOf(0, 4));
    scene.loseRows("Orders");
    const restoreId = await scene.ask(asking("Orders"));
    await scene.reach(restoreId, "awaiting-approval");
    const definition = tableOf("Orders", { triggers: [{ name: "TR_New", enabled: true }] });
    scene.shop.commit(scene.nowMs, [{ kind: "alter-table", definition }]);
    await scene.approve(restoreId);
    expect((await scene.reach(restoreId, "holding")).reason).toMatchObject({ code: "target-has-triggers" });
    expect(scene.rows("Orders")).toEqual([]);
  });

  test.each([
    ["in the classic network", { classicMaster: true }],
    ["in a VPC that is not the functions'", { vpcId: null }],
  ])("missing-rows is refused where the master cannot be read: %s", async (_, options) => {
    const scene = new Scene(options);
    scene.addTable(tableOf("Orders"), rowsOf(0, 4));
    scene.loseRows("Orders");
    expect((await refusal(scene, "Orders")).reason?.code).toBe("target-not-reachable");
  });
});
