import {
  CloneDBInstanceRequest,
  DeleteDBInstanceRequest,
  DescribeAccountsRequest,
  DescribeAvailableClassesRequest,
  DescribeAvailableZonesRequest,
  DescribeDBInstanceAttributeRequest,
  DescribeDBInstanceIPArrayListRequest,
  DescribeDBInstancesRequest,
  DescribePriceRequest,
} from "@alicloud/rds20140815";
import { SqlServerData } from "../../emulator/data/sql-server-data";
import type { InstanceSpec } from "../../emulator/rds/managed-instance";
import { dayMs, hourMs, minuteMs, nowText, type RdsCloud, secondsOf, startRds } from "../emulator/rds/rds-cloud";

const nowMs = Date.parse(nowText);
const clouds: RdsCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

const code = (value: string, statusCode?: number) =>
  expect.objectContaining({ code: value, ...(statusCode !== undefined && { statusCode }) });

/** Two databases, each with a login of its own, and a login whose password changed an hour and a half ago. */
function twoDatabases(): SqlServerData {
  const data = new SqlServerData();
  for (const name of ["shop", "crm"]) data.createDatabase(name, "Chinese_PRC_CI_AS", nowMs - 3 * dayMs);
  data.setLogin({ name: "dba", password: "old", super: true, rights: {} }, nowMs - 2 * dayMs);
  data.setLogin({ name: "dba", password: "new", super: true, rights: {} }, nowMs - 90 * minuteMs);
  data.setLogin({ name: "crm_app", password: "crm", super: false, rights: { crm: "DBOwner" } }, nowMs - 2 * dayMs);
  return data;
}

const modern = {
  engineVersion: "2019_std_ha",
  storageType: "cloud_essd",
  instanceClass: "mssql.x2.medium.s2",
  storageGb: 100,
} as const;

async function start(given: Parameters<typeof startRds>[0] = {}, master: Partial<InstanceSpec> = {}) {
  const cloud = await startRds(given);
  clouds.push(cloud);
  cloud.rds.addInstance({ id: "rm-master", data: twoDatabases(), ...modern, ...master });
  const { client } = cloud;
  const wanted = {
    DBInstanceId: "rm-master",
    regionId: "cn-hangzhou",
    payType: "Postpaid",
    DBInstanceStorageType: "cloud_essd",
    DBInstanceClass: "mssql.x2.medium.s2",
    DBInstanceStorage: 100,
    restoreTime: secondsOf(nowMs - 2 * hourMs),
    zoneId: "cn-hangzhou-b",
    instanceNetworkType: "VPC",
    VPCId: "vpc-local",
    vSwitchId: "vsw-local",
    DBInstanceDescription: "rewind_rw12345678abcdef",
    clientToken: "token-1",
  };
  const clone = async (changes: Record<string, unknown> = {}) =>
    (await client.cloneDBInstance(new CloneDBInstanceRequest({ ...wanted, ...changes }))).body!;
  const attribute = async (DBInstanceId: string) => {
    const request = new DescribeDBInstanceAttributeRequest({ DBInstanceId });
    return (await client.describeDBInstanceAttribute(request)).body?.items?.DBInstanceAttribute?.[0];
  };
  const remove = (DBInstanceId: string) => client.deleteDBInstance(new DeleteDBInstanceRequest({ DBInstanceId }));
  const price = async (changes: Record<string, unknown> = {}) => {
    const request = new DescribePriceRequest({
      regionId: "cn-hangzhou",
      engine: "SQLServer",
      engineVersion: "2019_std_ha",
      DBInstanceClass: "mssql.x2.medium.s2",
      DBInstanceStorage: 100,
      quantity: 1,
      payType: "Postpaid",
      commodityCode: "bards",
      ...changes,
    });
    return (await client.describePrice(request)).body?.priceInfo;
  };
  return { ...cloud, clone, attribute, remove, price };
}

describe("a clone", () => {
  test("a clone is an ordinary primary in the chosen place, with an address of its own, and nothing names its source", async () => {
    const { clone, attribute, clock, timings } = await start();
    const { DBInstanceId: id, orderId } = await clone();
    expect(orderId).toMatch(/^\d+$/);
    expect(await attribute(id!)).toMatchObject({
      DBInstanceType: "Primary",
      DBInstanceStatus: "Creating",
      DBInstanceDescription: "rewind_rw12345678abcdef",
      payType: "Postpaid",
      vpcId: "vpc-local",
      vSwitchId: "vsw-local",
      zoneId: "cn-hangzhou-b",
      engineVersion: "2019_std_ha",
      DBInstanceStorage: 100,
      expireTime: "",
      creationTime: nowText,
    });
    expect((await attribute(id!))?.masterInstanceId ?? "").toBe("");
    clock.advance(timings.createCloneMs);
    const [running, master] = [await attribute(id!), await attribute("rm-master")];
    expect(running).toMatchObject({ DBInstanceStatus: "Running", connectionString: expect.any(String) });
    expect(running?.port).not.toBe(master?.port);
  });

  test("a clone has the master's whitelist of now, and the data, accounts and passwords of then", async () => {
    const { clone, rds, client } = await start({}, { whitelist: { default: ["0.0.0.0/0"], office: ["10.1.0.0/16"] } });
    const { DBInstanceId: id } = await clone();
    const groups = await client.describeDBInstanceIPArrayList(
      new DescribeDBInstanceIPArrayListRequest({ DBInstanceId: id }),
    );
    expect(groups.body?.items?.DBInstanceIPArray).toMatchObject([
      { DBInstanceIPArrayName: "default", securityIPList: "0.0.0.0/0" },
      { DBInstanceIPArrayName: "office", securityIPList: "10.1.0.0/16" },
    ]);
    expect(rds.instance(id!)!.data.login("dba")?.password).toBe("old");
    expect(rds.instance(id!)!.restoredToMs).toBe(nowMs - 2 * hourMs);
    rds.instance(id!)!.whitelist.set("office", ["127.0.0.1"]);
    expect(rds.instance("rm-master")!.whitelist.get("office")).toEqual(["10.1.0.0/16"]);
  });

  test.each([
    [true, ["crm_app", "dba"]],
    [false, ["dba"]],
  ])("a clone of some databases holds no others; all logins stay: %p", async (cloneBySubsetKeepsLogins, logins) => {
    const { clone, rds, client } = await start({ capabilities: { cloneBySubsetKeepsLogins } });
    const { DBInstanceId: id } = await clone({ dbNames: "shop" });
    expect(
      rds
        .instance(id!)!
        .data.databases()
        .map(({ name }) => name),
    ).toEqual(["shop"]);
    const accounts = await client.describeAccounts(new DescribeAccountsRequest({ DBInstanceId: id }));
    const names = accounts.body?.accounts?.DBInstanceAccount?.map(({ accountName }) => accountName);
    expect([...(names ?? [])].sort()).toEqual(logins);
    await expect(clone({ dbNames: "nowhere", clientToken: "token-2" })).rejects.toEqual(code("InvalidBackupSet", 400));
  });

  test.each(["Running", "INS_CLONING"] as const)("a clone leaves its master %s while it is made", async (status) => {
    const { clone, attribute, clock, timings } = await start({ capabilities: { masterStatusDuringClone: status } });
    await clone();
    expect((await attribute("rm-master"))?.DBInstanceStatus).toBe(status);
    clock.advance(timings.createCloneMs);
    expect((await attribute("rm-master"))?.DBInstanceStatus).toBe("Running");
  });

  test("a clone is found by a part of its description among the primaries", async () => {
    const { clone, client } = await start();
    const { DBInstanceId: id } = await clone();
    const request = new DescribeDBInstancesRequest({
      regionId: "cn-hangzhou",
      DBInstanceType: "Primary",
      searchKey: "rewind_",
    });
    const found = (await client.describeDBInstances(request)).body?.items?.DBInstance;
    expect(found).toMatchObject([{ DBInstanceId: id, DBInstanceDescription: "rewind_rw12345678abcdef" }]);
  });
});

describe("a client token", () => {
  test("a client token with the same parameters gets the same instance, and buys no second one", async () => {
    const { clone, rds } = await start();
    const first = await clone();
    const again = await clone();
    expect([again.DBInstanceId, again.orderId]).toEqual([first.DBInstanceId, first.orderId]);
    expect(rds.instances()).toHaveLength(2);
  });

  test.each(["refused", "first-answer"] as const)(
    "a client token with other parameters: %s",
    async (cloneTokenMismatch) => {
      const { clone, rds } = await start({ capabilities: { cloneTokenMismatch } });
      const first = await clone();
      const other = clone({ DBInstanceStorage: 200 });
      if (cloneTokenMismatch === "refused")
        await expect(other).rejects.toEqual(code("IdempotentParameterMismatch", 400));
      else expect((await other).DBInstanceId).toBe(first.DBInstanceId);
      expect(rds.instances()).toHaveLength(2);
    },
  );

  test.each([
    ["ten-minutes", 3],
    ["day", 2],
  ] as const)("a client token is known for %s", async (cloneTokenLife, instances) => {
    const { clone, rds, clock } = await start({ capabilities: { cloneTokenLife } });
    await clone();
    clock.advance(11 * minuteMs);
    await clone();
    expect(rds.instances()).toHaveLength(instances);
  });

  test("a client token whose call was refused may come with other parameters", async () => {
    const { clone } = await start();
    await expect(clone({ DBInstanceStorage: 50 })).rejects.toEqual(code("InvalidRecoveryDbInstance.StorageSize"));
    expect((await clone()).DBInstanceId).toMatch(/^rm-/);
  });
});

/** `no payType`, `autoPay false`. */
const shown = (changes: object) =>
  Object.entries(changes)
    .map(([name, value]) => (value === undefined ? `no ${name}` : `${name} ${value}`))
    .join(", ");

const refused: [Record<string, unknown>, string][] = [
  [{ payType: undefined }, "MissingParameter"],
  [{ DBInstanceStorageType: undefined }, "MissingParameter"],
  [{ restoreTime: undefined }, "RequiredParam.NotFound"],
  [{ backupId: "123" }, "InvalidParam"],
  [{ restoreTime: undefined, backupId: "123" }, "InvalidBackupSet"],
  [{ restoreTime: secondsOf(nowMs - 30 * dayMs) }, "InvalidRestoreTimeSpecified"],
  [{ restoreTime: secondsOf(nowMs + hourMs) }, "InvalidRestoreTimeSpecified"],
  [{ vSwitchId: undefined }, "RequiredParam.NotFound"],
  [{ vSwitchId: "vsw-none" }, "InvalidVswitchId"],
  [{ VPCId: "vpc-other" }, "InvalidVswitchId"],
  [{ zoneId: "cn-hangzhou-MAZ5(b,c)" }, "InvalidAvZone.NotSupport"],
  [{ DBInstanceDescription: "rewind:rw1" }, "InvalidParameter"],
  [{ DBInstanceDescription: "7 days" }, "InvalidParameter"],
  [{ DBInstanceStorage: 50 }, "InvalidRecoveryDbInstance.StorageSize"],
  [{ DBInstanceStorage: 102 }, "InvalidParam"],
  [{ DBInstanceStorageType: "local_ssd" }, "InvalidRecoveryDbInstance.StorageType"],
  [{ DBInstanceClass: "rds.mssql.s2.large" }, "InvalidInstanceLevel.DiskType"],
  [{ DBInstanceClass: "mssql.of.old" }, "InvalidDBInstanceClass.Offline"],
  [{ DBInstanceId: "rm-none" }, "InvalidDBInstanceId.NotFound"],
  [{ payType: "Prepaid" }, "RequiredParam.NotFound"],
  [{ autoPay: false }, "EmulatorNotImplemented"],
  [{ restoreTable: "1" }, "EmulatorNotImplemented"],
  [{ clientToken: "x".repeat(65) }, "InvalidParameter"],
];

test.each(refused.map(([changes, refusal]) => [shown(changes), refusal, changes] as const))(
  "a clone with %s is refused with %s, and nothing is bought",
  async (_, refusal, changes) => {
    const { clone, rds } = await start();
    await expect(clone(changes)).rejects.toEqual(code(refusal));
    expect([rds.instances().length, rds.bills()]).toEqual([1, []]);
  },
);

test("a 2008 R2 master on local disks, one that is not Running, a class that is sold out and a full quota are refused", async () => {
  const local = await start({}, { engineVersion: "2008r2", storageType: "local_ssd" });
  await expect(local.clone({ DBInstanceStorageType: "local_ssd" })).rejects.toEqual(code("Api.NotSupport"));
  const { clone, rds } = await start({ postpaidQuota: 2 });
  rds.forceStatus("rm-master", "Restarting");
  await expect(clone()).rejects.toEqual(code("IncorrectDBInstanceState", 403));
  rds.forceStatus("rm-master", undefined);
  await clone();
  await expect(clone({ clientToken: "token-2" })).rejects.toEqual(code("InsufficientAvailableQuota", 400));
  rds.sale.sellOut("mssql.x2.medium.s2");
  await expect(clone({ clientToken: "token-3" })).rejects.toEqual(code("OperationDenied.ZoneResource", 403));
});

describe("the end of a clone", () => {
  test("the end of a clone is a delete, refused while it is Creating and while it is protected; Prepaid is never deleted", async () => {
    const { clone, remove, clock, timings } = await start();
    const { DBInstanceId: id } = await clone();
    await expect(remove(id!)).rejects.toEqual(code("OperationDenied.DBInstanceStatus"));
    const { DBInstanceId: protectedId } = await clone({ clientToken: "token-2", deletionProtection: true });
    const { DBInstanceId: paidId } = await clone({
      clientToken: "token-3",
      payType: "Prepaid",
      period: "Month",
      usedTime: 1,
    });
    clock.advance(timings.createCloneMs);
    await expect(remove(protectedId!)).rejects.toEqual(code("OperationDenied.DeletionProtection"));
    await expect(remove(paidId!)).rejects.toEqual(code("OperationDenied.PrePayTypeNotSupported"));
    await remove(id!);
  });

  test.each(["absent", "Released"] as const)("the end of a clone leaves it %s", async (deletedClone) => {
    const { clone, remove, attribute, clock, timings } = await start({ capabilities: { deletedClone } });
    const { DBInstanceId: id } = await clone();
    clock.advance(timings.createCloneMs);
    await remove(id!);
    clock.advance(timings.deleteInstanceMs);
    if (deletedClone === "Released") {
      expect((await attribute(id!))?.DBInstanceStatus).toBe("Released");
      await expect(remove(id!)).rejects.toEqual(code("InvalidDBInstanceId.NotFound"));
      clock.advance(8 * dayMs);
    }
    await expect(attribute(id!)).rejects.toEqual(code("InvalidDBInstanceId.NotFound"));
  });

  test("the end of a clone ends its bill: each begun hour from the creation to the delete", async () => {
    const { clone, remove, rds, clock } = await start();
    const { DBInstanceId: id } = await clone();
    clock.advance(90 * minuteMs);
    expect(rds.bills()).toEqual([{ instanceId: id, hours: 2, amount: 5.2, currency: "CNY" }]);
    await remove(id!);
    clock.advance(5 * hourMs);
    expect(rds.bills()).toMatchObject([{ hours: 2 }]);
  });
});

describe("a price", () => {
  test.each([
    ["cn", "bards", { currency: "CNY", tradePrice: 2.6 }],
    ["intl", "bards_intl", { currency: "USD", tradePrice: 0.371 }],
  ] as const)(
    "a price of an hour is asked on the site %s as %s, and the other commodity is refused",
    async (priceSite, commodityCode, shown) => {
      const { price } = await start({ capabilities: { priceSite } });
      expect(await price({ commodityCode })).toMatchObject(shown);
      const other = commodityCode === "bards" ? "bards_intl" : "bards";
      await expect(price({ commodityCode: other })).rejects.toEqual(code("Price.PricingPlanResultNotFound"));
    },
  );

  test("a price without a commodity is that of a subscription", async () => {
    const { price } = await start();
    expect((await price({ commodityCode: undefined, payType: undefined }))!.tradePrice).toBeCloseTo(2.6 * 720);
  });

  test("a price follows the class, the disk and what the cloud asks by then", async () => {
    const { price, rds } = await start();
    expect((await price({ DBInstanceStorage: 200 }))!.tradePrice).toBe(2.8);
    rds.sale.raisePrices(10);
    expect((await price())!.tradePrice).toBe(26);
    await expect(price({ DBInstanceClass: "none" })).rejects.toEqual(code("InvalidDBInstanceClass.NotFound"));
  });
});

test("classes and zones on sale are plain arrays; what is sold out is not among them", async () => {
  const { client, rds } = await start();
  rds.addVSwitch("vsw-two", { vpcId: "vpc-local", zoneId: "cn-hangzhou-c" });
  const offered = async (zoneId: string) => {
    const request = new DescribeAvailableClassesRequest({
      regionId: "cn-hangzhou",
      zoneId,
      engine: "SQLServer",
      engineVersion: "2019_std_ha",
      DBInstanceStorageType: "cloud_essd",
      category: "HighAvailability",
      instanceChargeType: "Postpaid",
      orderType: "BUY",
    });
    return (await client.describeAvailableClasses(request)).body?.DBInstanceClasses;
  };
  expect(await offered("cn-hangzhou-b")).toMatchObject([
    { DBInstanceClass: "mssql.x2.medium.s2", DBInstanceStorageRange: { minValue: 20, maxValue: 2000, step: 5 } },
    { DBInstanceClass: "mssql.x4.medium.s2" },
  ]);
  rds.sale.sellOut("mssql.x2.medium.s2");
  expect(await offered("cn-hangzhou-c")).toMatchObject([{ DBInstanceClass: "mssql.x4.medium.s2" }]);
  await expect(offered("cn-hangzhou-MAZ5(b,c)")).rejects.toEqual(code("InvalidAvZone.Format"));
  const zones = await client.describeAvailableZones(
    new DescribeAvailableZonesRequest({ regionId: "cn-hangzhou", engine: "SQLServer", engineVersion: "2019_std_ha" }),
  );
  expect(zones.body?.availableZones).toMatchObject([{ zoneId: "cn-hangzhou-b" }, { zoneId: "cn-hangzhou-c" }]);
});
