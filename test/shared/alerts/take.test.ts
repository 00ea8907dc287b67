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
