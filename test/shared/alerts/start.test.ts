import { readAlertRules } from "../../../shared/alerts/rules";
import { type AlertReport, startOnAlarm } from "../../../shared/alerts/start";
import { Desk, hour, minute } from "../api/desk";

/** From an alarm to an instance that people can look into, once, however often and however badly the alarm is delivered. */
let desk: Desk;

beforeEach(async () => {
  desk = await Desk.open({ startMs: Date.parse("2026-11-20T10:00:00Z") });
  desk.addMaster();
});

const rules = (changes: object = {}) =>
  readAlertRules(
    JSON.stringify([
      {
        name: "rows vanish",
        match: { masterInstanceId: "rm-shop", levels: ["ALERT", "CRITICAL"] },
        minutesBefore: 10,
        objects: [{ database: "shop" }],
        secretName: "rewind/rm-shop/dba",
        keepHours: 1,
        dailyCap: 2,
        ...changes,
      },
    ]),
  ).rules!;

const alarmAt = (atMs: number, changes: object = {}) =>
  JSON.stringify({
    masterInstanceId: "rm-shop",
    at: new Date(atMs).toISOString(),
    reason: "delete without where",
    ...changes,
  });

const raise = (body: string, changes: object = {}) => startOnAlarm(desk.deps, rules(changes), body);
const pass = (milliseconds: number) => desk.world.scheduler.run(desk.nowMs + milliseconds, () => false);
const whyOf = (report: AlertReport) => (report.kind === "ignored" ? report.why : report.kind);

test("an alarm starts an inspect-only restore to the minutes before it, and the instance is held for people", async () => {
  const atMs = desk.nowMs - hour;
  const report = await raise(alarmAt(atMs));
  const [record] = desk.world.records();
  expect(report).toEqual({ kind: "started", restoreId: record?.restoreId });
  expect(record).toMatchObject({
    origin: "alert",
    requestedBy: "alert",
    automaticApprovalAllowed: false,
    restoreTimeMs: atMs - 10 * minute,
    request: { writeBack: "none", reason: "delete without where", label: "alert: rows vanish" },
  });
  const held = await desk.reach(record!.restoreId, "holding");
  expect(held.outcome).toBe("inspected");
  expect(desk.world.rds.instances()).toHaveLength(2);
  expect(desk.world.rds.instance("rm-shop")!.data.databases()).toHaveLength(1);
  await desk.reach(record!.restoreId, "closed");
  expect(desk.world.rds.instances()).toHaveLength(1);
});

test.each([
  ["a recovery", JSON.stringify({ curLevel: "OK", namespace: "acs_rds_dashboard", time: 1 }), "recovery"],
  ["something else", "hello", "not-an-alarm"],
  ["a master without a rule", JSON.stringify({ masterInstanceId: "rm-other", at: "2026-11-20T09:00:00Z" }), "no-rule"],
])("%s starts nothing", async (_what, body, why) => {
  expect(whyOf(await raise(body))).toBe(why);
  expect(desk.world.records()).toEqual([]);
});

test("without rules nothing starts", async () => {
  expect(await startOnAlarm(desk.deps, [], alarmAt(desk.nowMs))).toEqual({ kind: "ignored", why: "no-rule" });
});

test("the same alarm again, at once or later, starts nothing more", async () => {
  const body = alarmAt(desk.nowMs - hour);
  const reports = await Promise.all(Array.from({ length: 10 }, () => raise(body)));
  expect(reports.some((report) => report.kind === "started")).toBe(true);
  await pass(10 * minute);
  expect(whyOf(await raise(body))).toBe("cool-down");
  expect(desk.world.records()).toHaveLength(1);
});

test("a storm of different alarms about one master starts one restore in the cool-down", async () => {
  const reports: string[] = [];
  for (let index = 0; index < 20; index++) {
    reports.push(whyOf(await raise(alarmAt(desk.nowMs - hour + index))));
    await pass(2 * minute);
  }
  expect(reports.filter((report) => report === "started")).toHaveLength(1);
  expect(desk.world.records()).toHaveLength(1);
});

test("after the cool-down the next alarm starts one, up to the cap of the day, and again the next day", async () => {
  const days: string[][] = [[], []];
  for (const day of days) {
    for (let index = 0; index < 4; index++) {
      day.push(whyOf(await raise(alarmAt(desk.nowMs - hour))));
      await pass(hour + minute);
    }
    await pass(20 * hour);
  }
  const started = ["started", "started", "daily-cap", "daily-cap"];
  expect(days).toEqual([started, started]);
  expect(desk.world.records()).toHaveLength(4);
});

test("an alarm that the day's cap refused does not cool down the first one of the next day", async () => {
  desk = await Desk.open({ startMs: Date.parse("2026-11-20T22:30:00Z") });
  desk.addMaster();
  expect((await raise(alarmAt(desk.nowMs - hour), { dailyCap: 1 })).kind).toBe("started");
  await pass(hour + minute);
  expect(whyOf(await raise(alarmAt(desk.nowMs - hour), { dailyCap: 1 }))).toBe("daily-cap");
  await pass(hour / 2);
  expect((await raise(alarmAt(desk.nowMs - hour), { dailyCap: 1 })).kind).toBe("started");
});

test("the same alarm once more, hours after its restore was started, starts nothing", async () => {
  const body = alarmAt(desk.nowMs - hour);
  expect((await raise(body)).kind).toBe("started");
  await pass(3 * hour);
  expect(whyOf(await raise(body))).toBe("cool-down");
  expect(desk.world.records()).toHaveLength(1);
});

test("masters cool down by themselves", async () => {
  desk.addMaster("rm-crm");
  const crm = rules({ name: "crm", match: { masterInstanceId: "rm-crm" }, secretName: "rewind/rm-crm/dba" });
  const both = [...rules(), ...crm];
  const atMs = desk.nowMs - hour;
  expect((await startOnAlarm(desk.deps, both, alarmAt(atMs))).kind).toBe("started");
  expect((await startOnAlarm(desk.deps, both, alarmAt(atMs, { masterInstanceId: "rm-crm" }))).kind).toBe("started");
});

describe("an alarm whose function died", () => {
  const killed = new Error("the function was killed");

  /** Between the cool-down's row and the slot of the day. */
  async function dieBeforeItsSlot(body: string, changes: object = {}): Promise<void> {
    const { claimOnce } = desk.deps.store;
    const spy = jest
      .spyOn(desk.deps.store, "claimOnce")
      .mockImplementation((key, value) =>
        key.startsWith("alert-day/") ? Promise.reject(killed) : claimOnce.call(desk.deps.store, key, value),
      );
    await expect(raise(body, changes)).rejects.toBe(killed);
    spy.mockRestore();
  }

  test.each(["create", "claimOnce"] as const)(
    "an alarm whose function died before %s is completed by its repeat, not lost to its own cool-down",
    async (method) => {
      const body = alarmAt(desk.nowMs - hour);
      jest.spyOn(desk.deps.store, method).mockRejectedValueOnce(killed);
      await expect(raise(body)).rejects.toBe(killed);
      expect(desk.world.records()).toEqual([]);
      await pass(5 * minute);
      expect((await raise(body)).kind).toBe("started");
      expect(desk.world.records()).toHaveLength(1);
      expect(whyOf(await raise(body))).toBe("cool-down");
    },
  );

  test("an alarm whose function died between the cool-down and the slot of the day is completed too", async () => {
    const body = alarmAt(desk.nowMs - hour);
    await dieBeforeItsSlot(body);
    expect((await raise(body)).kind).toBe("started");
  });

  test("an alarm whose function died just before midnight takes no slot of the next day", async () => {
    await pass(14 * hour - minute);
    const body = alarmAt(desk.nowMs - hour);
    jest.spyOn(desk.deps.store, "create").mockRejectedValueOnce(killed);
    await expect(raise(body, { dailyCap: 1 })).rejects.toBe(killed);
    await pass(5 * minute);
    expect((await raise(body, { dailyCap: 1 })).kind).toBe("started");
    await pass(hour);
    expect((await raise(alarmAt(desk.nowMs - hour), { dailyCap: 1 })).kind).toBe("started");
    expect(desk.world.records()).toHaveLength(2);
  });

  test("an alarm whose function died just before midnight, on a full day, does not hold up the first one of the next day", async () => {
    const one = { dailyCap: 1 };
    await pass(11 * hour);
    expect((await raise(alarmAt(desk.nowMs - hour), one)).kind).toBe("started");
    await pass(3 * hour - minute);
    const dead = alarmAt(desk.nowMs - hour);
    await dieBeforeItsSlot(dead, one);
    await pass(5 * minute);
    expect((await raise(alarmAt(desk.nowMs - hour), one)).kind).toBe("started");
    expect(whyOf(await raise(dead, one))).toBe("cool-down");
    expect(desk.world.records()).toHaveLength(2);
  });

  test("an alarm whose function died just before midnight, and whose restore was recorded, cools the next day's first one down", async () => {
    await pass(14 * hour - minute);
    expect((await raise(alarmAt(desk.nowMs - hour))).kind).toBe("started");
    await pass(5 * minute);
    expect(whyOf(await raise(alarmAt(desk.nowMs - hour)))).toBe("cool-down");
    expect(desk.world.records()).toHaveLength(1);
  });

  test("an alarm whose function died and never came again gives its slot of the day to the next one", async () => {
    jest.spyOn(desk.deps.store, "create").mockRejectedValueOnce(killed);
    await expect(raise(alarmAt(desk.nowMs - hour), { dailyCap: 1 })).rejects.toBe(killed);
    await pass(hour + minute);
    expect((await raise(alarmAt(desk.nowMs - hour), { dailyCap: 1 })).kind).toBe("started");
    await pass(hour + minute);
    expect(whyOf(await raise(alarmAt(desk.nowMs - hour), { dailyCap: 1 }))).toBe("daily-cap");
  });

  describe("before midnight, on a full day, and comes back while another one goes on under its restore id", () => {
    const one = { dailyCap: 1 };

    /** The dead one reads its row again; at that moment `meanwhile` happens. */
    async function comeBack(dead: string, meanwhile: () => Promise<unknown>): Promise<AlertReport> {
      const { claimOnce } = desk.deps.store;
      jest.spyOn(desk.deps.store, "claimOnce").mockImplementationOnce(async (key, value) => {
        const held = await claimOnce.call(desk.deps.store, key, value);
        await meanwhile();
        return held;
      });
      return raise(dead, one);
    }

    async function dieOnAFullDay(): Promise<string> {
      desk = await Desk.open({ startMs: Date.parse("2026-11-20T22:30:00Z") });
      desk.addMaster();
      expect((await raise(alarmAt(desk.nowMs - hour), one)).kind).toBe("started");
      await pass(hour + minute);
      const dead = alarmAt(desk.nowMs - hour);
      await dieBeforeItsSlot(dead, one);
      await pass(hour + minute);
      return dead;
    }

    test("a function that died before midnight on a full day, and comes back, does not take the row from another one under its restore id, which died as well and starts its restore when it comes again", async () => {
      const dead = await dieOnAFullDay();
      const next = alarmAt(desk.nowMs - hour);
      jest.spyOn(desk.deps.store, "create").mockRejectedValueOnce(killed);
      const report = await comeBack(dead, () => expect(raise(next, one)).rejects.toBe(killed));
      expect(whyOf(report)).toBe("daily-cap");
      expect((await raise(next, one)).kind).toBe("started");
      expect(desk.world.records()).toHaveLength(2);
    });

    test("a function that died before midnight on a full day, and is refused just before another one takes its row over, leaves the other to start its own restore", async () => {
      const dead = await dieOnAFullDay();
      const report = await comeBack(alarmAt(desk.nowMs - hour), async () =>
        expect(whyOf(await raise(dead, one))).toBe("daily-cap"),
      );
      expect(report.kind).toBe("started");
      expect(desk.world.records()).toHaveLength(2);
    });
  });

  test("an alarm whose function died after its cool-down ended and another was taken leaves the other alone", async () => {
    const [first, second] = [alarmAt(desk.nowMs - hour), alarmAt(desk.nowMs - hour + 1)];
    jest.spyOn(desk.deps.store, "create").mockRejectedValueOnce(killed);
    await expect(raise(first)).rejects.toBe(killed);
    await pass(hour + minute);
    expect((await raise(second)).kind).toBe("started");
    expect(whyOf(await raise(first))).toBe("cool-down");
    expect(desk.world.records()).toHaveLength(1);
  });
});

test("an alarm with a time that cannot be restored ends with the reason, and nothing is made", async () => {
  const report = await raise(alarmAt(desk.nowMs - 30 * 24 * hour));
  expect(report.kind).toBe("started");
  const [record] = desk.world.records();
  expect(await desk.reach(record!.restoreId, "closed")).toMatchObject({ reason: { code: "restore-time-too-old" } });
  expect(desk.world.rds.instances()).toHaveLength(1);
});

test("the cloud being down is an error, so that the queue delivers the alarm again", async () => {
  const body = alarmAt(desk.nowMs - hour);
  desk.cloudIsDown = true;
  await expect(raise(body)).rejects.toMatchObject({ service: "tablestore" });
  desk.cloudIsDown = false;
  expect((await raise(body)).kind).toBe("started");
});
