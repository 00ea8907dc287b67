import fc from "fast-check";
import { SqlServerData } from "../../emulator/data/sql-server-data";
import { LocalCloud } from "../../emulator/local-cloud";
import { openRpc } from "../../shared/cloud/rpc/rpc";
import { sentText } from "./arbitrary";
import { feed } from "./http-bytes";
import { ReportedBugs } from "./reported-bugs";

/** No bytes crash or hang this server, or make it fail in a way that is its own: a good request is served afterwards. */
let reported: ReportedBugs;

beforeEach(() => {
  reported = new ReportedBugs();
});

afterEach(() => {
  expect(reported.end()).toEqual([]);
});

describe("RDS, DTS and KMS", () => {
  let cloud: LocalCloud;
  beforeEach(async () => {
    cloud = await LocalCloud.start({ spareListeners: 1 });
    const nowMs = cloud.clock.nowMs();
    const data = new SqlServerData();
    data.createDatabase("shop", "Chinese_PRC_CI_AS", nowMs);
    cloud.rds.addInstance({
      id: "rm-shop",
      engineVersion: "2008r2",
      storageType: "local_ssd",
      storageGb: 100,
      collation: "Chinese_PRC_CI_AS",
      createdAtMs: nowMs,
      whitelist: {},
      data,
    });
  });
  afterEach(() => cloud.stop());

  const rpc = (service: "rds" | "dts" | "kms") =>
    openRpc({
      service,
      version: versions[service],
      endpoint: cloud.rpcEndpoint,
      protocol: "http",
      credentials: () => ({ accessKeyId: cloud.accessKey.id, accessKeySecret: cloud.accessKey.secret }),
    });
  const stillServes = async () =>
    expect(
      await rpc("rds").call("DescribeDBInstanceAttribute", { DBInstanceId: "rm-shop" }, { changing: false }),
    ).toHaveProperty("Items");

  test("any bytes", async () => {
    await feed(Number(cloud.rpcEndpoint.split(":")[1]), [
      "/",
      "/?Action=DescribeDBInstances&Version=2014-08-15",
      "/?Action=%00&Version=%ff",
    ]);
    await stillServes();
  });

  test.each(["rds", "dts", "kms"] as const)("any parameters of any operation of %s, well signed", async (service) => {
    const client = rpc(service);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...actions[service]),
        fc.dictionary(parameterName, parameterValue),
        async (action, given) => {
          const code = await client.call(action, given, { changing: false }).then(
            () => "",
            (error: { code?: string }) => String(error.code ?? error),
          );
          expect(code).not.toMatch(/EmulatorBug|Timeout|ConnectionLost|BadAnswer|Error:/);
        },
      ),
      { numRuns: 300 },
    );
    await stillServes();
  });
});

const versions = { rds: "2014-08-15", dts: "2020-01-01", kms: "2016-01-20" } as const;
const actions = {
  rds: (
    "AllocateInstancePublicConnection CreateDatabase CreateTempDBInstance DeleteDatabase DescribeAccounts DescribeBackupPolicy DescribeBackups " +
    "DescribeDatabases DescribeDBInstanceAttribute DescribeDBInstanceIPArrayList DescribeDBInstanceNetInfo DescribeDBInstances DescribeLogBackupFiles " +
    "DescribeResourceUsage ListTagResources ModifyDBInstanceDescription ModifySecurityIps ReleaseInstancePublicConnection TagResources UntagResources"
  ).split(" "),
  dts: (
    "ConfigureDtsJob CreateDtsInstance DeleteDtsJob DescribeDTSIP DescribeDtsJobDetail DescribeDtsJobs DescribePreCheckStatus ModifyDtsJobPassword " +
    "ResetDtsJob StartDtsJob StopDtsJob SuspendDtsJob"
  ).split(" "),
  kms: ["GetSecretValue"],
};
const parameterName = fc.oneof(
  fc.constantFrom(
    "DBInstanceId",
    "RegionId",
    "PageNumber",
    "PageSize",
    "StartTime",
    "EndTime",
    "Tag.1.Key",
    "SecurityIps",
  ),
  fc.constantFrom(
    "RestoreTime",
    "BackupId",
    "DBName",
    "CharacterSetName",
    "ResourceId.1",
    "ConnectionStringPrefix",
    "Port",
  ),
  fc.constantFrom("DtsJobId", "DbList", "Type", "Reserve", "DtsJobName", "SourceEndpointInstanceID", "SecretName"),
  sentText,
);
const parameterValue = fc.oneof(
  sentText,
  fc.json(),
  fc.constantFrom("rm-shop", "cn-hangzhou", "shop", "0", "-1", "30", "99999999999999999999", "1e9"),
  fc.constantFrom("2026-02-30T00:00Z", "2026-11-20T00:00:00Z", "[]", "{}", '{"shop":{"name":"shop","all":true}}'),
);
