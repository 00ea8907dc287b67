import { runSeed } from "./scenario";
import { addReport, emptyTotals, failureOf } from "./totals";

describe("random worlds", () => {
  // A first look; CI runs 2,000 of them beside the tests (`npm run simulate`).
  test("random worlds keep every promise, whatever the cloud and the people do", async () => {
    const totals = emptyTotals();
    for (let seed = 1; seed <= 30; seed++) {
      const report = await runSeed(seed);
      addReport(totals, { ...report, failure: failureOf(report) });
    }
    expect(totals.failures).toEqual([]);
    // The worlds are not so hostile that nothing ever works, nor so kind that nothing fails.
    const outcomes = Object.keys(totals.outcomes).map((name) => name.split(" ")[0]);
    expect(new Set(outcomes)).toEqual(
      new Set(["succeeded", "finished-unverified", "inspected", "failed", "cancelled", "expired"]),
    );
  }, 240_000);

  test("replay byte for byte from their seed", async () => {
    const first = await runSeed(7, { trace: true });
    const second = await runSeed(7, { trace: true });
    expect(first.trace.length).toBeGreaterThan(1000);
    expect(second.trace.join("\n")).toBe(first.trace.join("\n"));
    expect((await runSeed(8, { trace: true })).trace.join("\n")).not.toBe(first.trace.join("\n"));
  });
});
