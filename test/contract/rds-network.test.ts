import {
  AllocateInstancePublicConnectionRequest,
  DeleteDBInstanceRequest,
  DescribeDBInstanceIPArrayListRequest,
  DescribeDBInstanceNetInfoRequest,
  ModifySecurityIpsRequest,
  ReleaseInstancePublicConnectionRequest,
} from "@alicloud/rds20140815";
import { admits, peerAddresses } from "../../emulator/rds/instance";
import type { InstanceSpec } from "../../emulator/rds/managed-instance";
import { hourMs, nowText, type RdsCloud, startRds } from "../emulator/rds/rds-cloud";

const nowMs = Date.parse(nowText);
const clouds: RdsCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

async function start(given: Parameters<typeof startRds>[0] = {}, master: Partial<InstanceSpec> = {}) {
  const cloud = await startRds(given);
  clouds.push(cloud);
  const { client, rds } = cloud;
  rds.addInstance({ id: "rm-1", ...master });
  const netInfo = async (DBInstanceId = "rm-1") =>
    (await client.describeDBInstanceNetInfo(new DescribeDBInstanceNetInfoRequest({ DBInstanceId }))).body;
  const modify = (securityIps: string | undefined, given: Record<string, unknown> = {}) =>
    client.modifySecurityIps(new ModifySecurityIpsRequest({ DBInstanceId: "rm-1", securityIps, ...given }));
  const whitelist = async () => {
    const request = new DescribeDBInstanceIPArrayListRequest({ DBInstanceId: "rm-1" });
    const { body } = await client.describeDBInstanceIPArrayList(request);
    return Object.fromEntries(
      body?.items?.DBInstanceIPArray?.map((group) => [group.DBInstanceIPArrayName, group.securityIPList]) ?? [],
    );
  };
  const allocate = (connectionStringPrefix = "rewind-1", port = "3433", DBInstanceId = "rm-1") =>
    client.allocateInstancePublicConnection(
      new AllocateInstancePublicConnectionRequest({ DBInstanceId, connectionStringPrefix, port }),
    );
  const release = (currentConnectionString: string, DBInstanceId = "rm-1") =>
    client.releaseInstancePublicConnection(
      new ReleaseInstancePublicConnectionRequest({ DBInstanceId, currentConnectionString }),
    );
  return { ...cloud, netInfo, modify, whitelist, allocate, release };
}

const code = (value: string, statusCode: number) => expect.objectContaining({ code: value, statusCode });

describe("DescribeDBInstanceNetInfo", () => {
  it("DescribeDBInstanceNetInfo shows host and port of the listener of an instance in a VPC", async () => {
    const { netInfo, rds } = await start(
      {},
      { vpcId: "vpc-7", whitelist: { default: ["10.0.0.0/8", "192.168.0.10"] } },
    );
    const body = await netInfo();
    expect(body).toMatchObject({ instanceNetworkType: "VPC", securityIPMode: "normal" });
    expect(body?.DBInstanceNetInfos?.DBInstanceNetInfo).toEqual([
      expect.objectContaining({
        connectionString: "127.0.0.1",
        connectionStringType: "Normal",
        IPType: "Private",
        port: String(rds.instance("rm-1")?.privateAddress?.port),
        VPCId: "vpc-7",
        securityIPGroups: expect.objectContaining({
          securityIPGroup: [
            expect.objectContaining({ securityIPGroupName: "default", securityIPs: "10.0.0.0/8,192.168.0.10" }),
          ],
        }),
      }),
    ]);
  });

  it("DescribeDBInstanceNetInfo shows a host that nothing reaches for one on the classic network", async () => {
    const { netInfo, rds, addresses } = await start();
    const before = addresses.taken.size;
    const { id } = rds.createTemporaryInstanceByHand("rm-1", nowMs - hourMs);
    expect((await netInfo(id))?.DBInstanceNetInfos?.DBInstanceNetInfo).toMatchObject([
      { connectionString: `${id}.sqlserver.rds.aliyuncs.com`, port: "3433", IPType: "Inner" },
    ]);
    expect(addresses.taken.size).toBe(before);
  });

  it("DescribeDBInstanceNetInfo refuses an unknown instance with a code of its own", async () => {
    const { netInfo } = await start();
    await expect(netInfo("rm-2")).rejects.toEqual(code("InvalidDBInstanceName.NotFound", 400));
  });
});

describe("a public connection", () => {
  it("a public connection gets a listener, is shown, and goes again", async () => {
    const { netInfo, allocate, release, rds, addresses } = await start();
    const { body } = await allocate();
    expect(body).toMatchObject({ connectionString: "rewind-1.sqlserver.rds.aliyuncs.com", dbInstanceName: "rm-1" });
    const address = rds.instance("rm-1")?.publicAddress;
    expect((await netInfo())?.DBInstanceNetInfos?.DBInstanceNetInfo?.map((info) => [info.IPType, info.port])).toEqual([
      ["Private", expect.any(String)],
      ["Public", String(address?.port)],
    ]);
    await release("rewind-1.sqlserver.rds.aliyuncs.com");
    expect(addresses.taken.has(address!.port)).toBe(false);
    expect((await netInfo())?.DBInstanceNetInfos?.DBInstanceNetInfo).toHaveLength(1);
    await expect(release("rewind-1.sqlserver.rds.aliyuncs.com")).rejects.toEqual(code("Endpoint.NotFound", 400));
  });

  it("a public connection can be released under the host that DescribeDBInstanceNetInfo shows", async () => {
    const { allocate, release, rds } = await start();
    await allocate();
    await release("127.0.0.1");
    expect(rds.instance("rm-1")?.publicAddress).toBeUndefined();
  });

  it("a public connection exists once per instance and once per name", async () => {
    const { allocate, rds } = await start();
    await allocate();
    await expect(allocate("rewind-2")).rejects.toEqual(code("NetTypeExists", 400));
    rds.addInstance({ id: "rm-2" });
    await expect(allocate("rewind-1", "3433", "rm-2")).rejects.toEqual(code("InvalidConnectionString.Duplicate", 404));
  });

  it.each([
    ["abc", "3433", "InvalidConnectionString.Format"],
    ["under_score", "3433", "InvalidConnectionString.Format"],
    ["rewind-1", "999", "InvalidPort.Malformed"],
    ["rewind-1", "6000", "InvalidPort.Malformed"],
  ])("a public connection refuses prefix %s with port %s", async (prefix, port, refusal) => {
    const { allocate } = await start();
    await expect(allocate(prefix, port)).rejects.toEqual(code(refusal, 400));
  });

  it.each([true, false])(
    "a public connection is given to temporary instances: %s",
    async (tempAcceptsPublicConnection) => {
      const { allocate, rds, clock, timings } = await start({ capabilities: { tempAcceptsPublicConnection } });
      const { id } = rds.createTemporaryInstanceByHand("rm-1", nowMs - hourMs);
      if (!tempAcceptsPublicConnection) {
        await expect(allocate("rewind-1", "3433", id)).rejects.toEqual(code("OperationDenied.DBInstanceType", 403));
        return;
      }
      await expect(allocate("rewind-1", "3433", id)).rejects.toEqual(code("IncorrectDBInstanceState", 400));
      clock.advance(timings.createTemporaryInstanceMs);
      await allocate("rewind-1", "3433", id);
      expect(rds.instance(id)?.publicAddress).toBeDefined();
    },
  );

  it("a public connection goes with its instance", async () => {
    const { allocate, rds, client, clock, timings, addresses } = await start();
    await allocate();
    expect(addresses.taken.size).toBe(2);
    await client.deleteDBInstance(new DeleteDBInstanceRequest({ DBInstanceId: "rm-1" }));
    clock.advance(timings.deleteInstanceMs);
    rds.settle();
    rds.settle();
    expect(addresses.taken.size).toBe(0);
  });
});

describe("ModifySecurityIps", () => {
  it("ModifySecurityIps replaces a group unless told otherwise, and opens and closes the door with it", async () => {
    const { modify, whitelist, rds } = await start();
    const instance = rds.instance("rm-1")!;
    expect(admits(instance, peerAddresses.private)).toBe(false);
    const { body } = await modify("192.168.0.0/24,10.1.2.3", { DBInstanceIPArrayName: "rewind_1" });
    expect(body?.taskId).toMatch(/^\d+$/);
    expect(admits(instance, peerAddresses.private)).toBe(true);
    await modify("127.0.0.1", { DBInstanceIPArrayName: "rewind_1" });
    expect(admits(instance, peerAddresses.private)).toBe(false);
    expect(await whitelist()).toEqual({ default: "127.0.0.1", rewind_1: "127.0.0.1" });
  });

  it("ModifySecurityIps appends and deletes, but leaves no group empty", async () => {
    const { modify, whitelist } = await start();
    await modify("10.1.0.1", { modifyMode: "Append" });
    await modify("10.1.0.1,10.1.0.2", { modifyMode: "Append", DBInstanceIPArrayName: "Default" });
    expect(await whitelist()).toEqual({ default: "127.0.0.1,10.1.0.1,10.1.0.2" });
    await modify("127.0.0.1,10.1.0.2", { modifyMode: "Delete" });
    expect(await whitelist()).toEqual({ default: "10.1.0.1" });
    await expect(modify("10.1.0.1", { modifyMode: "Delete" })).rejects.toEqual(code("SecurityIPList.Format", 400));
  });

  it("ModifySecurityIps is refused while the instance is locked", async () => {
    const { modify, whitelist, rds } = await start();
    rds.lock("rm-1", "ManualLock");
    await expect(modify("10.1.0.1")).rejects.toEqual(code("IncorrectDBInstanceLockMode", 404));
    rds.lock("rm-1", "Unlock");
    await modify("10.1.0.1");
    expect(await whitelist()).toEqual({ default: "10.1.0.1" });
  });

  it("ModifySecurityIps keeps the attribute of a hidden group", async () => {
    const { modify, client } = await start();
    await modify("10.1.0.1", { DBInstanceIPArrayName: "dts_1", DBInstanceIPArrayAttribute: "hidden" });
    const request = new DescribeDBInstanceIPArrayListRequest({ DBInstanceId: "rm-1" });
    const { body } = await client.describeDBInstanceIPArrayList(request);
    expect(body?.items?.DBInstanceIPArray?.[1]).toMatchObject({
      DBInstanceIPArrayName: "dts_1",
      DBInstanceIPArrayAttribute: "hidden",
      securityIPType: "IPv4",
    });
  });

  it.each([
    ["10.1.0.1,10.1.0.1", {}, "InvalidSecurityIPList.Duplicate", 400],
    ["10.1.0", {}, "SecurityIPList.Format", 400],
    ["10.1.0.256", {}, "SecurityIPList.Format", 400],
    ["10.1.0.0/33", {}, "SecurityIPList.Format", 400],
    ["0.0.0.0/0", {}, "SecurityIPList.Format", 400],
    ["10.1.0.1", { DBInstanceIPArrayName: "Rewind-1" }, "InvalidDBInstanceIPArrayName.Format", 400],
    ["10.1.0.1", { whitelistNetworkType: "LAN" }, "InvalidWhitelistNetType.Malformed", 400],
    ["10.1.0.1", { DBInstanceId: "rm-2" }, "InvalidDBInstanceName.NotFound", 404],
    [undefined, {}, "MissingParameter", 400],
  ])("ModifySecurityIps refuses %s with %j", async (ips, given, refusal, status) => {
    const { modify, whitelist } = await start();
    await expect(modify(ips, given)).rejects.toEqual(code(refusal, status));
    expect(await whitelist()).toEqual({ default: "127.0.0.1" });
  });

  it("ModifySecurityIps holds at most 1000 entries in all groups", async () => {
    const { modify } = await start();
    const many = (second: number, count: number) =>
      Array.from({ length: count }, (_, index) => `10.${second}.${index >> 8}.${index & 255}`).join(",");
    await modify(many(1, 600), { DBInstanceIPArrayName: "first" });
    await modify(many(2, 399), { DBInstanceIPArrayName: "second" });
    const over = modify("10.3.0.1", { DBInstanceIPArrayName: "third" });
    await expect(over).rejects.toEqual(code("InvalidSecurityIPListGroup.QuotaExceeded", 400));
  });

  it("ModifySecurityIps needs a Running instance", async () => {
    const { modify, rds } = await start();
    rds.forceStatus("rm-1", "Rebooting");
    await expect(modify("10.1.0.1")).rejects.toEqual(code("IncorrectDBInstanceState", 403));
    rds.forceStatus("rm-1", undefined);
    await expect(modify("10.1.0.1")).resolves.toMatchObject({ statusCode: 200 });
  });
});
