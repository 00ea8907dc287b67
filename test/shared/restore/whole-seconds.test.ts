import fc from "fast-check";
import { newRecord } from "../../../shared/restore/request/new-record";
import { restoreRequestSchema } from "../../../shared/restore/request/request";
import { fractionProblem } from "../../../shared/restore/request/whole-seconds";
import { request, restoreId } from "./samples";

const offsets = fc.constantFrom("Z", "+08:00", "-03:30", "+14:00", "-12:00", "+05:45");
const seconds = fc.integer({
  min: Date.parse("2026-01-01T00:00:00Z") / 1000,
  max: Date.parse("2028-12-31T23:59:59Z") / 1000,
});
const local = (atSeconds: number) => new Date(atSeconds * 1000).toISOString().slice(0, 19);

test("a fraction is refused with the two whole seconds beside it, in the caller's offset", () => {
  const digits = fc.stringMatching(/^\d{0,12}[1-9]\d{0,6}$/);
  fc.assert(
    fc.property(seconds, digits, offsets, (atSeconds, fraction, offset) => {
      const problem = fractionProblem(`${local(atSeconds)}.${fraction}${offset}`);
      expect(problem).toContain(`Send ${local(atSeconds)}${offset} or ${local(atSeconds + 1)}${offset}.`);
    }),
  );
});

test("a whole second is one whatever it is written with, and record and request hold one value", () => {
  fc.assert(
    fc.property(seconds, fc.constantFrom("", ".0", ".000", ".000000000"), offsets, (atSeconds, zeros, offset) => {
      const restoreTime = `${local(atSeconds)}${zeros}${offset}`;
      const asked = request({ restoreTime });
      const { restoreTimeMs } = newRecord({
        restoreId,
        request: asked,
        requestedBy: "ann",
        origin: "person",
        automaticApprovalAllowed: false,
        nowMs: 0,
      });
      expect(restoreTimeMs).toBe(Date.parse(asked.restoreTime!));
      expect(restoreTimeMs! % 1000).toBe(0);
    }),
  );
});

test.each([
  ["2028-02-28T23:59:59.5+08:00", "2028-02-29T00:00:00+08:00"],
  ["2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00Z"],
  ["2026-11-20T08:15:00.0000000001+08:00", "2026-11-20T08:15:01+08:00"],
])("%s: the second after it is %s", (text, later) => {
  expect(fractionProblem(text)).toContain(`or ${later}.`);
});

test.each(["2026-11-20T08:15:60Z", "2026-11-20T24:00:00Z", "2027-02-29T00:00:00Z"])(
  "%s is no time that could be restored",
  (restoreTime) => {
    expect(restoreRequestSchema.shape.restoreTime.safeParse(restoreTime).success).toBe(false);
  },
);
