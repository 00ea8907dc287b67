import { type Blow, CrashTable, type Point, pointsOf } from "./crash-table";
import type { Day } from "./day";

/** Two of the four blows at each point, in turn; crash-points.test.ts has all four for the default mode, crash-modes.test.ts for cloud calls. */
function inTurn({ number }: Point): readonly Blow[] {
  return number % 2 === 0 ? ["kill-before", "lost-reply"] : ["kill-after", "lost-request"];
}

test.each([
  ["side-by-side", "buy-first"],
  ["same-name", "configure-first"],
  ["same-name", "buy-first"],
  ["missing-rows", "configure-first"],
  ["missing-rows", "buy-first"],
] as const)(
  "a restore %s, %s, survives what strikes any one of its changing calls, store and queues included",
  async (mode, dtsOrder) => {
    const day: Day = { mode, dtsOrder, ends: ["succeeded"] };
    const points = await pointsOf(day);
    const table = new CrashTable();
    await table.strike(day, points, undefined, inTurn);
    table.print(`${mode}, ${dtsOrder}`);
    expect(table.findings).toEqual([]);
    expect(table.runs).toBe(points.length * 2);
    expect(points.length).toBeGreaterThan(100);
  },
  300_000,
);
