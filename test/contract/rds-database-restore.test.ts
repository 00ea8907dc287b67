import {
  CopyDatabaseBetweenInstancesRequest,
  DescribeBackupsRequest,
  DescribeDatabasesRequest,
  DescribeDBInstanceAttributeRequest,
  RecoveryDBInstanceRequest,
} from "@alicloud/rds20140815";
import type { Capabilities } from "../../emulator/capabilities";
import { SqlServerData } from "../../emulator/data/sql-server-data";
import type { InstanceSpec } from "../../emulator/rds/managed-instance";
import { hourMs, minuteMs, nowText, type RdsCloud, startRds } from "../emulator/rds/rds-cloud";
import { tableOf } from "../simulation/sample-records";

const nowMs = Date.parse(nowText);
const clouds: RdsCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

/** `shop` with a table that was dropped half an hour ago; `report` could read it two hours ago, `late` was made since. */
function shopData(): SqlServerData {
  const data = new SqlServerData();
  const shop = data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 50 * hourMs);
  const definition = tableOf("Orders");
  shop.commit(nowMs - 40 * hourMs, [{ kind: "create-table", definition }]);
  shop.commit(nowMs - hourMs / 2, [{ kind: "drop-table", schema: "dbo", table: "Orders" }]);
  const login = { password: "let-me-in", super: false };
  data.setLogin({ ...login, name: "report", rights: { shop: "ReadOnly" } }, nowMs - 3 * hourMs);
  data.setLogin({ ...login, name: "report", rights: {} }, nowMs - hourMs);
  data.setLogin({ ...login, name: "late", rights: { shop: "DBOwner" } }, nowMs - hourMs);
  return data;
}

async function start(capabilities: Partial<Capabilities> = {}, master: Partial<InstanceSpec> = {}) {
  const cloud = await startRds({ capabilities });
  clouds.push(cloud);
  const { client, rds, clock } = cloud;
  const data = shopData();
  rds.addInstance({ id: "rm-1", engineVersion: "2019_std_ha", data, ...master });
  rds.addInstance({ id: "rm-scratch", engineVersion: "2019_std_ha" });
  const restoreTime = new Date(nowMs - 2 * hourMs).toISOString().replace(".000Z", "Z");
  const wanted = {
    DBInstanceId: "rm-1",
    targetDBInstanceId: "rm-1",
    dbNames: '{"shop":"shop_before"}',
    restoreTime,
  };
  const recover = (given: Record<string, string | undefined> = {}) =>
    client.recoveryDBInstance(new RecoveryDBInstanceRequest({ ...wanted, ...given }));
  const copy = (given: Record<string, string | undefined> = {}) =>
    client.copyDatabaseBetweenInstances(new CopyDatabaseBetweenInstancesRequest({ ...wanted, ...given }));
  const databases = async (DBInstanceId = "rm-1") =>
    (
      (await client.describeDatabases(new DescribeDatabasesRequest({ DBInstanceId }))).body?.databases?.database ?? []
    ).map(({ DBName, DBStatus }) => [DBName, DBStatus]);
  const finish = () => clock.advance(2 * minuteMs);
  return { ...cloud, data, wanted, recover, copy, databases, finish };
}

const code = (value: string, statusCode: number) => expect.objectContaining({ code: value, statusCode });

describe("databases that RDS restores into an instance", () => {
  it.each(["recover", "copy"] as const)(
    "%s answers no id, and the database arrives as it was, under its new name",
    async (call) => {
      const cloud = await start();
      const { body } = await cloud[call]();
      expect(body!.toMap()).toEqual({ RequestId: expect.any(String) });
      expect(await cloud.databases()).toEqual([
        ["shop", "Running"],
        ["shop_before", "Creating"],
      ]);
      cloud.finish();
      expect(await cloud.databases()).toEqual([
        ["shop", "Running"],
        ["shop_before", "Running"],
      ]);
      const arrived = cloud.data.database("shop_before")!;
      expect(arrived.tables().map(({ definition }) => definition.name)).toEqual(["Orders"]);
      expect(cloud.data.database("shop")!.tables()).toEqual([]);
      expect(arrived.createdAtMs).toBeGreaterThan(nowMs);
    },
  );

  it("Logins that are still there have the rights of the backup in it, and later ones have none", async () => {
    const { recover, finish, databases, data } = await start();
    await recover();
    finish();
    await databases();
    expect(data.login("report")!.rights).toEqual({ shop_before: "ReadOnly" });
    expect(data.login("late")!.rights).toEqual({ shop: "DBOwner" });
  });

  it("A backup set is restored to its end, and another instance can be the target", async () => {
    const { client, copy, databases, finish } = await start();
    const { body } = await client.describeBackups(new DescribeBackupsRequest({ DBInstanceId: "rm-1" }));
    const backupId = body!.items!.backup![0]!.backupId!;
    await copy({ backupId, restoreTime: undefined, targetDBInstanceId: "rm-scratch" });
    finish();
    expect(await databases("rm-scratch")).toEqual([["shop_before", "Running"]]);
    expect(await databases()).toEqual([["shop", "Running"]]);
  });

  it("Recovery without a target buys an instance, which is there and billed", async () => {
    const { recover, rds } = await start();
    const { body } = await recover({ targetDBInstanceId: undefined, dbNames: "shop" });
    expect(body!.DBInstanceId).toMatch(/^rm-/);
    expect(rds.instance(body!.DBInstanceId!)).toMatchObject({ type: "Primary" });
  });

  it("A restore that was accepted can come to nothing", async () => {
    const { recover, databases, finish, rds } = await start();
    rds.failNextDatabaseRestore("rm-1");
    await recover();
    finish();
    expect(await databases()).toEqual([["shop", "Running"]]);
  });

  it("A name that was taken meanwhile is skipped", async () => {
    const { recover, databases, finish, data } = await start();
    await recover();
    data.createDatabase("shop_before", "Chinese_PRC_CI_AS", nowMs);
    finish();
    await databases();
    expect(data.database("shop_before")!.tables()).toEqual([]);
  });

  it.each<[string, Record<string, string | undefined>, string, number]>([
    ["neither a set nor a time", { restoreTime: undefined }, "InvalidBackupIdOrRestoreTime.NotFound", 400],
    ["both a set and a time", { backupId: "123456789" }, "ErrorParametersConflict", 400],
    ["a list of names", { dbNames: "shop" }, "InvalidRecoveryDBNames.Format", 400],
    ["a database that the backup does not have", { dbNames: '{"stock":"s2"}' }, "InvalidBackupDBNames.NotFound", 400],
    ["a name that is there", { dbNames: '{"shop":"shop"}' }, "InvalidDBName.Duplicate", 400],
    ["a capital in the new name", { dbNames: '{"shop":"Shop2"}' }, "InvalidDBName.Format", 400],
    ["an unknown set", { backupId: "123", restoreTime: undefined }, "InvalidBackupSetID", 400],
    ["an unknown target", { targetDBInstanceId: "rm-9" }, "InvalidTargetDBInstanceName.Format", 400],
    ["a time that no backup covers", { restoreTime: "2026-01-01T00:00:00Z" }, "InvalidParamTableMeta.RestoreTime", 403],
  ])("Both calls refuse %s", async (_what, given, expected, status) => {
    const { recover, copy, databases } = await start();
    await expect(recover(given)).rejects.toEqual(code(expected, status));
    await expect(copy(given)).rejects.toEqual(code(expected, status));
    expect(await databases()).toEqual([["shop", "Running"]]);
  });

  it.each<[string, Partial<InstanceSpec>, string]>([
    ["2008 R2", { engineVersion: "2008r2" }, "EngineNotSupported"],
    ["snapshot backups", { backupPolicy: { method: "Snapshot" } }, "Forbidden.SnapshotRecovery"],
    ["the recovery model SIMPLE", { recoveryModel: "Simple" }, "CurrentRecoveryModelNotSupportThisAction"],
    ["no room for another database", { databasesMax: 1 }, "DBCountLimitExceeded"],
  ])("A master with %s is refused", async (_what, master, expected) => {
    const { recover } = await start({}, master);
    await expect(recover()).rejects.toEqual(expect.objectContaining({ code: expected }));
  });

  it("Basic and high-availability instances do not restore into each other, nor a newer one into an older one", async () => {
    const { recover, rds } = await start();
    rds.addInstance({ id: "rm-basic", engineVersion: "2019_std_ha", category: "Basic" });
    rds.addInstance({ id: "rm-old", engineVersion: "2016_std_ha" });
    await expect(recover({ targetDBInstanceId: "rm-basic" })).rejects.toEqual(
      code("BackupRestoreNotSupported.BasicHA", 400),
    );
    await expect(recover({ targetDBInstanceId: "rm-old" })).rejects.toEqual(code("InvalidInstanceVersion", 403));
  });

  it("The attribute tells the recovery model and how many databases there may be", async () => {
    const { client } = await start({}, { recoveryModel: "Simple", databasesMax: 7 });
    const request = new DescribeDBInstanceAttributeRequest({ DBInstanceId: "rm-1" });
    const [found] = (await client.describeDBInstanceAttribute(request)).body!.items!.DBInstanceAttribute!;
    expect(found).toMatchObject({ DBMaxQuantity: 7, extra: { recoveryModel: "Simple" } });
  });
});

describe("what documents leave open of restored databases", () => {
  it.each([
    ["recovery", null, "InvalidTargetDBInstanceName.Format"],
    ["copy", "IncorrectDBInstanceType", null],
    ["both", null, null],
    ["none", "IncorrectDBInstanceType", "InvalidTargetDBInstanceName.Format"],
  ] as const)("restoreIntoMaster %s", async (restoreIntoMaster, ofRecovery, ofCopy) => {
    for (const [call, refusal] of [
      ["recover", ofRecovery],
      ["copy", ofCopy],
    ] as const) {
      const cloud = await start({ restoreIntoMaster });
      const answer = cloud[call]();
      if (refusal === null) expect((await answer).statusCode).toBe(200);
      else await expect(answer).rejects.toEqual(expect.objectContaining({ code: refusal }));
    }
  });

  it("snapshotPartialRestore accepted restores single databases from a snapshot", async () => {
    const { recover } = await start({ snapshotPartialRestore: "accepted" }, { backupPolicy: { method: "Snapshot" } });
    expect((await recover()).statusCode).toBe(200);
  });

  it.each(["refused", "accepted"] as const)("restoreBeyondLastLogBackup %s", async (restoreBeyondLastLogBackup) => {
    const { recover } = await start({ restoreBeyondLastLogBackup });
    const answer = recover({ restoreTime: "2026-11-20T07:59:30Z" });
    if (restoreBeyondLastLogBackup === "accepted") expect((await answer).statusCode).toBe(200);
    else await expect(answer).rejects.toEqual(code("InvalidParamTableMeta.RestoreTime", 403));
  });

  it("restoredDatabaseListed at-end lists the database once it is Running", async () => {
    const { recover, databases, finish } = await start({ restoredDatabaseListed: "at-end" });
    await recover();
    expect(await databases()).toEqual([["shop", "Running"]]);
    finish();
    expect(await databases()).toContainEqual(["shop_before", "Running"]);
  });

  it("restoredNameLimit 16 refuses a longer name", async () => {
    const { recover } = await start({ restoredNameLimit: 16 });
    await expect(recover({ dbNames: '{"shop":"shop_before_lunch"}' })).rejects.toEqual(
      code("InvalidDBName.Format", 400),
    );
    expect((await recover({ dbNames: '{"shop":"shop_before_1234"}' })).statusCode).toBe(200);
  });

  it("bothBackupIdAndTime backup-wins takes the set", async () => {
    const { client, recover } = await start({ bothBackupIdAndTime: "backup-wins" });
    const { body } = await client.describeBackups(new DescribeBackupsRequest({ DBInstanceId: "rm-1" }));
    expect((await recover({ backupId: body!.items!.backup![0]!.backupId })).statusCode).toBe(200);
  });

  it.each(["Restoring", "Importing"] as const)("statusWhileDatabasesAreRestored %s", async (status) => {
    const { recover, rds, finish, databases } = await start({ statusWhileDatabasesAreRestored: status });
    await recover();
    expect(rds.status("rm-1")).toBe(status);
    await expect(recover({ dbNames: '{"shop":"other"}' })).rejects.toEqual(code("IncorrectDBInstanceState", 403));
    finish();
    await databases();
    expect(rds.status("rm-1")).toBe("Running");
  });
});
