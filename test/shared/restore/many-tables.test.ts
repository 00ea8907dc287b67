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
