import { CrashTable, pointsOf } from "./crash-table";
import type { Day } from "./day";
import { isCloudCall } from "./strikes";

const orders = ["configure-first", "buy-first"] as const;
const modes = ["side-by-side", "same-name", "missing-rows"] as const;

test("an inspection survives whatever strikes any one of its changing calls", async () => {
  const day: Day = { mode: "none", dtsOrder: "configure-first", ends: ["inspected"] };
  const table = new CrashTable();
  await table.strike(day, await pointsOf(day));
  table.print("none");
  expect(table.findings).toEqual([]);
  expect(table.runs).toBeGreaterThan(200);
}, 300_000);

test.each(modes.flatMap((mode) => orders.map((order) => [mode, order] as const)))(
  "a restore %s, %s, survives whatever strikes any one of its calls to the cloud",
  async (mode, dtsOrder) => {
    const day: Day = { mode, dtsOrder, ends: ["succeeded"] };
    const points = await pointsOf(day, isCloudCall);
    expect(points.length).toBeGreaterThan(11);
    const table = new CrashTable();
    await table.strike(day, points, isCloudCall);
    table.print(`${mode}, ${dtsOrder}`);
    expect(table.findings).toEqual([]);
  },
  300_000,
);
