import { restorePointOf } from "../../../shared/restore/prerequisites/restore-point";

const at = (time: string) => Date.parse(`2026-11-20T${time}Z`);
const lists = {
  backups: [
    { backupId: "11", usable: true, full: true, endedAtMs: at("01:00:00"), consistentAtMs: at("00:50:00") },
    { backupId: "12", usable: true, full: true, endedAtMs: at("05:00:00"), consistentAtMs: null },
    { backupId: "13", usable: false, full: true, endedAtMs: at("06:00:00"), consistentAtMs: null },
  ],
  logBackups: [
    { beginMs: at("06:00:00"), endMs: at("06:30:00") },
    { beginMs: at("06:30:00"), endMs: at("07:00:00") },
  ],
};

describe("the evidence of a restore point", () => {
  test("the evidence of a restore point names the last usable full backup before the time and the log backup that covers it", () => {
    const point = restorePointOf({ backupId: null, restoreTimeMs: at("06:40:00") }, lists);
    expect(point.atMs).toBeNull();
    expect(point.evidence).toContain("full backup 12, which ended 2026-11-20T05:00:00Z");
    expect(point.evidence).toContain("the log backup of 2026-11-20T06:30:00Z to 2026-11-20T07:00:00Z covers it");
  });

  test("the evidence of a restore point says it when nothing that is listed covers the time", () => {
    const { evidence } = restorePointOf({ backupId: null, restoreTimeMs: at("00:30:00") }, lists);
    expect(evidence).toContain("no full backup that is listed, and no log backup that is listed covers it");
  });

  test("the evidence of a restore point of a backup is the moment that the backup is consistent to, where RDS says so", () => {
    expect(restorePointOf({ backupId: "11", restoreTimeMs: null }, lists)).toEqual({
      atMs: at("00:50:00"),
      evidence:
        "RDS was asked for backup 11, which ended 2026-11-20T01:00:00Z. It is consistent to 2026-11-20T00:50:00Z.",
    });
    expect(restorePointOf({ backupId: "12", restoreTimeMs: null }, lists).atMs).toBeNull();
  });
});
