import { CrashTable, pointsOf } from "./crash-table";
import { type Day, live } from "./day";
import { isCloudCall, Strikes } from "./strikes";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** After the lease and the settle time; while the instance is held or deleted; when the restore is long closed. */
const delays = [
  ["seven minutes", 7 * minuteMs],
  ["forty minutes", 40 * minuteMs],
  ["three hours", 3 * hourMs],
  ["twelve hours", 12 * hourMs],
] as const;

const modes = [
  ["side-by-side", "configure-first"],
  ["side-by-side", "buy-first"],
  ["missing-rows", "configure-first"],
  ["none", "configure-first"],
] as const;

test.each(modes)(
  "each call to the cloud of a restore %s, %s, may land when nobody waits for it any more",
  async (mode, dtsOrder) => {
    const day: Day = {
      mode,
      dtsOrder,
      ends: mode === "none" ? ["inspected"] : ["succeeded", "failed"],
      // An opening of the first, narrower kind that lands over the wider one fails the precheck; the next attempt opens again.
      script: { retries: true },
    };
    const points = await pointsOf(day, isCloudCall);
    const table = new CrashTable();
    for (const point of points) {
      for (const [name, landsAfterMs] of delays) {
        const faults = new Strikes(new Map([[point.number, "lands-late"]]), { counts: isCloudCall, landsAfterMs });
        const evening = await live({ ...day, faults, afterwardsMs: landsAfterMs + 3 * hourMs });
        const end = table.note(evening, `${point.status}: ${point.label} lands ${name} late`);
        if (end === "failed" && !point.label.includes("ModifySecurityIps"))
          table.findings.push(`${point.label} ${name}`);
        expect(faults.struck).toBe(1);
      }
    }
    expect(table.findings).toEqual([]);
    expect(table.runs).toBe(points.length * delays.length);
  },
  300_000,
);
