import { defaultDurations } from "../../../shared/restore/model/durations";
import { judgeRestoreTime, recoveryWindow } from "../../../shared/restore/prerequisites/recovery-window";
import { hour, minute, nowMs } from "./samples";

const full = (endedAtMs: number, usable = true) => ({
  backupId: String(endedAtMs),
  usable,
  full: true,
  endedAtMs,
  consistentAtMs: null,
});
const logs = (fromMs: number, toMs: number) => {
  const list: { beginMs: number; endMs: number }[] = [];
  for (let begin = fromMs; begin < toMs; begin += 30 * minute)
    list.push({ beginMs: begin, endMs: begin + 30 * minute });
  return list;
};
const window = (backups: ReturnType<typeof full>[], chain: ReturnType<typeof logs>, days = 7) =>
  recoveryWindow(backups, chain, days, nowMs, defaultDurations);

describe("the recovery window", () => {
  test("the recovery window runs from the first usable full backup to half an hour ago, and a minute for clocks that differ", () => {
    const found = window([full(nowMs - 30 * hour, false), full(nowMs - 24 * hour)], logs(nowMs - 24 * hour, nowMs));
    expect(found).toMatchObject({ fromMs: nowMs - 24 * hour, toMs: nowMs - defaultDurations.restoreLagMs, holes: [] });
  });

  test("the recovery window does not go on from a full backup whose own logs are missing", () => {
    const chain = [...logs(nowMs - 24 * hour, nowMs - 14 * hour), ...logs(nowMs - 12 * hour, nowMs)];
    const full24 = full(nowMs - 24 * hour);
    const inTheGap = window([full24, full(nowMs - 13 * hour)], chain);
    expect(inTheGap?.holes).toEqual([{ fromMs: nowMs - 14 * hour, toMs: inTheGap?.toMs, goesOn: true }]);
    const afterIt = window([full24, full(nowMs - 13 * hour), full(nowMs - 5 * hour)], chain);
    expect(afterIt?.holes).toEqual([{ fromMs: nowMs - 14 * hour, toMs: nowMs - 5 * hour, goesOn: false }]);
  });

  test("the recovery window ends with the last log backup when these are older", () => {
    expect(window([full(nowMs - 24 * hour)], logs(nowMs - 24 * hour, nowMs - 3 * hour))?.toMs).toBe(nowMs - 3 * hour);
  });

  test("the recovery window is cut to retention and to seven days", () => {
    const chain = logs(nowMs - 200 * hour, nowMs);
    expect(window([full(nowMs - 200 * hour)], chain, 3)?.fromMs).toBe(nowMs - 72 * hour);
    expect(window([full(nowMs - 200 * hour)], chain, 30)?.fromMs).toBe(nowMs - 168 * hour);
  });

  test("the recovery window has a hole from a gap in the log chain to the next full backup", () => {
    const backups = [full(nowMs - 24 * hour), full(nowMs - 8 * hour)];
    const chain = [...logs(nowMs - 24 * hour, nowMs - 12 * hour), ...logs(nowMs - 10 * hour, nowMs)];
    expect(window(backups, chain)?.holes).toEqual([
      { fromMs: nowMs - 12 * hour, toMs: nowMs - 8 * hour, goesOn: false },
    ]);
  });

  test("the recovery window does not exist without a full backup", () => {
    expect(window([], logs(nowMs - hour, nowMs))).toBeNull();
  });
});

describe("a restore time", () => {
  const backups = [full(nowMs - 24 * hour)];
  const judge = (restoreTimeMs: number, chain = logs(nowMs - 24 * hour, nowMs)) =>
    judgeRestoreTime(window(backups, chain), restoreTimeMs, nowMs, defaultDurations);

  test.each([
    ["inside the window", nowMs - hour, "restorable"],
    ["in the future", nowMs + minute, "future"],
    ["ten minutes ago", nowMs - 10 * minute, "too-recent"],
    ["before the first backup", nowMs - 25 * hour, "too-old"],
  ])("%s is %s", (_name, restoreTimeMs, kind) => {
    expect(judge(restoreTimeMs).kind).toBe(kind);
  });

  test("a restore time that is too recent says when it becomes restorable", () => {
    expect(judge(nowMs - 10 * minute)).toEqual({ kind: "too-recent", restorableAtMs: nowMs + 21 * minute + 1_000 });
  });

  test("a restore time that no log backup reaches yet waits for the next one", () => {
    expect(judge(nowMs - 40 * minute, logs(nowMs - 24 * hour, nowMs - hour))).toMatchObject({ kind: "too-recent" });
  });

  test("a restore time in a hole is named with it", () => {
    const chain = [...logs(nowMs - 24 * hour, nowMs - 12 * hour), ...logs(nowMs - 10 * hour, nowMs)];
    expect(judge(nowMs - 11 * hour, chain)).toMatchObject({ kind: "hole", fromMs: nowMs - 12 * hour });
  });

  test("a restore time after a gap that no full backup has ended is in the hole, also where the window ends and later", () => {
    const chain = [...logs(nowMs - 24 * hour, nowMs - 4 * hour), ...logs(nowMs - 3 * hour, nowMs - hour)];
    for (const restoreTimeMs of [nowMs - 2 * hour, nowMs - hour, nowMs - 10 * minute])
      expect(judge(restoreTimeMs, chain)).toMatchObject({ kind: "hole", fromMs: nowMs - 4 * hour });
  });
});
