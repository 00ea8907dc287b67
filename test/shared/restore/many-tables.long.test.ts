import { Scene, tableOf } from "./scene";

/** Databases of very many tables; the record of a restore is one row of the store. */
function databaseOf(count: number, nameLength: number): Scene {
  const scene = new Scene({ skipsIdleTicks: true });
  for (let index = 0; index < count; index++)
    scene.addTable(tableOf(`T${index}_`.padEnd(nameLength, "n")), [[1, "one"]]);
  return scene;
}

test("a database of 2,000 tables is restored whole", async () => {
  const scene = databaseOf(2_000, 30);
  const record = await scene.restore({});
  expect(record).toMatchObject({ outcome: "succeeded", leftOnMaster: [{ kind: "database" }] });
  expect(scene.data.database(record.plan!.databases[0]!.targetDatabase)!.tables()).toHaveLength(2_000);
  expect(record.comparison?.tables.filter((table) => table.verdict === "equal")).toHaveLength(2_000);
}, 120_000);

test("more tables than the record could hold are refused by name, before anything is prepared", async () => {
  const scene = databaseOf(1_200, 128);
  const record = await scene.reach(await scene.ask(), "holding");
  expect(record).toMatchObject({ outcome: "failed", reason: { code: "checks-failed" } });
  expect(record.reason?.text).toContain("1200 tables are more than the record of one restore holds");
  expect(scene.world.dts.jobs()).toEqual([]);
}, 120_000);

test("tables that would fit are refused beside checks that leave them no room", async () => {
  const scene = databaseOf(1_200, 30);
  const sql = `SELECT COUNT(*) FROM dbo.Orders -- ${"误".repeat(7_900)}`;
  const checks = Array.from({ length: 40 }, (_, index) => ({
    name: `${index}`,
    database: "shop",
    sql,
    expect: { min: 0 },
  }));
  const record = await scene.reach(await scene.ask({ checks }), "holding");
  expect(record.reason?.text).toContain("1200 tables are more than the record of one restore holds beside its request");
}, 120_000);

test("more than the record could hold of the rows that are missing ends the restore, and nothing is written", async () => {
  const scene = new Scene({ skipsIdleTicks: true });
  const names = Array.from({ length: 900 }, (_, index) => `T${index}`);
  const key = { name: "Id", type: { name: "nvarchar" as const, length: 450 }, nullable: false };
  const rows = Array.from({ length: 6 }, (_, index) => [`${index}.`.padEnd(450, "7")]);
  for (const name of names) scene.addTable(tableOf(name, { columns: [key] }), rows);
  for (const name of names) scene.loseRows(name, (id) => id >= 1);
  const record = await scene.reach(await scene.ask({ writeBack: "missing-rows" }), "closed");
  expect(record).toMatchObject({ outcome: "failed", reason: { code: "record-too-large" }, leftOnMaster: [] });
  expect(scene.rows("T0")).toHaveLength(1);
}, 120_000);
