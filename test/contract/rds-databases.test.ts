import { readFileSync } from "node:fs";
import {
  CreateDatabaseRequest,
  DeleteDatabaseRequest,
  DescribeAccountsRequest,
  DescribeDatabasesRequest,
  DescribeResourceUsageRequest,
  RestartDBInstanceRequest,
} from "@alicloud/rds20140815";
import { SqlServerData } from "../../emulator/data/sql-server-data";
import { knownRdsActions } from "../../emulator/rds/known-actions";
import { hourMs, nowText, type RdsCloud, startRds } from "../emulator/rds/rds-cloud";

const nowMs = Date.parse(nowText);
const clouds: RdsCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

function shopData(): SqlServerData {
  const data = new SqlServerData();
  data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs - 2 * hourMs);
  data.createDatabase("stock", "SQL_Latin1_General_CP1_CI_AS", nowMs - hourMs);
  data.setLogin({ name: "dba", password: "open-sesame", super: true, rights: {} }, nowMs - 2 * hourMs);
  data.setLogin({ name: "report", password: "let-me-in", super: false, rights: { shop: "ReadOnly" } }, nowMs - hourMs);
  return data;
}

async function start() {
  const cloud = await startRds();
  clouds.push(cloud);
  const { client, rds } = cloud;
  rds.addInstance({ id: "rm-1", data: shopData() });
  const databases = async (filter: Record<string, unknown> = {}) => {
    const request = new DescribeDatabasesRequest({ DBInstanceId: "rm-1", ...filter });
    return (await client.describeDatabases(request)).body?.databases?.database ?? [];
  };
  const create = (DBName: string | undefined, given: Record<string, unknown> = {}) =>
    client.createDatabase(
      new CreateDatabaseRequest({ DBInstanceId: "rm-1", DBName, characterSetName: "Chinese_PRC_CI_AS", ...given }),
    );
  const drop = (DBName: string) => client.deleteDatabase(new DeleteDatabaseRequest({ DBInstanceId: "rm-1", DBName }));
  const accounts = async (filter: Record<string, unknown> = {}) =>
    (await client.describeAccounts(new DescribeAccountsRequest({ DBInstanceId: "rm-1", ...filter }))).body;
  const usage = async () =>
    (await client.describeResourceUsage(new DescribeResourceUsageRequest({ DBInstanceId: "rm-1" }))).body;
  return { ...cloud, databases, create, drop, accounts, usage };
}

const code = (value: string, statusCode: number) => expect.objectContaining({ code: value, statusCode });

describe("DescribeDatabases", () => {
  it("DescribeDatabases shows databases with their collation and who may use them", async () => {
    const { databases } = await start();
    const [shop, stock] = await databases();
    expect(shop).toMatchObject({
      DBName: "shop",
      DBStatus: "Running",
      characterSetName: "Chinese_PRC_CI_AS",
      engine: "SQLServer",
      accounts: {
        accountPrivilegeInfo: [
          { account: "dba", accountPrivilege: "DBOwner" },
          { account: "report", accountPrivilege: "ReadOnly" },
        ],
      },
    });
    expect(stock?.accounts?.accountPrivilegeInfo).toHaveLength(1);
  });

  it("DescribeDatabases filters by name and status and pages", async () => {
    const { databases, create } = await start();
    await create("fresh");
    const names = async (filter: Record<string, unknown>) =>
      (await databases(filter)).map((database) => database.DBName);
    expect(await names({ DBName: "stock" })).toEqual(["stock"]);
    expect(await names({ DBStatus: "Creating" })).toEqual(["fresh"]);
    expect(await names({ pageNumber: 2 })).toEqual([]);
    await expect(names({ pageSize: 20 })).rejects.toEqual(code("InvalidPageSize.Malformed", 400));
  });

  it("DescribeDatabases shows a temporary instance the databases of its restore point", async () => {
    const { databases, rds } = await start();
    const { id } = rds.createTemporaryInstanceByHand("rm-1", nowMs - 90 * 60_000);
    expect((await databases({ DBInstanceId: id })).map((database) => database.DBName)).toEqual(["shop"]);
  });
});

describe("CreateDatabase", () => {
  it("CreateDatabase makes a database that is Creating, then Running, and can be used", async () => {
    const { create, databases, rds, clock, timings } = await start();
    await create("shop_restored_1", { DBDescription: "copy of shop" });
    const made = async () => (await databases({ DBName: "shop_restored_1" }))[0];
    expect(await made()).toMatchObject({ DBStatus: "Creating", DBDescription: "copy of shop" });
    clock.advance(timings.createDatabaseMs);
    expect(await made()).toMatchObject({ DBStatus: "Running", characterSetName: "Chinese_PRC_CI_AS" });
    expect(rds.instance("rm-1")?.data.database("shop_restored_1")?.createdAtMs).toBe(nowMs);
  });

  it.each(["a", "1shop", "shop_", "Shop", "shop name", `s${"x".repeat(64)}`])(
    "CreateDatabase refuses the name %s",
    async (name) => {
      const { create } = await start();
      await expect(create(name)).rejects.toEqual(code("InvalidDBName.Format", 400));
    },
  );

  it.each([
    ["shop", {}, "InvalidDBName.Duplicate", 400],
    ["master", {}, "InvalidDBName.Malformed", 400],
    [undefined, {}, "MissingParameter", 400],
    ["fine", { characterSetName: "utf8" }, "InvalidCharacterSetName.Format", 400],
    ["fine", { characterSetName: undefined }, "MissingParameter", 400],
    ["fine", { DBInstanceId: "rm-2" }, "InvalidDBInstanceId.NotFound", 404],
  ])("CreateDatabase refuses %s with %j", async (name, given, refusal, status) => {
    const { create } = await start();
    await expect(create(name, given)).rejects.toEqual(code(refusal, status));
  });

  it("CreateDatabase needs a Running instance that is not locked", async () => {
    const { create, rds } = await start();
    rds.lock("rm-1", "LockByDiskQuota");
    await expect(create("fine")).rejects.toEqual(code("OperationDenied.LockMode", 403));
    rds.lock("rm-1", "Unlock");
    rds.forceStatus("rm-1", "Rebooting");
    await expect(create("fine")).rejects.toEqual(code("OperationDenied.DBInstanceStatus", 403));
    expect(rds.instance("rm-1")?.data.database("fine")).toBeUndefined();
  });
});

describe("DeleteDatabase", () => {
  it("DeleteDatabase removes a database, and remembers it for restores to an earlier time", async () => {
    const { drop, databases, rds, clock } = await start();
    clock.advance(hourMs);
    await drop("stock");
    expect((await databases()).map((database) => database.DBName)).toEqual(["shop"]);
    expect(rds.instance("rm-1")?.data.rebuildAt(nowMs).database("stock")).toBeDefined();
  });

  it("DeleteDatabase needs a database that exists and is not being made", async () => {
    const { drop, create, clock, timings } = await start();
    await expect(drop("other")).rejects.toEqual(code("InvalidDBName.NotFound", 404));
    await create("fresh");
    await expect(drop("fresh")).rejects.toEqual(code("OperationDenied.DBStatus", 403));
    clock.advance(timings.createDatabaseMs);
    await expect(drop("fresh")).resolves.toMatchObject({ statusCode: 200 });
  });
});

describe("DescribeAccounts", () => {
  it("DescribeAccounts shows logins, their kind and their rights, never a password", async () => {
    const { accounts } = await start();
    const body = await accounts();
    expect(body).toMatchObject({ pageNumber: 1, totalRecordCount: 2 });
    expect(body?.accounts?.DBInstanceAccount).toMatchObject([
      { accountName: "dba", accountType: "Super", accountStatus: "Available" },
      {
        accountName: "report",
        accountType: "Normal",
        databasePrivileges: { databasePrivilege: [{ DBName: "shop", accountPrivilege: "ReadOnly" }] },
      },
    ]);
    expect(JSON.stringify(body)).not.toMatch(/open-sesame|let-me-in/);
    expect((await accounts({ accountName: "report" }))?.totalRecordCount).toBe(1);
  });

  it("DescribeAccounts shows a temporary instance the logins of its restore point", async () => {
    const { accounts, rds } = await start();
    const { id } = rds.createTemporaryInstanceByHand("rm-1", nowMs - 90 * 60_000);
    expect((await accounts({ DBInstanceId: id }))?.totalRecordCount).toBe(1);
  });
});

describe("DescribeResourceUsage", () => {
  it("DescribeResourceUsage answers what the data takes, data and log together", async () => {
    const { usage, rds } = await start();
    rds.instance("rm-1")?.data.database("shop")?.commit(nowMs, []);
    const body = await usage();
    expect(body?.DBInstanceId).toBe("rm-1");
    expect(body?.logSize).toBeGreaterThan(0);
    expect(body?.diskUsed).toBe((body?.dataSize ?? 0) + (body?.logSize ?? 0));
    expect(body?.coldBackupSize).toBe(-1);
  });

  it("DescribeResourceUsage answers the figure that a test sets, for a disk that is nearly full", async () => {
    const { usage, rds } = await start();
    rds.setDiskUsed("rm-1", 99 * 2 ** 30);
    expect((await usage())?.diskUsed).toBe(99 * 2 ** 30);
  });
});

describe("other operations of RDS", () => {
  it("other operations of RDS say that they are not played", async () => {
    const { client } = await start();
    const request = new RestartDBInstanceRequest({ DBInstanceId: "rm-1" });
    await expect(client.restartDBInstance(request)).rejects.toEqual(code("EmulatorNotImplemented", 501));
  });

  it("other operations of RDS are all known by name, and what is not an operation is not found", async () => {
    const source = readFileSync(require.resolve("@alicloud/rds20140815"), "utf8");
    const names = [...source.matchAll(/action: "(\w+)"/g)].map((match) => match[1] as string);
    expect(names.length).toBeGreaterThan(300);
    expect(names.filter((name) => !knownRdsActions.has(name))).toEqual([]);
    const { rds } = await start();
    expect(() => rds.call("DeleteTempDBInstance", {})).toThrow(
      expect.objectContaining({ code: "InvalidAction.NotFound", httpStatus: 404 }),
    );
  });
});
