import { readAlertRules } from "../../../shared/alerts/rules";
import { takeAlarms } from "../../../shared/alerts/take";
import { Desk, hour } from "../api/desk";

/** A batch of the alarm queue, as the platform hands it over: what cannot be read is kept for people, and holds nothing else up. */
let desk: Desk;

beforeEach(async () => {
  desk = await Desk.open();
  desk.addMaster();
});

const rules = readAlertRules(
  JSON.stringify([
    {
      name: "rows vanish",
      match: { masterInstanceId: "rm-shop" },
      minutesBefore: 10,
      keepHours: 1,
      dailyCap: 2,
      objects: [{ database: "shop" }],
      secretName: "rewind/rm-shop/dba",
    },
  ]),
).rules!;

const message = (messageId: string, messageBody: string) => ({ data: { messageId, messageBody } });
const alarm = () =>
  JSON.stringify({ masterInstanceId: "rm-shop", at: new Date(desk.nowMs - hour).toISOString(), reason: "delete" });
const take = (...elements: unknown[]) => takeAlarms(desk.deps, rules, Buffer.from(JSON.stringify(elements)));

test("an element of unknown form fails its batch, so that it ends among the dead letters; the alarm beside it is taken", async () => {
  await expect(take({ alarm: "in another form" }, message("m2", alarm()))).rejects.toThrow("neither a CloudEvent");
  expect(desk.world.records()).toHaveLength(1);
});

test("a message that is no alarm ends among the dead letters, and the log names what is wrong with it", async () => {
  const { results } = await take(message("m1", "hello"), message("m2", alarm()));
  expect(results).toMatchObject([{ kind: "ignored", why: "not-an-alarm" }, { kind: "started" }]);
  expect(desk.world.deadAlarms).toEqual(["hello"]);
  const line = desk.world.logs.find((one) => one.includes("m1"));
  expect(line).toContain("warn");
  expect(line).toContain("the message is not JSON");
});

const plain = (at: string) => JSON.stringify({ masterInstanceId: "rm-shop", at, reason: "delete" });
const monitored = (time: unknown) =>
  JSON.stringify({ curLevel: "CRITICAL", namespace: "acs_rds_dashboard", resources: '{"instanceId":"rm-shop"}', time });

test.each([
  plain("0000-01-01T00:00:00Z"),
  plain("0000-01-01T00:00:00+23:59"),
  plain("9999-12-31T23:59:59Z"),
  plain("9999-12-31T23:59:59-23:59"),
  plain("1969-12-31T23:59:59Z"),
  monitored(1),
  monitored(253402300799999),
  monitored(-62167219200000),
  monitored(1e300),
  monitored("9007199254740993"),
])("an alarm of a time of another age ends among the dead letters, and takes no alarm's place: %s", async (body) => {
  const { results } = await take(message("m1", body), message("m2", alarm()));
  expect(results).toMatchObject([
    { kind: "ignored", problem: expect.stringMatching(/time|instance/) },
    { kind: "started" },
  ]);
  expect(desk.world.deadAlarms).toEqual([body]);
});

test("a dead letter that would be too long for its queue is cut", async () => {
  await take(message("m1", "ä".repeat(32_000)));
  expect(Buffer.from(desk.world.deadAlarms[0]!).toString("base64").length).toBeLessThan(64 * 1024);
});
