import { type Blow, blows, CrashTable, type Point, pointsOf } from "./crash-table";
import type { Day } from "./day";
import { isCloudCall } from "./strikes";

/** All four blows at calls to the cloud, two of them in turn at the store and the queues; crash-points.test.ts has all four everywhere. */
function blowsAt({ number, label }: Point): readonly Blow[] {
  if (isCloudCall(label)) return blows;
  return number % 2 === 0 ? ["kill-before", "lost-reply"] : ["kill-after", "lost-request"];
}

test.each([
  ["side-by-side", "buy-first"],
  ["same-name", "configure-first"],
  ["same-name", "buy-first"],
  ["missing-rows", "configure-first"],
  ["missing-rows", "buy-first"],
  ["side-by-side", "configure-first", { clone: {} }],
] as const)(
  "a restore %s, %s, survives what strikes any one of its changing calls, store and queues included",
  async (mode, dtsOrder, by: Pick<Day, "clone"> = {}) => {
    const day: Day = { mode, dtsOrder, ...by, ends: ["succeeded"] };
    const points = await pointsOf(day);
    const table = new CrashTable();
    await table.strike(day, points, blowsAt);
    table.print(`${mode}, ${dtsOrder}${by.clone ? ", by a clone" : ""}`);
    expect(table.findings).toEqual([]);
    expect(table.runs).toBe(points.flatMap(blowsAt).length);
    expect(points.length).toBeGreaterThan(100);
  },
  300_000,
);
