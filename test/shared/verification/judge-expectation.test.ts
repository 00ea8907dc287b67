import { withValues } from "../../../shared/restore/model/row-value";
import type { Check } from "../../../shared/restore/request/request";
import { judgeExpectation } from "../../../shared/verification/judge-expectation";

const judge = (type: string, text: string | null, expected: Check["expect"]) =>
  judgeExpectation({ type, text }, expected);

describe("a check's expectation", () => {
  const cases: [string, string | null, Check["expect"], boolean][] = [
    ["int", "3", { equals: 3 }, true],
    ["int", "3", { equals: "3.0" }, true],
    ["int", "3", { equals: 4 }, false],
    ["bigint", "9007199254740993", { equals: "9007199254740993" }, true],
    ["bigint", "9007199254740993", { equals: "9007199254740992" }, false],
    ["bigint", "9007199254740993", { min: 9007199254740000 }, true],
    ["bigint", "9007199254740993", { max: "9007199254740992" }, false],
    [
      "decimal(38,10)",
      "1234567890123456789012345678.0123456789",
      { between: ["1234567890123456789012345678.0123456789", "2e27"] },
      true,
    ],
    ["decimal(12,2)", "1.50", { equals: "1.5" }, true],
    ["decimal(12,2)", "1.50", { equals: 1.5 }, true],
    ["decimal(12,2)", "0.10", { equals: 0.1 }, true],
    ["decimal(12,2)", "-0.50", { equals: "-.5" }, true],
    ["decimal(12,2)", "1.50", { equals: "one and a half" }, false],
    ["money", "922337203685477.5807", { equals: "922337203685477.5807" }, true],
    ["money", "922337203685477.5807", { equals: "922337203685477.5806" }, false],
    ["float", "0.30000000000000004", { equals: 0.3 }, false],
    ["float", "0.30000000000000004", { equals: "0.30000000000000004" }, true],
    ["float", "0.1", { min: 0.1, max: "0.1" }, true],
    ["float", "1.7976931348623157e+308", { max: "1e400", min: "1.7976931348623157e308" }, true],
    ["real", "0.1", { equals: 0.1 }, true],
    ["real", "0.1", { equals: "0.10000001" }, false],
    ["bit", "1", { equals: true }, true],
    ["int", "1", { equals: true }, true],
    ["bit", "0", { equals: 0 }, true],
    ["bit", "0", { equals: "1" }, false],
    ["nvarchar(20)", "paid", { equals: "paid" }, true],
    ["nvarchar(20)", "paid", { equals: "Paid" }, false],
    ["nvarchar(20)", "1.50", { equals: "1.5" }, false],
    ["nvarchar(20)", "3", { equals: 3 }, true],
    ["nvarchar(20)", "paid", { min: 0 }, false],
    ["nvarchar(20)", "", { equals: 0 }, false],
    ["date", "2026-11-20", { equals: "2026-11-20" }, true],
    ["date", "2026-11-20", { equals: "2026-11-21" }, false],
    ["datetime", "2026-11-20 08:15:00.500", { equals: "2026-11-20T08:15:00.5" }, true],
    ["datetime2(7)", "2026-11-20 08:15:00.1234567", { equals: "2026-11-20 08:15:00.1234567" }, true],
    ["datetime2(7)", "2026-11-20 08:15:00.1234567", { equals: "2026-11-20 08:15:00.1234568" }, false],
    ["datetime2(7)", "2026-11-20 08:15:00.0000000", { equals: "2026-11-20 08:15:00" }, true],
    ["datetimeoffset(0)", "2026-11-20 08:15:00 +08:00", { equals: "2026-11-20T08:15:00+08:00" }, true],
    ["datetimeoffset(0)", "2026-11-20 00:15:00 +00:00", { equals: "2026-11-20T00:15:00Z" }, true],
    ["datetimeoffset(0)", "2026-11-20 08:15:00 +08:00", { equals: "2026-11-20T00:15:00Z" }, false],
    ["time(7)", "08:15:00.1000000", { equals: "08:15:00.1" }, true],
    [
      "uniqueidentifier",
      "6F9619FF-8B86-D011-B42D-00C04FC964FF",
      { equals: "6f9619ff-8b86-d011-b42d-00c04fc964ff" },
      true,
    ],
    ["varbinary(16)", "0x0001FE", { equals: "0001fe" }, true],
    ["varbinary(16)", "0x0001FE", { equals: "0x01FE" }, false],
    ["varbinary(16)", "0x12", { equals: 12 }, false],
    ["int", null, { equals: 0 }, false],
    ["int", null, { max: 5 }, false],
    ["int", null, { equals: "" }, false],
    ["int", "5", { min: 5 }, true],
    ["int", "5", { max: 5 }, true],
    ["decimal(3,2)", "4.99", { min: 5 }, false],
    ["int", "5", { between: [5, 6] }, true],
    ["int", "7", { between: [5, 6] }, false],
    ["int", "7", { min: 5, max: 6 }, false],
  ];
  it.each(cases)("%s %s against %j: %p", (type, text, expected, passed) => {
    expect(judge(type, text, expected).passed).toBe(passed);
  });

  it.each<[string, string | null, Check["expect"], string]>([
    ["nvarchar(20)", "x", { equals: "y" }, 'is "x", expected equal to "y"'],
    ["nvarchar(20)", "a\u0000\ud83d", { equals: "a" }, 'is "a\\u0000\\ud83d", expected equal to "a"'],
    ["int", null, { min: 1, max: 2 }, "is NULL, expected at least 1 and at most 2"],
    [
      "bigint",
      "9007199254740993",
      { equals: "9007199254740992" },
      "is 9007199254740993, expected equal to 9007199254740992",
    ],
    [
      "char(10)",
      "paid      ",
      { equals: "paid" },
      'is "paid      ", expected equal to "paid": only blanks at the end differ, because a value of char(10) is filled up with blanks; write them too, or RTRIM(…) in the check',
    ],
    ["varchar(10)", "paid ", { equals: "paid" }, 'is "paid ", expected equal to "paid": only blanks at the end differ'],
    [
      "datetime",
      "2026-11-20 08:15:00.000",
      { equals: "2026-11-20T08:15:00.000Z" },
      "is 2026-11-20 08:15:00.000, expected equal to 2026-11-20T08:15:00.000Z: a value of datetime has no offset; leave it out",
    ],
    [
      "datetimeoffset(7)",
      "2026-11-20 08:15:00.1000000 +08:00",
      { equals: "2026-11-20T00:15:00.1Z" },
      "is 2026-11-20 08:15:00.1000000 +08:00, expected equal to 2026-11-20T00:15:00.1Z: it is the same moment in another offset; write the offset of the value",
    ],
    [
      "datetimeoffset(7)",
      "2026-11-20 08:15:00.1000000 +08:00",
      { equals: "2026-11-20T00:15:00.1000001Z" },
      "is 2026-11-20 08:15:00.1000000 +08:00, expected equal to 2026-11-20T00:15:00.1000001Z",
    ],
  ])(
    "a check's expectation says of %s %j what it found, what it wanted, and why texts that look alike differ",
    (type, text, expected, said) => {
      const judged = judge(type, text, expected);
      expect({ passed: judged.passed, text: withValues(judged.text) }).toEqual({ passed: false, text: said });
    },
  );
});
