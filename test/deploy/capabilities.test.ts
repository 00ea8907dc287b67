import { lookAtFacts } from "../../deploy/doctor/capabilities";
import type { MeasuredFacts } from "../../emulator/capabilities-file";

test.each<[MeasuredFacts | null, string, RegExp]>([
  [null, "not checked", /was not found out on this account/],
  [{}, "ok", /stands in the way/],
  [
    { dtsTakesTemporarySource: true, failedHandler: "repeated", tempAcceptsPublicConnection: true },
    "ok",
    /stands in the way/,
  ],
  [{ dtsTakesTemporarySource: false }, "wrong", /^DTS takes no temporary instance/],
  [{ failedHandler: "taken" }, "wrong", /^EventBridge takes a message/],
  [{ tempAcceptsPublicConnection: false }, "wrong", /^RDS makes no public endpoint/],
  [
    { temporaryInstanceRestoresTo: "last-backup-before" },
    "wrong",
    /^RDS restores a temporary instance to the last backup/,
  ],
])("the doctor says of %j that it is %s", (facts, state, text) => {
  expect(lookAtFacts(facts)).toEqual([expect.objectContaining({ state, text: expect.stringMatching(text) })]);
});

test("each behaviour that stands in the way is told by itself, with what to do", () => {
  const found = lookAtFacts({ dtsTakesTemporarySource: false, failedHandler: "taken" });
  expect(found.map(({ advice }) => advice)).toEqual([expect.any(String), expect.any(String)]);
});
