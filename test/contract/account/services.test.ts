import FcClient, * as model from "@alicloud/fc20230330";
import { openService } from "../../../deploy/doctor/services";
import { clientConfig } from "../../../deploy/stage";
import { DtsClient } from "../../../shared/cloud/dts/client";
import { KmsSecrets } from "../../../shared/cloud/kms/secrets";
import { RdsClient } from "../../../shared/cloud/rds/client";
import { TediousSqlServers } from "../../../shared/cloud/sql-server/tedious";
import { meansNoInstance } from "../../../shared/cloud/statuses";
import { type Account, openAccount, withWrongSecret } from "./account";

/** Reads only: nothing is changed on the master or in DTS. */
let account: Account;
beforeAll(async () => {
  account = await openAccount();
});
afterAll(() => account.close());

const hourMs = 3_600_000;
const region = () => account.stage.settings.region;
const rds = () => new RdsClient(openService(account.stage, "rds"), region());
const dts = () => new DtsClient(openService(account.stage, "dts"), region());
const secrets = () => new KmsSecrets(openService(account.stage, "kms"), { nowMs: Date.now });

describe("RDS", () => {
  test("RDS tells the test master with what a restore needs to know of it", async () => {
    const instance = await rds().describeInstance(account.master);
    expect(instance).toMatchObject({ id: account.master, type: "Primary", engine: "SQLServer" });
    expect(instance!.createdAtMs).toBeGreaterThan(Date.parse("2010-01-01"));
    expect(instance!.createdAtMs).toBeLessThan(Date.now());
    for (const text of [instance!.engineVersion, instance!.networkType, instance!.lockMode])
      expect(text).toEqual(expect.stringMatching(/\S/));
  });

  test("RDS answers of an instance that is not there with a code that we know, or with nothing", async () => {
    const call = openService(account.stage, "rds").call;
    const answered = await call("DescribeDBInstanceAttribute", { DBInstanceId: "rm-none" }, { changing: false }).catch(
      (error: unknown) => error,
    );
    const { code, Items } = answered as { code?: string; Items?: { DBInstanceAttribute: unknown[] } };
    if (code === undefined) expect(Items?.DBInstanceAttribute).toEqual([]);
    else expect(meansNoInstance(code)).toBe(true);
    expect(await rds().describeInstance("rm-none")).toBeNull();
  });

  test("RDS lists databases, backups, addresses and whitelist groups that can be read", async () => {
    const databases = await rds().listDatabases(account.master);
    for (const { name, status } of databases) expect([name, status]).toEqual([expect.any(String), expect.any(String)]);
    const backups = await rds().listBackups(account.master, Date.now() - 7 * 24 * hourMs, Date.now());
    for (const { startedAtMs, endedAtMs } of backups) expect(endedAtMs).toBeGreaterThanOrEqual(startedAtMs);
    const addresses = await rds().listAddresses(account.master);
    for (const { host, port } of addresses) expect([host, port]).toEqual([expect.any(String), expect.any(Number)]);
    expect((await rds().listWhitelist(account.master))?.get("default")).toEqual(expect.any(Array));
    expect(await rds().describeBackupPolicy(account.master)).toMatchObject({ logBackupEnabled: expect.any(Boolean) });
  });

  test("RDS refuses a wrong key", async () => {
    const wrong = new RdsClient(openService(withWrongSecret(account.stage), "rds"), region());
    await expect(wrong.listTemporaryInstances()).rejects.toMatchObject({
      kind: "refused",
      code: expect.stringMatching(/Signature/),
    });
  });
});

describe("DTS", () => {
  test("DTS finds no job of a name that nobody has, and tells a job that is not there from an error", async () => {
    expect(await dts().findJobsByName(`rewind-contract-${account.id}`)).toEqual([]);
    expect(await dts().describeJob(`none${account.id}`)).toBeNull();
  });

  test("DTS names its servers as networks", async () => {
    const servers = await dts().listServerAddresses();
    expect(servers.length).toBeGreaterThan(0);
    for (const server of servers) expect(server).toMatch(/^\d+(\.\d+){3}(\/\d+)?$/);
  });
});

describe("KMS and SQL Server", () => {
  test("the secret holds a login, with which the master answers with its version", async () => {
    const login = await secrets().read(account.secretName, null);
    const servers = new TediousSqlServers({
      certificateAuthority: null,
      privateAddresses: account.stage.settings.sqlServers.privateTls,
    });
    const addresses = await rds().listAddresses(account.master);
    const address = addresses.find(({ kind }) => kind === "public") ?? addresses[0]!;
    const session = await servers.connect(address, login, 20_000);
    try {
      const version = await session.readScalar(
        "master",
        "SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(40))",
      );
      expect(version.text).toMatch(/^\d+\.\d+\.\d+/);
      const names = (await session.listDatabases()).map(({ name }) => name);
      expect(names).toEqual(
        expect.arrayContaining((await rds().listDatabases(account.master)).map(({ name }) => name)),
      );
    } finally {
      await session.close();
    }
  });

  test("a secret that is not there is refused by its code", async () => {
    await expect(secrets().read(`rewind/${account.master}/none-${account.id}`, null)).rejects.toMatchObject({
      kind: "refused",
      code: "Forbidden.ResourceNotFound",
    });
  });
});

test("Function Compute says of a function that is not there that it is not found, and dates its answers", async () => {
  const client = new FcClient(clientConfig(account.stage, "functions"));
  await expect(client.getFunction(`none-${account.id}`, new model.GetFunctionRequest({}))).rejects.toMatchObject({
    code: "FunctionNotFound",
    statusCode: 404,
  });
  const { headers } = await client.listFunctions(new model.ListFunctionsRequest({ limit: 1 }));
  expect(Date.parse(headers?.["date"] ?? "")).toBeGreaterThan(Date.parse("2026-01-01"));
});
