import { decodeAlarm } from "../../../shared/alerts/alarm";

/** As CloudMonitor puts it into a queue ("write alerts to MNS"), values shortened. */
const monitored = {
  ruleId: "applyTemplate0001",
  ruleName: "deletes per second",
  curLevel: "CRITICAL",
  preLevel: "OK",
  resources: '{"instanceId":"rm-shop","userId":"123"}',
  resourceId: "acs:rds:cn-hangzhou:123:instance/rm-shop",
  instanceName: "shop",
  expression: "$Average>90",
  curValue: "97.3",
  lastTime: "1 minute",
  metricName: "IOPSUsage",
  namespace: "acs_rds_dashboard",
  metricData: { timestamp: 1795132740000, userId: "123", instanceId: "rm-shop", Average: 97.3 },
  dimensions: '{"instanceId":"rm-shop"}',
  time: 1795132800000,
  userInfo: { userIds: ["123"] },
};
const text = (changes: object = {}) => JSON.stringify({ ...monitored, ...changes });
const expected = {
  kind: "alarm",
  alarm: {
    masterInstanceId: "rm-shop",
    atMs: 1795132800000,
    ruleName: "deletes per second",
    metricName: "IOPSUsage",
    level: "CRITICAL",
    reason: "deletes per second is CRITICAL",
  },
};

test("an alarm of CloudMonitor, as JSON and in base64", () => {
  expect(decodeAlarm(text())).toEqual(expected);
  expect(decodeAlarm(Buffer.from(text()).toString("base64"))).toEqual(expected);
});

test("its instance stands in resources, or in the metric's data", () => {
  expect(decodeAlarm(text({ resources: "{}" }))).toEqual(expected);
  expect(decodeAlarm(text({ resources: "not JSON" }))).toEqual(expected);
  expect(decodeAlarm(text({ resources: undefined }))).toEqual(expected);
  expect(decodeAlarm(text({ metricData: undefined }))).toEqual(expected);
});

test("its time may be text, or that of the metric", () => {
  expect(decodeAlarm(text({ time: "1795132800000" }))).toEqual(expected);
  for (const time of [undefined, null, "", 0, -1, 1e300, "soon", true, [], {}])
    expect(decodeAlarm(text({ time }))).toMatchObject({ kind: "alarm", alarm: { atMs: 1795132740000 } });
});

test("a level in small letters is the same level", () => {
  expect(decodeAlarm(text({ curLevel: "critical" }))).toMatchObject({ alarm: { level: "CRITICAL" } });
});

test.each(["OK", "ok"])("a message that all is well again is a recovery: %s", (curLevel) => {
  expect(decodeAlarm(text({ curLevel, preLevel: "CRITICAL" }))).toEqual({ kind: "recovery" });
});

test("the plain form of other sources", () => {
  const plain = { masterInstanceId: "rm-shop", at: "2026-11-20T08:15:00+08:00", reason: "delete without where" };
  const decoded = {
    kind: "alarm",
    alarm: {
      masterInstanceId: "rm-shop",
      atMs: Date.parse("2026-11-20T00:15:00Z"),
      ruleName: "",
      metricName: "",
      level: "ALERT",
      reason: "delete without where",
    },
  };
  expect(decodeAlarm(JSON.stringify(plain))).toEqual(decoded);
  expect(decodeAlarm(Buffer.from(JSON.stringify(plain)).toString("base64"))).toEqual(decoded);
  expect(decodeAlarm(JSON.stringify({ ...plain, reason: undefined }))).toMatchObject({ alarm: { reason: "" } });
});

test("as much of its words as is kept is taken, so that an alarm that quotes a statement is not lost", () => {
  const plain = { masterInstanceId: "rm-shop", at: "2026-11-20T08:15:00Z", reason: "x".repeat(9000), ruleName: null };
  expect(decodeAlarm(JSON.stringify(plain))).toMatchObject({ alarm: { reason: "x".repeat(500), ruleName: "" } });
  const long = { ...plain, reason: null, ruleName: "y".repeat(9000) };
  expect(decodeAlarm(JSON.stringify(long))).toMatchObject({ alarm: { reason: "", ruleName: "y".repeat(200) } });
});

test.each([
  "",
  "hello",
  "null",
  "[]",
  "{}",
  "7",
  JSON.stringify({ masterInstanceId: "rm-shop", at: "2026-11-20T08:15:00" }),
  JSON.stringify({ masterInstanceId: "", at: "2026-11-20T08:15:00Z" }),
  JSON.stringify({ masterInstanceId: "rm-shop" }),
  text({ curLevel: undefined }),
  text({ namespace: 7 }),
  text({ resources: "{}", metricData: {} }),
  text({ time: undefined, metricData: { instanceId: "rm-shop" } }),
])("what is no alarm is named: %s", (body) => {
  expect(decodeAlarm(body)).toEqual({ kind: "unknown", problem: expect.stringMatching(/\w/) });
});
