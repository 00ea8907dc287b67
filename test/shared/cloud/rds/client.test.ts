import { defaultCapabilities, laptopTimings } from "../../../../emulator/capabilities";
import { ManualClock } from "../../../../emulator/core/clock";
import { SeededRandom } from "../../../../emulator/core/random";
import { SqlServerData } from "../../../../emulator/data/sql-server-data";
import type { InstanceSpec } from "../../../../emulator/rds/managed-instance";
import { RdsService } from "../../../../emulator/rds/rds-service";
import { RdsClient } from "../../../../shared/cloud/rds/client";
import { hourMs, minuteMs, NumberedAddresses, nowText } from "../../../emulator/rds/rds-cloud";
import { closeLocalServices, serveLocally } from "../local-services";
import { ScriptedService } from "../scripted-service";

const nowMs = Date.parse(nowText);
const services: ScriptedService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
  await closeLocalServices();
});

/** The product's client against the local cloud, with a master `rm-shop`. */
async function start(master: Partial<InstanceSpec> = {}) {
  const clock = new ManualClock(nowMs);
  const local = new RdsService({
    clock,
    random: new SeededRandom(1),
    regionId: "cn-hangzhou",
    accountId: "1000000000000001",
    capabilities: defaultCapabilities,
    timings: laptopTimings,
    addresses: new NumberedAddresses(),
  });
  const data = new SqlServerData();
  data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 100 * hourMs);
  local.addInstance({ id: "rm-shop", data, ...master });
  const { rpc, faults } = await serveLocally(local);
  const rds = new RdsClient(rpc, "cn-hangzhou");
  const runningTemporaryInstance = async () => {
    const { instanceId } = await rds.createTemporaryInstance(anHourAgo);
    clock.advance(laptopTimings.createTemporaryInstanceMs);
    return instanceId;
  };
  return { rds, local, faults, clock, runningTemporaryInstance };
}

const anHourAgo = { masterInstanceId: "rm-shop", restoreTimeMs: nowMs - hourMs, backupId: null };

/** The client against answers that a test makes up. */
async function scripted(answer: (query: URLSearchParams) => Record<string, unknown>) {
  const service = new ScriptedService((seen) => ({ json: answer(seen.query) }));
  services.push(service);
  return { service, rds: new RdsClient(await service.start({ service: "rds", version: "2014-08-15" }), "cn-hangzhou") };
}

describe("an instance", () => {
  test("an instance is read with everything that a restore needs of it", async () => {
    const { rds } = await start();
    expect(await rds.describeInstance("rm-shop")).toEqual({
      id: "rm-shop",
      description: "rm-shop",
      type: "Primary",
      status: "Running",
      masterInstanceId: null,
      temporaryInstanceId: null,
      engine: "SQLServer",
      engineVersion: "2008r2",
      category: "HighAvailability",
      storageType: "local_ssd",
      storageGb: 100,
      instanceClass: "rds.mssql.s2.large",
      networkType: "VPC",
      vpcId: "vpc-local",
      vSwitchId: "vsw-local",
      zoneId: "cn-hangzhou-b",
      lockMode: "Unlock",
      collation: "Chinese_PRC_CI_AS",
      timeZone: "China Standard Time",
      recoveryModel: "Full",
      databasesMax: 100,
      createdAtMs: nowMs - 240 * hourMs,
    });
  });

  test("an instance that is not there is null, however RDS says so", async () => {
    const { rds } = await start();
    expect(await rds.describeInstance("rm-nobody")).toBeNull();
    const empty = await scripted(() => ({ Items: { DBInstanceAttribute: [] } }));
    expect(await empty.rds.describeInstance("rm-nobody")).toBeNull();
  });

  test.each(["InvalidDBInstanceName.NotFound", "InvalidDBInstance.NotFound", "Forbidden.InstanceNotFound"])(
    "an instance that is not there is null when RDS says %s, whatever the HTTP status",
    async (Code) => {
      for (const status of [400, 403, 404]) {
        const service = new ScriptedService(() => ({ status, json: { RequestId: "1", Code, Message: "gone" } }));
        services.push(service);
        const rds = new RdsClient(await service.start({ service: "rds", version: "2014-08-15" }), "cn-hangzhou");
        expect(await rds.describeInstance("rm-1")).toBeNull();
        await expect(rds.deleteInstance("rm-1")).resolves.toBeUndefined();
        await expect(rds.describeDiskUsed("rm-1")).rejects.toMatchObject({ kind: "refused", code: Code });
      }
    },
  );

  test("an instance of which RDS answers something else than asked is not taken for it", async () => {
    const other = { DBInstanceId: "rm-other", DBInstanceStatus: "Running", CreationTime: nowText };
    const { rds } = await scripted(() => ({ Items: { DBInstanceAttribute: [other] } }));
    expect(await rds.describeInstance("rm-shop")).toBeNull();
  });

  test("an instance may be told with drifting types and without what is unset", async () => {
    const raw = {
      DBInstanceId: "rm-shop",
      DBInstanceStatus: "LingSwitching",
      DBInstanceType: "Primary",
      DBInstanceStorage: "50",
      TempDBInstanceId: "",
      Collation: "",
      CreationTime: nowText,
      Extra: { RecoveryModel: "Full" },
    };
    const { rds } = await scripted(() => ({ Items: { DBInstanceAttribute: [raw] } }));
    expect(await rds.describeInstance("rm-shop")).toMatchObject({
      status: "LingSwitching",
      storageGb: 50,
      temporaryInstanceId: null,
      collation: null,
      vpcId: null,
      createdAtMs: nowMs,
    });
  });
});

describe("a temporary instance", () => {
  test("a temporary instance is made at a time, shown by its master, listed, deleted, and gone", async () => {
    const { rds, clock } = await start();
    const { instanceId } = await rds.createTemporaryInstance(anHourAgo);
    expect(await rds.describeInstance("rm-shop")).toMatchObject({ temporaryInstanceId: instanceId });
    clock.advance(laptopTimings.createTemporaryInstanceMs);
    expect(await rds.listTemporaryInstances()).toMatchObject([
      { id: instanceId, type: "Temp", status: "Running", masterInstanceId: "rm-shop", createdAtMs: nowMs },
    ]);
    await rds.deleteInstance(instanceId);
    clock.advance(laptopTimings.deleteInstanceMs);
    expect(await rds.describeInstance(instanceId)).toBeNull();
    await expect(rds.deleteInstance(instanceId)).resolves.toBeUndefined();
  });

  test("a temporary instance is made to the second, in UTC", async () => {
    const { service, rds } = await scripted(() => ({ TempDBInstanceId: "sub1_rm-shop" }));
    await rds.createTemporaryInstance({ ...anHourAgo, restoreTimeMs: Date.parse("2026-11-20T17:00:07.900+08:00") });
    expect(Object.fromEntries(service.requests[0]!.query)).toEqual({
      DBInstanceId: "rm-shop",
      RestoreTime: "2026-11-20T09:00:07Z",
    });
  });

  test("a temporary instance is made from a backup", async () => {
    const { rds } = await start();
    const [backup] = await rds.listBackups("rm-shop", nowMs - 48 * hourMs, nowMs);
    const { instanceId } = await rds.createTemporaryInstance({
      masterInstanceId: "rm-shop",
      restoreTimeMs: null,
      backupId: backup!.backupId,
    });
    expect(instanceId).toMatch(/^sub\d+_rm-shop$/);
  });

  test("a temporary instance is not asked for with a backup id that JavaScript would round", async () => {
    const { service, rds } = await scripted(() => ({}));
    const input = { masterInstanceId: "rm-shop", restoreTimeMs: null, backupId: "9007199254740993" };
    await expect(rds.createTemporaryInstance(input)).rejects.toMatchObject({ kind: "refused" });
    expect(service.requests).toEqual([]);
  });

  test("a temporary instance is there although the answer to its making was lost, and nothing asked for a second one", async () => {
    const { rds, faults } = await start();
    faults.add({ service: "rds", action: "CreateTempDBInstance", kind: "lost-reply", times: 1 });
    await expect(rds.createTemporaryInstance(anHourAgo)).rejects.toMatchObject({
      kind: "unknown-outcome",
      code: "ConnectionLost",
    });
    expect(await rds.listTemporaryInstances()).toHaveLength(1);
    await expect(rds.createTemporaryInstance(anHourAgo)).rejects.toMatchObject({
      kind: "refused",
      code: "OperationDenied.TempDBInstanceExists",
    });
  });

  test("a temporary instance may exist when the answer to its making names none", async () => {
    for (const answer of [{}, { TempDBInstanceId: "" }]) {
      const { rds } = await scripted(() => answer);
      await expect(rds.createTemporaryInstance(anHourAgo)).rejects.toMatchObject({
        kind: "unknown-outcome",
        code: "BadAnswer",
      });
    }
  });
});

describe("lists", () => {
  const item = (number: number, type = "Temp") => ({
    DBInstanceId: `sub${number}_rm-1`,
    DBInstanceType: type,
    DBInstanceStatus: "Running",
    MasterInstanceId: "rm-1",
    CreateTime: nowText,
  });

  test("lists are read to the last page, and what is not a temporary instance is left out", async () => {
    const all = [...Array.from({ length: 205 }, (_, number) => item(number)), item(999, "Primary")];
    const { service, rds } = await scripted((query) => {
      const start = (Number(query.get("PageNumber")) - 1) * Number(query.get("PageSize"));
      return { Items: { DBInstance: all.slice(start, start + Number(query.get("PageSize"))) } };
    });
    const found = await rds.listTemporaryInstances();
    expect(new Set(found.map(({ id }) => id)).size).toBe(205);
    expect(service.requests.map(({ query }) => query.get("PageNumber"))).toEqual(["1", "2", "3"]);
    expect(service.requests[0]!.query.get("DBInstanceType")).toBe("Temp");
  });

  test("lists that never end are given up", async () => {
    const { rds } = await scripted(() => ({ Items: { DBInstance: Array.from({ length: 100 }, (_, at) => item(at)) } }));
    await expect(rds.listTemporaryInstances()).rejects.toMatchObject({ kind: "unavailable", code: "TooManyPages" });
  });

  test("lists of a form that is not understood are no empty lists", async () => {
    for (const answer of [{}, { Items: {} }, { Items: { DBInstance: [{ DBInstanceId: "x" }] } }]) {
      const { rds } = await scripted(() => answer);
      await expect(rds.listTemporaryInstances()).rejects.toMatchObject({ kind: "unavailable", code: "BadAnswer" });
    }
  });

  test("lists are not taken from a throttled service", async () => {
    const { rds, faults } = await start();
    faults.add({ service: "rds", action: "*", kind: "throttle", times: 1, delayMs: 700 });
    await expect(rds.listTemporaryInstances()).rejects.toMatchObject({
      kind: "throttled",
      details: { retryAfterMs: 700 },
    });
    expect(await rds.listTemporaryInstances()).toEqual([]);
  });
});

describe("backups", () => {
  test("backups of the last days, with the moment that each is consistent to", async () => {
    const { rds } = await start();
    const backups = await rds.listBackups("rm-shop", nowMs - 72 * hourMs, nowMs);
    expect(backups).toHaveLength(3);
    for (const backup of backups) {
      expect(backup).toMatchObject({ status: "Success", type: "FullBackup", available: true });
      expect(backup.consistentAtMs).toBe(backup.endedAtMs);
      expect(backup.endedAtMs).toBeGreaterThan(backup.startedAtMs);
    }
    expect(await rds.listBackups("rm-shop", nowMs - 2 * minuteMs, nowMs)).toEqual([]);
  });

  test("backups are asked for without seconds, the last minute included", async () => {
    const { service, rds } = await scripted(() => ({ Items: { Backup: [], BinLogFile: [] } }));
    const toMs = Date.parse("2026-11-20T08:00:30Z");
    await rds.listBackups("rm-shop", toMs - hourMs, toMs);
    await rds.listLogBackups("rm-shop", toMs - hourMs, toMs);
    for (const { query } of service.requests)
      expect([query.get("StartTime"), query.get("EndTime")]).toEqual(["2026-11-20T07:00Z", "2026-11-20T08:01Z"]);
  });

  test("backups that still run are no restore points, and no end of the list either", async () => {
    const done = {
      BackupId: 1001,
      BackupStatus: "Success",
      BackupType: "FullBackup",
      IsAvail: "1",
      BackupStartTime: "2026-11-20T01:00:00Z",
      BackupEndTime: "2026-11-20T01:10:00Z",
      ConsistentTime: "",
    };
    const page = [{ ...done, BackupEndTime: "" }, ...Array.from({ length: 99 }, () => done)];
    const { rds } = await scripted((query) => ({ Items: { Backup: query.get("PageNumber") === "1" ? page : [done] } }));
    const found = await rds.listBackups("rm-shop", nowMs - hourMs, nowMs);
    expect(found).toHaveLength(100);
    expect(found[0]).toMatchObject({ backupId: "1001", available: true, consistentAtMs: null });
  });

  test("backups of the log are one after the other", async () => {
    const { rds } = await start();
    const logs = await rds.listLogBackups("rm-shop", nowMs - hourMs, nowMs);
    expect(logs.length).toBeGreaterThan(5);
    const sorted = [...logs].sort((left, right) => left.beginMs - right.beginMs);
    for (const [index, log] of sorted.slice(1).entries()) expect(log.beginMs).toBe(sorted[index]!.endMs);
  });

  test("backups follow a policy", async () => {
    const { rds } = await start({ backupPolicy: { dataRetentionDays: 30, logRetentionDays: 14, logBackups: false } });
    expect(await rds.describeBackupPolicy("rm-shop")).toEqual({
      dataRetentionDays: 30,
      logRetentionDays: 14,
      logBackupEnabled: false,
    });
  });
});

describe("databases, disk and network", () => {
  test("a database is made and listed with its state and character set", async () => {
    const { rds, clock } = await start();
    const characterSet = "SQL_Latin1_General_CP1_CI_AS";
    await rds.createDatabase({ instanceId: "rm-shop", name: "shop-restored", characterSet, description: "Rewind" });
    clock.advance(laptopTimings.createDatabaseMs);
    expect(await rds.listDatabases("rm-shop")).toEqual([
      { name: "shop", status: "Running", characterSet: "Chinese_PRC_CI_AS" },
      { name: "shop-restored", status: "Running", characterSet },
    ]);
  });

  test("the disk figure, and none where RDS has none", async () => {
    const { rds, local } = await start();
    local.setDiskUsed("rm-shop", 12_345);
    expect(await rds.describeDiskUsed("rm-shop")).toBe(12_345);
    const none = await scripted(() => ({ DiskUsed: "-1" }));
    expect(await none.rds.describeDiskUsed("rm-shop")).toBeNull();
    await expect(rds.describeDiskUsed("rm-nobody")).rejects.toMatchObject({ kind: "refused" });
  });

  test("a group of our own is covered again and again, and the others stay as they are", async () => {
    const { rds, runningTemporaryInstance } = await start();
    const id = await runningTemporaryInstance();
    const before = await rds.listWhitelist(id);
    await rds.coverWhitelistGroup(id, "rewind_1", ["10.0.0.0/24", "10.0.0.0/24", "10.1.0.0/24"]);
    await rds.coverWhitelistGroup(id, "rewind_1", ["10.1.0.0/24"]);
    expect(await rds.listWhitelist(id)).toEqual(new Map([...before!, ["rewind_1", ["10.1.0.0/24"]]]));
    expect(await rds.listWhitelist("rm-nobody")).toBeNull();
  });

  describe("the whitelist of an instance that is gone", () => {
    const refusal = { status: 403, json: { RequestId: "1", Code: "IncorrectDBInstanceState", Message: "no" } };
    const nothing = { json: { Items: { DBInstanceIPArray: [] } } };
    const living = { DBInstanceId: "rm-1", DBInstanceStatus: "Running", CreationTime: nowText };
    const asked = async (whitelist: typeof refusal | typeof nothing, instances: readonly object[]) => {
      const service = new ScriptedService(({ headers }) =>
        headers["x-acs-action"] === "DescribeDBInstanceIPArrayList"
          ? whitelist
          : { json: { Items: { DBInstanceAttribute: instances } } },
      );
      services.push(service);
      return new RdsClient(await service.start({ service: "rds", version: "2014-08-15" }), "cn-hangzhou");
    };

    test("the whitelist of an instance that is gone is none, whatever RDS answers", async () => {
      for (const answer of [refusal, nothing]) expect(await (await asked(answer, [])).listWhitelist("rm-1")).toBeNull();
    });

    test("the whitelist of an instance that is gone is told from the refusal, or the empty list, of one that is there", async () => {
      await expect((await asked(refusal, [living])).listWhitelist("rm-1")).rejects.toMatchObject({ kind: "refused" });
      expect(await (await asked(nothing, [living])).listWhitelist("rm-1")).toEqual(new Map());
    });
  });

  test("a private address is listed with its VPC", async () => {
    const { rds } = await start({ vpcId: "vpc-7" });
    const listed = { kind: "private", vpcId: "vpc-7", host: expect.any(String), port: expect.any(Number) };
    expect(await rds.listAddresses("rm-shop")).toEqual([listed]);
  });

  test("a public address is asked for and then listed with its port as a number", async () => {
    const { rds, runningTemporaryInstance } = await start();
    const id = await runningTemporaryInstance();
    const { connectionString } = await rds.allocatePublicConnection(id, "rewind-public", 3433);
    const addresses = await rds.listAddresses(id);
    expect(connectionString).toMatch(/^rewind-public\./);
    // The local cloud lists the address where it really listens.
    expect(addresses).toContainEqual({ kind: "public", vpcId: null, host: "127.0.0.1", port: expect.any(Number) });
  });
});

describe("a clone", () => {
  const offering = { engineVersion: "2019_std_ha", category: "HighAvailability", storageType: "cloud_essd" };
  const sold = { ...offering, zoneId: "cn-hangzhou-b", instanceClass: "mssql.x2.medium.s2", storageGb: 100 };
  const order = {
    masterInstanceId: "rm-shop",
    restoreTimeMs: nowMs - hourMs,
    backupId: null,
    clientToken: "rw1-token",
    description: "rewind_rw12345678abcdef",
    instanceClass: "mssql.x2.medium.s2",
    storageType: "cloud_essd",
    storageGb: 100,
    vpcId: "vpc-local",
    vSwitchId: "vsw-local",
    zoneId: "cn-hangzhou-b",
  };

  test("a clone is asked for as pay as you go, in one zone of a VPC, with nothing that RDS would choose by itself", async () => {
    const { service, rds } = await scripted(() => ({ DBInstanceId: "rm-clone", OrderId: "1" }));
    expect(await rds.cloneInstance(order)).toEqual({ instanceId: "rm-clone" });
    const { query } = service.requests.at(-1)!;
    expect(
      Object.fromEntries(
        [...query].filter(([name]) => !/^(x-acs|Signature|Access|Format|Version|Timestamp)/.test(name)),
      ),
    ).toEqual({
      DBInstanceId: "rm-shop",
      RegionId: "cn-hangzhou",
      ClientToken: "rw1-token",
      DBInstanceDescription: "rewind_rw12345678abcdef",
      RestoreTime: "2026-11-20T07:00:00Z",
      PayType: "Postpaid",
      DBInstanceClass: "mssql.x2.medium.s2",
      DBInstanceStorage: "100",
      DBInstanceStorageType: "cloud_essd",
      InstanceNetworkType: "VPC",
      VPCId: "vpc-local",
      VSwitchId: "vsw-local",
      ZoneId: "cn-hangzhou-b",
    });
  });

  test("a clone whose answer names no instance is of unknown outcome", async () => {
    const { rds } = await scripted(() => ({ OrderId: "1" }));
    await expect(rds.cloneInstance(order)).rejects.toMatchObject({ kind: "unknown-outcome", code: "BadAnswer" });
  });

  test("a clone is bought, listed by its description, and priced by the hour", async () => {
    const { rds } = await start({ ...offering, instanceClass: "mssql.x2.medium.s2" } as Partial<InstanceSpec>);
    const { instanceId } = await rds.cloneInstance(order);
    expect(await rds.listPrimaries("rewind_")).toMatchObject([{ id: instanceId, description: order.description }]);
    expect(await rds.listClasses(sold)).toMatchObject([
      { name: "mssql.x2.medium.s2", storage: { least: 20, most: 2000, step: 5 } },
      { name: "mssql.x4.medium.s2" },
    ]);
    for (const currency of ["CNY", "USD", null])
      expect(await rds.hourlyPrice(sold, currency)).toEqual({ amount: 2.6, currency: "CNY" });
  });

  test.each([
    ["CNY", ["bards", "bards_intl"]],
    ["USD", ["bards_intl", "bards"]],
    [null, ["bards", "bards_intl"]],
  ])(
    "a clone is priced for %s with the commodity of that site first, never with none",
    async (currency, commodities) => {
      const asked: (string | null)[] = [];
      const { rds } = await scripted((query) => {
        asked.push(query.get("CommodityCode"));
        return asked.length < 2
          ? { Code: "Price.PricingPlanResultNotFound", Message: "no", Success: false }
          : { PriceInfo: { Currency: "USD", TradePrice: 0.4 } };
      });
      expect(await rds.hourlyPrice(sold, currency)).toEqual({ amount: 0.4, currency: "USD" });
      expect(asked).toEqual(commodities);
    },
  );
});
