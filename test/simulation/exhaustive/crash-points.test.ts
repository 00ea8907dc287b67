import { CrashTable, pointsOf } from "./crash-table";
import type { Day } from "./day";

test("a whole restore survives whatever strikes any one of its changing calls, store and queues included", async () => {
  const day: Day = { mode: "side-by-side", dtsOrder: "configure-first", ends: ["succeeded"] };
  const points = await pointsOf(day);
  expect(points.length).toBeGreaterThan(100);
  const table = new CrashTable();
  await table.strike(day, points);
  table.print("side-by-side, configure-first");
  expect(table.findings).toEqual([]);
  expect(table.runs).toBe(points.length * 4);
}, 300_000);
