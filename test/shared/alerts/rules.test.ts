import type { Alarm } from "../../../shared/alerts/alarm";
import { matchRule, readAlertRules, requestOf } from "../../../shared/alerts/rules";

const rule = {
  name: "rows vanish",
  match: { masterInstanceId: "rm-shop" },
  minutesBefore: 10,
  objects: [{ database: "shop" }],
  secretName: "rewind/rm-shop/dba",
};
const alarm: Alarm = {
  masterInstanceId: "rm-shop",
  atMs: Date.parse("2026-11-20T01:00:00Z"),
  ruleName: "iops",
  metricName: "IOPSUsage",
  level: "CRITICAL",
  reason: "iops is CRITICAL",
};
const rules = (...changes: object[]) => JSON.stringify(changes.map((change) => ({ ...rule, ...change })));

test("no text is no rules", () => {
  expect(readAlertRules("").rules).toEqual([]);
  expect(readAlertRules(" \n").rules).toEqual([]);
  expect(readAlertRules("[]").rules).toEqual([]);
});

test("defaults are filled in", () => {
  expect(readAlertRules(rules({})).rules).toMatchObject([{ keepHours: 24, dailyCap: 3, allowPublicEndpoint: false }]);
});

const check = (sql: string, database = "shop") => ({ checks: [{ name: "c", database, sql, expect: { min: 1 } }] });

test.each<[object, RegExp]>([
  [{ surprise: 1 }, /surprise/],
  [{ name: "" }, /0\.name/],
  [{ match: {} }, /0\.match\.masterInstanceId/],
  [{ match: { masterInstanceId: "RM-shop" } }, /0\.match\.masterInstanceId/],
  [{ match: { masterInstanceId: "rm-shop", levels: [] } }, /0\.match\.levels/],
  [{ minutesBefore: -1 }, /0\.minutesBefore/],
  [{ minutesBefore: 100_000 }, /0\.minutesBefore/],
  [{ objects: [] }, /0\.objects/],
  [{ objects: [{ database: "shop" }, { database: "shop" }] }, /0\.objects\.1 shop is listed twice/],
  [{ objects: [{ database: "shop", restoredName: "copy" }] }, /none cannot rename/],
  [check("DELETE FROM dbo.Orders"), /0\.checks\.0\.sql .*one SELECT/],
  [check("SELECT 1", "crm"), /0\.checks\.0\.database crm/],
  [{ secretName: "rewind/rm-other/dba" }, /0\.secretName .*rewind\/rm-shop\//],
  [{ keepHours: 48 }, /0\.keepHours/],
  [{ dailyCap: 0 }, /0\.dailyCap/],
])("a rule with %j is refused by name", (change, said) => {
  expect(readAlertRules(rules(change)).problems?.join("; ")).toMatch(said);
});

test("a number that JSON does not keep digit by digit is to be given as text", () => {
  const text = rules(check("SELECT 1")).replace('"min":1', '"min":0.1000000000000000055');
  expect(readAlertRules(text).problems).toEqual([
    expect.stringMatching(/^0\.1000000000000000055 is a number .*give it as text/),
  ]);
});

test("every problem is named at once", () => {
  const { problems } = readAlertRules(rules(check("EXEC x"), { secretName: "dba", ...check("SELECT 1", "crm") }));
  expect(problems).toHaveLength(4);
});

test("two rules of one name would share a daily cap", () => {
  expect(readAlertRules(rules({}, {})).problems).toEqual([expect.stringContaining("two rules named rows vanish")]);
  expect(readAlertRules(rules({}, { name: "other" })).problems).toBeNull();
});

test.each(["{", "7", "null", "{}", '"[]"', "[[]]"])("a text that is no list of rules: %s", (text) => {
  expect(readAlertRules(text).problems?.length).toBeGreaterThan(0);
});

test("the first rule that matches counts, by master, rule name, metric and level", () => {
  const of = (...matches: object[]) =>
    readAlertRules(
      rules(...matches.map((match, index) => ({ name: `${index}`, match: { masterInstanceId: "rm-shop", ...match } }))),
    ).rules!;
  const matched = (...matches: object[]) => matchRule(of(...matches), alarm)?.name ?? null;
  expect(matched({})).toBe("0");
  expect(matched({ ruleName: "cpu" }, { ruleName: "iops" }, {})).toBe("1");
  expect(matched({ metricName: "CPU" })).toBeNull();
  expect(matched({ levels: ["warn", "critical"] })).toBe("0");
  expect(matched({ levels: ["WARN"] })).toBeNull();
  expect(matchRule(of({}), { ...alarm, masterInstanceId: "rm-other" })).toBeNull();
});

test.each([
  [10, "2026-11-20T00:50:55.000Z"],
  [0, "2026-11-20T01:00:55.000Z"],
  [0.01, "2026-11-20T01:00:55.000Z"],
])("an alarm inside a second asks for the whole second before it (%d minutes before)", (minutesBefore, restoreTime) => {
  const [parsed] = readAlertRules(rules({ minutesBefore })).rules!;
  const within = { ...alarm, atMs: Date.parse("2026-11-20T01:00:55.850Z") };
  expect(requestOf(parsed!, within)).toMatchObject({ restoreTime });
});

test("what an alarm asks for only looks: no write-back, no automatic approval", () => {
  const [parsed] = readAlertRules(rules({ name: "n".repeat(100) })).rules!;
  expect(requestOf(parsed!, { ...alarm, reason: "r".repeat(900) })).toMatchObject({
    masterInstanceId: "rm-shop",
    restoreTime: "2026-11-20T00:50:00.000Z",
    writeBack: "none",
    approval: "required",
    label: expect.stringMatching(/^alert: n+$/),
    reason: "r".repeat(500),
  });
});
