import { judgeExpectation } from "../../../shared/verification/judge-expectation";

describe("a check's expectation", () => {
  it.each([
    [3, { equals: 3 }, true],
    [3, { equals: 4 }, false],
    ["3", { equals: 3 }, true],
    ["9007199254740993", { min: 9007199254740000 }, true],
    ["paid", { equals: "paid" }, true],
    ["paid", { equals: "Paid" }, false],
    ["paid", { min: 0 }, false],
    ["", { equals: 0 }, false],
    [true, { equals: true }, true],
    [1, { equals: true }, true],
    [false, { equals: 0 }, true],
    [null, { equals: 0 }, false],
    [null, { max: 5 }, false],
    [5, { min: 5 }, true],
    [5, { max: 5 }, true],
    [4.99, { min: 5 }, false],
    [5, { between: [5, 6] as [number, number] }, true],
    [7, { between: [5, 6] as [number, number] }, false],
    [7, { min: 5, max: 6 }, false],
  ])("value %p against %p: %p", (value, expect_, passed) => {
    expect(judgeExpectation(value, expect_).passed).toBe(passed);
  });

  it("says what it found and what it wanted", () => {
    expect(judgeExpectation("x", { equals: "y" }).text).toBe('is "x", expected equal to "y"');
    expect(judgeExpectation(null, { min: 1, max: 2 }).text).toBe("is NULL, expected at least 1 and at most 2");
  });
});
