import {
  CreateTempDBInstanceRequest,
  DeleteDBInstanceRequest,
  DescribeDBInstanceAttributeRequest,
} from "@alicloud/rds20140815";
import { SqlServerData } from "../../emulator/data/sql-server-data";
import type { InstanceSpec } from "../../emulator/rds/managed-instance";
import { dayMs, hourMs, minuteMs, nowText, type RdsCloud, secondsOf, startRds } from "../emulator/rds/rds-cloud";

const nowMs = Date.parse(nowText);
const clouds: RdsCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

async function start(given: Parameters<typeof startRds>[0] = {}, master: Partial<InstanceSpec> = {}) {
  const cloud = await startRds(given);
  clouds.push(cloud);
  cloud.rds.addInstance({ id: "rm-master", ...master });
  const { client } = cloud;
  const create = async (point: { restoreTime?: string; backupId?: number }, DBInstanceId = "rm-master") => {
    const { body } = await client.createTempDBInstance(new CreateTempDBInstanceRequest({ DBInstanceId, ...point }));
    return body?.tempDBInstanceId as string;
  };
  const attribute = async (DBInstanceId: string) => {
    const request = new DescribeDBInstanceAttributeRequest({ DBInstanceId });
    const { body } = await client.describeDBInstanceAttribute(request);
    return body?.items?.DBInstanceAttribute?.[0];
  };
  const remove = (DBInstanceId: string) => client.deleteDBInstance(new DeleteDBInstanceRequest({ DBInstanceId }));
  return { ...cloud, create, attribute, remove };
}

const anHourAgo = { restoreTime: secondsOf(nowMs - hourMs) };
const code = (value: string, statusCode?: number) =>
  expect.objectContaining({ code: value, ...(statusCode !== undefined && { statusCode }) });

/** A database with one table of numbers, one added each hour: the value is the number of hours ago. */
function hourly(): SqlServerData {
  const data = new SqlServerData();
  const database = data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 3 * dayMs);
  const definition = {
    schema: "dbo",
    name: "Hours",
    columns: [{ name: "Ago", type: { name: "int" as const }, nullable: false }],
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
  };
  database.commit(nowMs - 3 * dayMs, [{ kind: "create-table", definition }]);
  for (let ago = 30; ago >= 0; ago--) {
    database.commit(nowMs - ago * hourMs, [{ kind: "insert", schema: "dbo", table: "Hours", rows: [[ago]] }]);
  }
  data.setLogin({ name: "dba", password: "old", super: true, rights: {} }, nowMs - 2 * dayMs);
  data.setLogin({ name: "dba", password: "new", super: true, rights: {} }, nowMs - 90 * minuteMs);
  return data;
}

const youngest = (data: SqlServerData | undefined) =>
  [...(data?.database("shop")?.table("dbo", "Hours")?.rows.values() ?? [])].at(-1)?.[0];

describe("a temporary instance", () => {
  it("a temporary instance is of type Temp on the classic network, names its master, and is named by it", async () => {
    const { create, attribute } = await start();
    const id = await create(anHourAgo);
    expect(id).toMatch(/^sub\d{13}_rm-master$/);
    expect(await attribute(id)).toMatchObject({
      DBInstanceId: id,
      DBInstanceType: "Temp",
      masterInstanceId: "rm-master",
      instanceNetworkType: "Classic",
      engine: "SQLServer",
      engineVersion: "2008r2",
      creationTime: nowText,
    });
    expect(await attribute("rm-master")).toMatchObject({ DBInstanceType: "Primary", tempDBInstanceId: id });
  });

  it("a temporary instance is Creating, then Running, then Deleting, then not found", async () => {
    const { create, attribute, remove, clock, timings } = await start();
    const id = await create(anHourAgo);
    const status = async () => (await attribute(id))?.DBInstanceStatus;
    expect(await status()).toBe("Creating");
    clock.advance(timings.createTemporaryInstanceMs);
    expect(await status()).toBe("Running");
    expect((await remove(id)).body?.regionId).toBe("cn-hangzhou");
    expect(await status()).toBe("Deleting");
    clock.advance(timings.deleteInstanceMs);
    await expect(attribute(id)).rejects.toEqual(code("InvalidDBInstanceId.NotFound", 404));
    expect((await attribute("rm-master"))?.tempDBInstanceId).toBeUndefined();
  });

  it("a temporary instance holds the databases, rows, logins and passwords of the restore time", async () => {
    const { create, rds } = await start({}, { data: hourly() });
    const id = await create({ restoreTime: secondsOf(nowMs - 2 * hourMs) });
    expect(youngest(rds.instance(id)?.data)).toBe(2);
    expect(rds.instance(id)?.data.login("dba")?.password).toBe("old");
    expect(rds.instance(id)?.restoredToMs).toBe(nowMs - 2 * hourMs);
    expect(youngest(rds.instance("rm-master")?.data)).toBe(0);
  });

  it("a temporary instance reaches only to the last backup before the restore time, where the service works so", async () => {
    const { create, rds } = await start(
      { capabilities: { temporaryInstanceRestoresTo: "last-backup-before" } },
      { data: hourly() },
    );
    const id = await create({ restoreTime: secondsOf(nowMs - 2 * hourMs) });
    const last = rds.backups("rm-master").at(-1);
    expect(rds.instance(id)?.restoredToMs).toBe(last?.endedAtMs);
    expect(youngest(rds.instance(id)?.data)).toBe(12);
  });

  it("a temporary instance can be made from a backup", async () => {
    const { create, rds } = await start({}, { data: hourly() });
    const [, yesterday] = rds.backups("rm-master").toReversed();
    const id = await create({ backupId: Number(yesterday?.id) });
    expect(rds.instance(id)?.restoredToMs).toBe(yesterday?.endedAtMs);
  });

  it("a temporary instance is released by RDS 48 hours after it was made", async () => {
    const { create, attribute, clock, timings } = await start();
    const id = await create(anHourAgo);
    clock.advance(48 * hourMs - 1);
    expect((await attribute(id))?.DBInstanceStatus).toBe("Running");
    clock.advance(1);
    expect((await attribute(id))?.DBInstanceStatus).toBe("Deleting");
    clock.advance(timings.deleteInstanceMs);
    await expect(attribute(id)).rejects.toEqual(code("InvalidDBInstanceId.NotFound"));
  });

  it.each([
    [false, ["127.0.0.1"]],
    [true, ["10.0.0.0/8"]],
  ])("a temporary instance inherits the master's whitelist: %s", async (tempInheritsWhitelist, expected) => {
    const { create, rds } = await start(
      { capabilities: { tempInheritsWhitelist } },
      { whitelist: { default: ["10.0.0.0/8"] } },
    );
    const id = await create(anHourAgo);
    expect(rds.instance(id)?.whitelist.get("default")).toEqual(expected);
  });

  it.each(["TempDBInstanceCreating", "Restoring"] as const)(
    "a temporary instance may be called %s while it is made",
    async (status) => {
      const { create, attribute } = await start({ capabilities: { tempStatusWhileCreated: status } });
      expect((await attribute(await create(anHourAgo)))?.DBInstanceStatus).toBe(status);
    },
  );

  it("a temporary instance may show in the master's status while it is made, and the master's SQL Server goes on", async () => {
    const { create, attribute, rds, clock, timings } = await start({
      capabilities: { masterStatusWhileTempIsCreated: "TempDBInstanceCreating" },
    });
    await create(anHourAgo);
    expect((await attribute("rm-master"))?.DBInstanceStatus).toBe("TempDBInstanceCreating");
    expect(rds.isRunning(rds.instance("rm-master")!)).toBe(true);
    clock.advance(timings.createTemporaryInstanceMs);
    expect((await attribute("rm-master"))?.DBInstanceStatus).toBe("Running");
  });

  it("a temporary instance takes connections only while it is Running", async () => {
    const { create, rds, clock, timings, remove } = await start();
    const instance = rds.instance(await create(anHourAgo))!;
    expect(rds.isRunning(instance)).toBe(false);
    clock.advance(timings.createTemporaryInstanceMs);
    expect(rds.isRunning(instance)).toBe(true);
    await remove(instance.id);
    expect(rds.isRunning(instance)).toBe(false);
    clock.advance(timings.deleteInstanceMs);
    expect(rds.isRunning(instance)).toBe(false);
  });
});

describe("one temporary instance per master", () => {
  const exists = code("OperationDenied.TempDBInstanceExists", 403);

  it("one temporary instance per master refuses a second while one is made, runs or is being deleted, and takes one after that", async () => {
    const { create, remove, clock, timings } = await start();
    const first = await create(anHourAgo);
    await expect(create(anHourAgo)).rejects.toEqual(exists);
    clock.advance(timings.createTemporaryInstanceMs);
    await expect(create(anHourAgo)).rejects.toEqual(exists);
    await remove(first);
    await expect(create(anHourAgo)).rejects.toEqual(exists);
    clock.advance(timings.deleteInstanceMs);
    const second = await create(anHourAgo);
    expect(second).not.toBe(first);
  });

  it("one temporary instance per master counts one that somebody made by hand", async () => {
    const { create, rds, attribute } = await start();
    const { id } = rds.createTemporaryInstanceByHand("rm-master", nowMs - hourMs);
    expect((await attribute("rm-master"))?.tempDBInstanceId).toBe(id);
    await expect(create(anHourAgo)).rejects.toEqual(exists);
  });

  it("one temporary instance per master lets another master have its own", async () => {
    const { create, rds } = await start();
    rds.addInstance({ id: "rm-other" });
    await create(anHourAgo);
    expect(await create(anHourAgo, "rm-other")).toMatch(/_rm-other$/);
  });

  it("one temporary instance per master frees the master when RDS releases early", async () => {
    const { create, rds, clock, timings } = await start();
    const id = await create(anHourAgo);
    rds.releaseEarly(id);
    clock.advance(timings.deleteInstanceMs);
    await expect(create(anHourAgo)).resolves.toMatch(/^sub/);
  });
});

describe("deleting a temporary instance", () => {
  it.each([403, 400] as const)(
    "deleting a temporary instance is refused with %i while it is Creating",
    async (stateErrorStatus) => {
      const { create, remove } = await start({ capabilities: { stateErrorStatus } });
      const id = await create(anHourAgo);
      await expect(remove(id)).rejects.toEqual(code("OperationDenied.DBInstanceStatus", stateErrorStatus));
    },
  );

  it("deleting a temporary instance is refused while it is Deleting, and not found afterwards", async () => {
    const { create, remove, clock, timings } = await start();
    const id = await create(anHourAgo);
    clock.advance(timings.createTemporaryInstanceMs);
    await remove(id);
    await expect(remove(id)).rejects.toEqual(code("OperationDenied.DBInstanceStatus"));
    clock.advance(timings.deleteInstanceMs);
    await expect(remove(id)).rejects.toEqual(code("InvalidDBInstanceId.NotFound"));
  });
});

describe("the restore time", () => {
  it.each([
    ["now", nowMs],
    ["29 minutes ago", nowMs - 29 * minuteMs],
    ["more than 7 days ago", nowMs - 7 * dayMs - 1000],
  ])("the restore time is refused when it is %s", async (_, atMs) => {
    const { create } = await start();
    await expect(create({ restoreTime: secondsOf(atMs) })).rejects.toEqual(code("InvalidRestoreTime.Malformed", 400));
  });

  it("the restore time may be 30 minutes ago to the second, or less where that is set", async () => {
    const { create } = await start({ timings: { logBackupIntervalMs: minuteMs } });
    await expect(create({ restoreTime: secondsOf(nowMs - 30 * minuteMs) })).resolves.toMatch(/^sub/);
    const quick = await start({ restoreLagMs: minuteMs, timings: { logBackupIntervalMs: minuteMs } });
    await expect(quick.create({ restoreTime: secondsOf(nowMs - minuteMs) })).resolves.toMatch(/^sub/);
  });

  it.each(["2026-11-20T07:00Z", "2026-11-20 07:00:00", "2026-11-20T07:00:00+08:00", "2026-02-30T07:00:00Z", "soon"])(
    "the restore time is refused in the form %s",
    async (restoreTime) => {
      const { create } = await start();
      await expect(create({ restoreTime })).rejects.toEqual(code("InvalidRestoreTime.Format", 400));
    },
  );

  it("the restore time must be given, or a backup, and not both", async () => {
    const { create, rds } = await start();
    await expect(create({})).rejects.toEqual(code("MissingParameter", 400));
    const both = { ...anHourAgo, backupId: Number(rds.backups("rm-master")[0]?.id) };
    await expect(create(both)).rejects.toEqual(code("InvalidParameterCombination", 400));
  });

  it("the restore time has no backup when it is before the first one that is kept", async () => {
    const { create } = await start({}, { createdAtMs: nowMs - 2 * dayMs });
    const early = { restoreTime: secondsOf(nowMs - 2 * dayMs - hourMs) };
    await expect(create(early)).rejects.toEqual(code("OperationDenied.NotFoundBackup", 403));
  });

  it("the restore time has no backup inside a hole of the log backups, nor after it until the next full backup", async () => {
    const { create, rds } = await start();
    const last = rds.backups("rm-master").at(-1)!;
    rds.backupHistory("rm-master").addLogHole({ fromMs: last.endedAtMs + hourMs, toMs: last.endedAtMs + 2 * hourMs });
    const none = code("OperationDenied.NotFoundBackup");
    await expect(create({ restoreTime: secondsOf(last.endedAtMs + 90 * minuteMs) })).rejects.toEqual(none);
    await expect(create(anHourAgo)).rejects.toEqual(none);
    await expect(create({ restoreTime: secondsOf(last.endedAtMs + 30 * minuteMs) })).resolves.toMatch(/^sub/);
  });

  it("the restore time passes over a full backup that failed, because the log backups reach it from the one before", async () => {
    const { create, rds } = await start({}, { data: hourly() });
    const history = rds.backupHistory("rm-master");
    const last = rds.backups("rm-master").at(-1)!;
    history.fail(last.id);
    const id = await create(anHourAgo);
    expect(youngest(rds.instance(id)?.data)).toBe(1);
  });

  it("the restore time has no backup when log backups are off", async () => {
    const { create } = await start({}, { backupPolicy: { logBackups: false } });
    await expect(create(anHourAgo)).rejects.toEqual(code("OperationDenied.NotFoundBackup"));
  });
});

describe("a backup to restore", () => {
  it("a backup to restore must exist", async () => {
    const { create } = await start();
    await expect(create({ backupId: 1 })).rejects.toEqual(code("InvalidBackupId.NotFound", 404));
  });

  it("a backup to restore must have succeeded", async () => {
    const { create, rds } = await start();
    const failed = rds
      .backupHistory("rm-master")
      .add({ fromMs: nowMs - hourMs, toMs: nowMs - hourMs + minuteMs, status: "Failed" });
    await expect(create({ backupId: Number(failed.id) })).rejects.toEqual(code("OperationDenied.BackupStatus", 403));
  });

  it("a backup to restore must not be under way", async () => {
    const { create, rds } = await start();
    rds.backupHistory("rm-master").add({ fromMs: nowMs - minuteMs, toMs: nowMs + minuteMs });
    await expect(create(anHourAgo)).rejects.toEqual(code("OperationDenied.BackupJobExists", 403));
  });
});

describe("the master of a temporary instance", () => {
  it("the master of a temporary instance must exist", async () => {
    const { create } = await start();
    await expect(create(anHourAgo, "rm-other")).rejects.toEqual(code("InvalidDBInstanceId.NotFound", 404));
  });

  it("the master of a temporary instance must be Running", async () => {
    const { create, rds } = await start();
    rds.forceStatus("rm-master", "DBInstanceClassChanging");
    await expect(create(anHourAgo)).rejects.toEqual(code("OperationDenied.DBInstanceStatus", 403));
  });

  it("the master of a temporary instance must not be locked", async () => {
    const { create, rds } = await start();
    rds.lock("rm-master", "LockByDiskQuota");
    await expect(create(anHourAgo)).rejects.toEqual(code("OperationDenied.LockMode", 403));
  });

  it("the master of a temporary instance must not be a temporary or read-only instance itself", async () => {
    const { create, rds } = await start();
    rds.addInstance({ id: "rr-1", type: "Readonly", masterInstanceId: "rm-master" });
    await expect(create(anHourAgo, "rr-1")).rejects.toEqual(code("OperationDenied.DBInstanceType", 403));
    const temporary = await create(anHourAgo);
    await expect(create(anHourAgo, temporary)).rejects.toEqual(code("OperationDenied.DBInstanceType"));
  });

  it("the master of a temporary instance must be a SQL Server", async () => {
    const { create } = await start({}, { engine: "MySQL", engineVersion: "8.0" });
    await expect(create(anHourAgo)).rejects.toEqual(code("OperationDenied.DBInstanceEngine", 403));
  });

  const version = code("OperationDenied.CurrentEngineVersion", 403);
  it.each([
    ["2008r2", "local_ssd", "HighAvailability", true, true],
    ["2008r2", "cloud_ssd", "HighAvailability", false, false],
    ["2012", "cloud_ssd", "Basic", false, true],
    ["2016_web", "cloud_ssd", "Basic", false, true],
    ["2016_std_ha", "cloud_ssd", "HighAvailability", false, false],
    ["2019_std_ha", "cloud_essd", "HighAvailability", false, false],
  ] as const)(
    "%s on %s, %s: accepted today %s, by the older documents %s",
    async (engineVersion, storageType, category, today, until2020) => {
      const master = { engineVersion, storageType, category };
      const eras = [
        [today, "today"],
        [until2020, "until-2020"],
      ] as const;
      for (const [accepted, temporaryInstanceVersions] of eras) {
        const { create } = await start({ capabilities: { temporaryInstanceVersions } }, master);
        if (accepted) await expect(create(anHourAgo)).resolves.toMatch(/^sub/);
        else await expect(create(anHourAgo)).rejects.toEqual(version);
      }
    },
  );
});
