import fc from "fast-check";
import { decodeNudge, encodeNudge, encodeTick } from "../../../shared/messaging/nudge";
import { makeRestoreId } from "../../../shared/restore/model/names";

const restoreId = makeRestoreId(Date.parse("2026-11-20T08:00:00Z"), () => 0.5);
const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

test("a nudge carries its restore, and the trace of who sent it", () => {
  expect(decodeNudge(encodeNudge({ restoreId, traceparent }))).toEqual({ restoreId, traceparent });
});

test("a message of an older version, without a trace, is a nudge", () => {
  expect(decodeNudge(`{"restoreId":"${restoreId}"}`)).toEqual({ restoreId });
  expect(encodeNudge({ restoreId })).toBe(`{"restoreId":"${restoreId}"}`);
});

test("a trace that cannot be read never costs the nudge", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (trace) => {
      const message = JSON.stringify({ restoreId, traceparent: trace });
      expect(decodeNudge(message)).toEqual({ restoreId });
    }),
  );
});

test.each([encodeTick(), "", "null", "7", "[]", '{"restoreId":7}', '{"restoreId":"../x"}'])(
  "%j is no nudge of a restore",
  (message) => {
    expect(decodeNudge(message)).toBeNull();
  },
);
