import fc from "fast-check";
import { formatTraceparent, parseTraceparent } from "../../shared/trace-context";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

const hex = (length: number) =>
  fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => /[^0]/.test(text));

test("what is written is read again", () => {
  fc.assert(
    fc.property(hex(32), hex(16), fc.constantFrom("00", "01", "ff"), (traceId, spanId, flags) => {
      const trace = { traceId, spanId, flags };
      expect(parseTraceparent(formatTraceparent(trace))).toEqual(trace);
    }),
  );
});

test("the parts of version 00 are taken of a later version", () => {
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01-what-the-future-brings`)).toEqual({
    traceId,
    spanId,
    flags: "01",
  });
  expect(parseTraceparent(`cc-${traceId}-${spanId}-01`)).toEqual({ traceId, spanId, flags: "01" });
});

test.each([
  ["nothing", undefined],
  ["no text", 7],
  ["an empty text", ""],
  ["the version that is forbidden", `ff-${traceId}-${spanId}-01`],
  ["more than version 00 has", `00-${traceId}-${spanId}-01-more`],
  ["capital letters", `00-${traceId.toUpperCase()}-${spanId}-01`],
  ["a trace of zeros", `00-${"0".repeat(32)}-${spanId}-01`],
  ["a span of zeros", `00-${traceId}-${"0".repeat(16)}-01`],
  ["too short a trace", `00-${traceId.slice(1)}-${spanId}-01`],
  ["no flags", `00-${traceId}-${spanId}`],
  ["a line more", `00-${traceId}-${spanId}-01\n`],
  ["two values in one header", `00-${traceId}-${spanId}-01,00-${traceId}-${spanId}-01`],
])("%s is no trace context", (_, text) => {
  expect(parseTraceparent(text)).toBeNull();
});

test("nothing makes the reader fail", () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      parseTraceparent(value);
    }),
  );
});
