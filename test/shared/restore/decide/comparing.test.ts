import { decideComparing } from "../../../../shared/restore/decide/comparing";
import { at, context, hour, record } from "../samples";

describe("comparing", () => {
  const nothing = { instance: undefined, slice: null, verdict: null, problem: null, sizes: new Map<string, number>() };
  const slice = { tables: [], cursor: { index: 0, after: null }, checks: [] };

  test("comparing goes on slice by slice and ends with what was measured", () => {
    expect(decideComparing(record("comparing"), { ...nothing, slice }, context)).toMatchObject({
      checkAfterMs: 0,
      record: { status: "comparing" },
    });
    const verdict = { outcome: "succeeded" as const, reason: { code: "copy-equals-source" as const, text: "" } };
    expect(decideComparing(record("comparing"), { ...nothing, slice, verdict }, context).record).toMatchObject({
      status: "withdrawing",
      outcome: "succeeded",
    });
  });

  test("comparing is finished-unverified when it is cancelled, too slow, or refused", () => {
    for (const [change, facts, when] of [
      [{ cancelRequested: true }, nothing, 0],
      [{}, nothing, 7 * hour],
      [{}, { ...nothing, problem: { code: "no-permission", text: "" } }, 0],
    ] as const) {
      expect(decideComparing(record("comparing", change), facts, at(when)).record).toMatchObject({
        status: "withdrawing",
        outcome: "finished-unverified",
      });
    }
    expect(
      decideComparing(record("comparing"), { ...nothing, problem: { code: "unavailable", text: "" } }, context).record
        .status,
    ).toBe("comparing");
  });
});
