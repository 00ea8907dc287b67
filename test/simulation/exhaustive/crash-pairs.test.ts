import type { Strike } from "../process";
import { CrashTable } from "./crash-table";
import { type Day, live } from "./day";
import { isCloudCall, Strikes } from "./strikes";

/** A second call is struck among those that come after the first; a struck day has a few more than a quiet one. */
const callsMax = 16;
const kills: readonly Strike[] = ["kill-before", "kill-after"];

test.each(["configure-first", "buy-first"] as const)(
  "a restore (%s) survives two kills, around every pair of its calls to the cloud",
  async (dtsOrder) => {
    const day: Day = { mode: "side-by-side", dtsOrder, ends: ["succeeded"] };
    const table = new CrashTable();
    for (let first = 0; first < callsMax; first++) {
      for (let second = first + 1; second < callsMax; second++) {
        for (const one of kills) {
          for (const other of dtsOrder === "configure-first" ? kills : [one]) {
            const strikes = new Map([
              [first, one],
              [second, other],
            ]);
            const faults = new Strikes(strikes, { counts: isCloudCall });
            const evening = await live({ ...day, faults });
            // Past the last call of this history: nothing was struck that the others did not strike.
            if (faults.struck === 2)
              table.note(evening, `${one} ${first}, ${other} ${second} (${faults.calls.join()})`);
          }
        }
      }
    }
    process.stdout.write(
      `\nside-by-side, ${dtsOrder}: ${table.runs} pairs of kills, ${table.findings.length} findings\n`,
    );
    expect(table.findings).toEqual([]);
    expect(table.runs).toBeGreaterThan(150);
  },
  300_000,
);
