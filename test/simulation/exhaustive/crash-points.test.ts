import { CrashTable, pointsOf } from "./crash-table";
import type { Day } from "./day";

test.each([
  ["side-by-side", "succeeded"],
  ["none", "inspected"],
] as const)(
  "a restore %s survives whatever strikes any one of its changing calls, store and queues included",
  async (mode, end) => {
    const day: Day = { mode, dtsOrder: "configure-first", ends: [end] };
    const points = await pointsOf(day);
    expect(points.length).toBeGreaterThan(mode === "none" ? 50 : 100);
    const table = new CrashTable();
    await table.strike(day, points);
    table.print(`${mode}, configure-first`);
    expect(table.findings).toEqual([]);
    expect(table.runs).toBe(points.length * 4);
  },
  300_000,
);
