import {
  DescribeBackupPolicyRequest,
  DescribeBackupsRequest,
  DescribeLogBackupFilesRequest,
} from "@alicloud/rds20140815";
import type { InstanceSpec } from "../../emulator/rds/managed-instance";
import {
  dayMs,
  hourMs,
  minuteMs,
  minutesOf,
  nowText,
  type RdsCloud,
  secondsOf,
  startRds,
} from "../emulator/rds/rds-cloud";

const nowMs = Date.parse(nowText);
const clouds: RdsCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

async function start(master: Partial<InstanceSpec> = {}, given: Parameters<typeof startRds>[0] = {}) {
  const cloud = await startRds(given);
  clouds.push(cloud);
  cloud.rds.addInstance({ id: "rm-1", ...master });
  const backups = async (filter: Record<string, unknown> = {}) => {
    const request = new DescribeBackupsRequest({ DBInstanceId: "rm-1", ...filter });
    return (await cloud.client.describeBackups(request)).body;
  };
  const logs = async (fromMs: number, toMs: number, paging: Record<string, unknown> = {}) => {
    const range = { startTime: minutesOf(fromMs), endTime: minutesOf(toMs) };
    const request = new DescribeLogBackupFilesRequest({ DBInstanceId: "rm-1", ...range, ...paging });
    return (await cloud.client.describeLogBackupFiles(request)).body;
  };
  return { ...cloud, backups, logs };
}

const code = (value: string, statusCode: number) => expect.objectContaining({ code: value, statusCode });

describe("DescribeBackups", () => {
  it("DescribeBackups answers one full backup a day inside the retention, newest first, with counters as strings", async () => {
    const { backups } = await start();
    const body = await backups();
    expect(body).toMatchObject({ pageNumber: "1", pageRecordCount: "7", totalRecordCount: "7" });
    const [newest, second] = body?.items?.backup ?? [];
    expect(newest).toMatchObject({
      DBInstanceId: "rm-1",
      backupId: expect.stringMatching(/^\d{9}$/),
      backupStatus: "Success",
      backupMode: "Automated",
      backupType: "FullBackup",
      backupMethod: "Physical",
      isAvail: 1,
      backupStartTime: secondsOf(nowMs - 12 * hourMs),
      backupEndTime: secondsOf(nowMs - 12 * hourMs + minuteMs),
      consistentTime: (nowMs - 12 * hourMs + minuteMs) / 1000,
      encryption: "{}",
    });
    expect(second?.backupStartTime).toBe(secondsOf(nowMs - 36 * hourMs));
    expect(new Set(body?.items?.backup?.map((backup) => backup.backupId)).size).toBe(7);
  });

  it("DescribeBackups counts the one taken when the instance was made, and gains one with each day", async () => {
    const { backups, clock } = await start({ createdAtMs: nowMs - 2 * hourMs });
    expect((await backups())?.totalRecordCount).toBe("1");
    clock.advance(10 * hourMs);
    expect((await backups())?.totalRecordCount).toBe("1");
    clock.advance(minuteMs);
    expect((await backups())?.totalRecordCount).toBe("2");
    clock.advance(dayMs);
    expect((await backups())?.totalRecordCount).toBe("3");
  });

  it("DescribeBackups keeps the id of a backup in every answer", async () => {
    const { backups, clock } = await start();
    const [before] = (await backups())?.items?.backup ?? [];
    clock.advance(hourMs);
    const [after] = (await backups({ backupId: before?.backupId }))?.items?.backup ?? [];
    expect(after).toEqual(before);
  });

  it("DescribeBackups filters by status, mode and time, and shows failures and backups by hand", async () => {
    const { backups, rds } = await start();
    const history = rds.backupHistory("rm-1");
    const failed = history.add({
      fromMs: nowMs - 2 * hourMs,
      toMs: nowMs - hourMs,
      status: "Failed",
      mode: "Automated",
    });
    const manual = history.add({ fromMs: nowMs - 4 * hourMs, toMs: nowMs - 3 * hourMs });
    const ids = async (filter: Record<string, unknown>) =>
      (await backups(filter))?.items?.backup?.map((backup) => backup.backupId);
    expect(await ids({ backupStatus: "Failed" })).toEqual([failed.id]);
    expect(await ids({ backupMode: "Manual" })).toEqual([manual.id]);
    const range = { startTime: minutesOf(nowMs - 5 * hourMs), endTime: minutesOf(nowMs) };
    expect(await ids(range)).toEqual([failed.id, manual.id]);
    expect(await ids({ ...range, backupType: "IncrementalBackup" })).toEqual([]);
  });

  it("DescribeBackups pages by 30, 50 or 100", async () => {
    const { backups, rds } = await start();
    for (let number = 0; number < 30; number++) {
      rds.backupHistory("rm-1").add({ fromMs: nowMs - (number + 2) * minuteMs, toMs: nowMs - (number + 1) * minuteMs });
    }
    expect(await backups({ pageNumber: 2 })).toMatchObject({
      pageNumber: "2",
      pageRecordCount: "7",
      totalRecordCount: "37",
    });
    expect((await backups({ pageSize: 50 }))?.items?.backup).toHaveLength(37);
    await expect(backups({ pageSize: 40 })).rejects.toEqual(code("InvalidPageSize.Malformed", 400));
    await expect(backups({ pageNumber: 0 })).rejects.toEqual(code("InvalidPageNumbers.Malformed", 400));
  });

  it.each([
    [{ startTime: "2026-11-20T07:00:00Z" }, "InvalidStartTime.Format", 400],
    [{ endTime: "yesterday" }, "InvalidEndTime.Format", 400],
    [{ startTime: "2026-11-20T07:00Z", endTime: "2026-11-20T06:00Z" }, "InvalidParameterCombination", 400],
    [{ DBInstanceId: "rm-2" }, "InvalidDBInstance.NotFound", 404],
  ])("DescribeBackups refuses %j", async (filter, refusal, status) => {
    const { backups } = await start();
    await expect(backups(filter)).rejects.toEqual(code(refusal, status));
  });

  it("DescribeBackups has nothing for a temporary instance", async () => {
    const { backups, rds } = await start();
    const { id } = rds.createTemporaryInstanceByHand("rm-1", nowMs - hourMs);
    expect((await backups({ DBInstanceId: id }))?.totalRecordCount).toBe("0");
  });
});

describe("DescribeLogBackupFiles", () => {
  it("DescribeLogBackupFiles answers log backups without a gap up to the last finished one, counters as numbers", async () => {
    const { logs, timings } = await start();
    const body = await logs(nowMs - hourMs, nowMs + hourMs);
    const files = body?.items?.binLogFile ?? [];
    const interval = timings.logBackupIntervalMs;
    expect(body).toMatchObject({ pageNumber: 1, totalRecordCount: files.length, pageRecordCount: files.length });
    const newestEnd = Date.parse(files[0]?.logEndTime as string);
    expect(nowMs - newestEnd).toBeLessThan(interval);
    for (const [index, file] of files.entries()) {
      expect(Date.parse(file.logEndTime as string)).toBe(newestEnd - index * interval);
      expect(Date.parse(file.logBeginTime as string)).toBe(newestEnd - (index + 1) * interval);
    }
    expect(Date.parse(files.at(-1)?.logBeginTime as string)).toBeLessThanOrEqual(nowMs - hourMs);
  });

  it("DescribeLogBackupFiles leaves out what lies in a hole", async () => {
    const { logs, rds } = await start();
    const whole = (await logs(nowMs - 2 * hourMs, nowMs))?.totalRecordCount as number;
    rds.backupHistory("rm-1").addLogHole({ fromMs: nowMs - hourMs, toMs: nowMs - hourMs + 1 });
    expect((await logs(nowMs - 2 * hourMs, nowMs))?.totalRecordCount).toBe(whole - 1);
  });

  it("DescribeLogBackupFiles begins with the first full backup and ends with the retention", async () => {
    const { logs } = await start({ createdAtMs: nowMs - hourMs });
    const files = (await logs(nowMs - dayMs, nowMs))?.items?.binLogFile ?? [];
    expect(files.at(-1)?.logBeginTime).toBe(secondsOf(nowMs - hourMs + minuteMs));
    const old = await start({ backupPolicy: { logRetentionDays: 1 } });
    expect((await old.logs(nowMs - 3 * dayMs, nowMs - 2 * dayMs))?.totalRecordCount).toBe(0);
  });

  it("DescribeLogBackupFiles pages by 30 to 1000", async () => {
    const { logs } = await start();
    const all = (await logs(nowMs - dayMs, nowMs, { pageSize: 1000 }))?.items?.binLogFile ?? [];
    const third = (await logs(nowMs - dayMs, nowMs, { pageSize: 100, pageNumber: 3 }))?.items?.binLogFile ?? [];
    expect(all.length).toBeGreaterThan(200);
    expect(third).toEqual(all.slice(200));
    await expect(logs(nowMs - dayMs, nowMs, { pageSize: 10 })).rejects.toEqual(code("InvalidPageSize.Malformed", 400));
  });

  it("DescribeLogBackupFiles is for SQL Server", async () => {
    const { logs } = await start({ engine: "MySQL", engineVersion: "8.0" });
    await expect(logs(nowMs - hourMs, nowMs)).rejects.toEqual(code("IncorrectDBInstanceEngine", 403));
  });

  it("DescribeLogBackupFiles needs both ends", async () => {
    const { client } = await start();
    const request = new DescribeLogBackupFilesRequest({ DBInstanceId: "rm-1", startTime: minutesOf(nowMs) });
    await expect(client.describeLogBackupFiles(request)).rejects.toEqual(code("MissingParameter", 400));
  });
});

describe("DescribeBackupPolicy", () => {
  it("DescribeBackupPolicy answers retention, switches and the next backup flat", async () => {
    const { client } = await start({ backupPolicy: { dataRetentionDays: 30, logBackups: false } });
    const { body } = await client.describeBackupPolicy(new DescribeBackupPolicyRequest({ DBInstanceId: "rm-1" }));
    expect(body).toMatchObject({
      backupRetentionPeriod: 30,
      logBackupRetentionPeriod: 7,
      enableBackupLog: "0",
      logBackupFrequency: "LogInterval",
      preferredBackupTime: "20:00Z-21:00Z",
      preferredNextBackupTime: minutesOf(nowMs + 12 * hourMs),
    });
  });
});
