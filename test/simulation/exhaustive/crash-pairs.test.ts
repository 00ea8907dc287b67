import type { Strike } from "../process";
import { CrashTable } from "./crash-table";
import { type Day, live } from "./day";
import { isCloudCall, Strikes } from "./strikes";

const before: Strike = "kill-before";
const after: Strike = "kill-after";

/** Strikes each pair of calls, the second among those that come after the first; a struck day has a few more than a quiet one. */
async function strikePairs(day: Day, one: Strike, other: Strike, table: CrashTable): Promise<void> {
  for (let first = 0; ; first++) {
    for (let second = first + 1; ; second++) {
      const strikes = new Map([
        [first, one],
        [second, other],
      ]);
      const faults = new Strikes(strikes, { counts: isCloudCall });
      const evening = await live({ ...day, faults });
      // Past the last call of this history: the single strike is in the other table.
      if (faults.struck === 0) return;
      if (faults.struck === 1) break;
      table.note(evening, `${one} ${first}, ${other} ${second} (${faults.calls.join()})`);
    }
  }
}

test.each([
  ["configure-first", before, before],
  ["configure-first", before, after],
  ["configure-first", after, before],
  ["configure-first", after, after],
  ["buy-first", before, before],
  ["buy-first", after, after],
] as const)(
  "a restore (%s) survives two kills, %s and %s every pair of its calls to the cloud",
  async (dtsOrder, one, other) => {
    const day: Day = { mode: "side-by-side", dtsOrder, ends: ["succeeded"] };
    const table = new CrashTable();
    await strikePairs(day, one, other, table);
    process.stdout.write(`\n${dtsOrder}, ${one} + ${other}: ${table.runs} pairs, ${table.findings.length} findings\n`);
    expect(table.findings).toEqual([]);
    expect(table.runs).toBeGreaterThan(75);
  },
  300_000,
);
