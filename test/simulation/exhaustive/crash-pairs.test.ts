import type { Strike } from "../process";
import { CrashTable } from "./crash-table";
import { type Day, live } from "./day";
import { isCloudCall, Strikes } from "./strikes";

const before: Strike = "kill-before";
const after: Strike = "kill-after";
const lostReply: Strike = "lost-reply";

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

/** Left out: the other mixtures of blows in the other modes, and pairs with calls to the store and the queues. */
test.each([
  ["side-by-side", "configure-first", before, before],
  ["side-by-side", "configure-first", before, after],
  ["side-by-side", "configure-first", after, before],
  ["side-by-side", "configure-first", after, after],
  ["side-by-side", "buy-first", before, before],
  ["side-by-side", "buy-first", after, after],
  ["same-name", "configure-first", after, before],
  ["same-name", "buy-first", lostReply, after],
  ["missing-rows", "configure-first", lostReply, after],
  ["missing-rows", "buy-first", after, before],
] as const)(
  "a restore %s, %s, survives %s and %s at every pair of its calls to the cloud",
  async (mode, dtsOrder, one, other) => {
    const day: Day = { mode, dtsOrder, ends: ["succeeded"] };
    const table = new CrashTable();
    await strikePairs(day, one, other, table);
    process.stdout.write(
      `\n${mode}, ${dtsOrder}, ${one} + ${other}: ${table.runs} pairs, ${table.findings.length} findings\n`,
    );
    expect(table.findings).toEqual([]);
    expect(table.runs).toBeGreaterThan(60);
  },
  300_000,
);
