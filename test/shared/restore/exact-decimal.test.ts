import * as fc from "fast-check";
import { compareDecimals, inexactNumber, parseDecimal } from "../../../shared/restore/request/exact-decimal";

const compare = (left: string, right: string) => compareDecimals(parseDecimal(left)!, parseDecimal(right)!);

test.each([
  ["1.50", "1.5", 0],
  ["-0", "0.000", 0],
  ["+007", "7.", 0],
  [".5", "5e-1", 0],
  ["1e3", "1000", 0],
  ["9007199254740993", "9007199254740992", 1],
  ["-9007199254740993", "-9007199254740992", -1],
  ["1234567890123456789012345678.0123456789", "1234567890123456789012345678.0123456788", 1],
  ["922337203685477.5807", "922337203685477.5808", -1],
])("%s against %s: %p", (left, right, order) => {
  expect(compare(left, right)).toBe(order);
  expect(compare(right, left)).toBe(order === 0 ? 0 : -order);
});

test.each(["", ".", "-", "1,5", "0x1", "1e", "e5", " 1", "1 ", "NaN", "1e9999", "1".repeat(401)])(
  "%j is no number",
  (text) => {
    expect(parseDecimal(text)).toBeNull();
  },
);

test("whole numbers of any size are ordered as they are, at any scale", () => {
  fc.assert(
    fc.property(fc.bigInt(), fc.bigInt(), fc.integer({ min: 0, max: 30 }), (left, right, zeros) => {
      const shown = (value: bigint) => `${value}.${"0".repeat(zeros)}`;
      expect(compare(shown(left), `${right}`)).toBe(left === right ? 0 : left < right ? -1 : 1);
    }),
  );
});

test.each([
  ['{"min":9007199254740993}', "9007199254740993"],
  ['{"min":0.1,"max":0.1000000000000000055}', "0.1000000000000000055"],
  ['[1.00000000000000000001,"2"]', "1.00000000000000000001"],
  ["[1e400]", "1e400"],
  ["[-1e-400]", "-1e-400"],
  [`[${"1".repeat(1000)}]`, "1".repeat(1000)],
  ['{"a":"9007199254740993","b\\"9":[0.1,-5,1e3,1.50,5e-324,0.30000000000000004]}', null],
])("the number of %s that JSON does not keep: %p", (json, number) => {
  expect(inexactNumber(json)).toBe(number);
});
