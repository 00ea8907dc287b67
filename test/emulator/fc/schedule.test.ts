import { parseSchedule } from "../../../emulator/fc/schedule";

function next(expression: string, after: string, count = 1): string[] {
  const schedule = parseSchedule(expression);
  const times: string[] = [];
  let atMs = Date.parse(after);
  for (let index = 0; index < count; index++) {
    atMs = schedule.nextAfterMs(atMs);
    times.push(new Date(atMs).toISOString().replace(".000", ""));
  }
  return times;
}

describe("a timer's schedule", () => {
  it.each([
    ["@every 5m", "2026-11-20T08:00:30Z", ["2026-11-20T08:05:30Z", "2026-11-20T08:10:30Z"]],
    ["0 0 4 * * *", "2026-11-20T04:00:00Z", ["2026-11-21T04:00:00Z", "2026-11-22T04:00:00Z"]],
    ["0 */20 8-9 * * *", "2026-11-20T08:50:00Z", ["2026-11-20T09:00:00Z", "2026-11-20T09:20:00Z"]],
    ["30 15,45 * * * *", "2026-11-20T08:15:30Z", ["2026-11-20T08:45:30Z", "2026-11-20T09:15:30Z"]],
    ["0 0 0 29 2 *", "2026-11-20T00:00:00Z", ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"]],
    ["0 0 0 ? * 1", "2026-11-20T00:00:00Z", ["2026-11-23T00:00:00Z", "2026-11-30T00:00:00Z"]],
    ["0 0 0 13 * 5", "2026-11-20T00:00:00Z", ["2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z"]],
    ["CRON_TZ=Asia/Shanghai 0 0 4 1 * *", "2026-11-20T00:00:00Z", ["2026-11-30T20:00:00Z", "2026-12-31T20:00:00Z"]],
    // Berlin jumps from 02:00 to 03:00 on 29 March 2026: the run of that day is skipped.
    ["CRON_TZ=Europe/Berlin 0 30 2 * * *", "2026-03-28T00:00:00Z", ["2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z"]],
  ])("%s after %s", (expression, after, expected) => {
    expect(next(expression, after, 2)).toEqual(expected);
  });

  it.each([
    "@every 30s",
    "@every 0m",
    "@hourly",
    "0 4 * * *",
    "0 0 24 * * *",
    "0 0 4 * * MON",
    "0 0 4 L * *",
    "CRON_TZ=Nowhere/City 0 0 4 * * *",
  ])("the schema statement is refused: %s", (expression) => {
    expect(() => parseSchedule(expression)).toThrow(RangeError);
  });

  it("a timer's schedule says so when a date never comes", () => {
    expect(() => next("0 0 0 30 2 *", "2026-11-20T00:00:00Z")).toThrow("never comes");
  });
});
