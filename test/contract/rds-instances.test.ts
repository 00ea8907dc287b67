import {
  DeleteDBInstanceRequest,
  DescribeDBInstanceAttributeRequest,
  DescribeDBInstancesRequest,
  ListTagResourcesRequest,
  ModifyDBInstanceDescriptionRequest,
  TagResourcesRequest,
  TagResourcesRequestTag,
  UntagResourcesRequest,
} from "@alicloud/rds20140815";
import { hourMs, nowText, type RdsCloud, secondsOf, startRds } from "../emulator/rds/rds-cloud";

const nowMs = Date.parse(nowText);
const RegionId = "cn-hangzhou";
const clouds: RdsCloud[] = [];
afterEach(async () => {
  await Promise.all(clouds.splice(0).map((cloud) => cloud.close()));
});

async function start(given: Parameters<typeof startRds>[0] = {}) {
  const cloud = await startRds(given);
  clouds.push(cloud);
  const list = async (filter: Record<string, unknown> = {}) => {
    const request = new DescribeDBInstancesRequest({ regionId: RegionId, ...filter });
    return (await cloud.client.describeDBInstances(request)).body;
  };
  const ids = async (filter: Record<string, unknown> = {}) =>
    (await list(filter))?.items?.DBInstance?.map((item) => item.DBInstanceId);
  const remove = (DBInstanceId: string) => cloud.client.deleteDBInstance(new DeleteDBInstanceRequest({ DBInstanceId }));
  return { ...cloud, list, ids, remove };
}

const code = (value: string, statusCode?: number) =>
  expect.objectContaining({ code: value, ...(statusCode !== undefined && { statusCode }) });

describe("DescribeDBInstances", () => {
  it("DescribeDBInstances shows an instance with the fields of the documents", async () => {
    const { rds, list } = await start();
    rds.addInstance({ id: "rm-1", description: "shop", createdAtMs: nowMs - 24 * hourMs });
    const body = await list();
    expect(body).toMatchObject({ pageNumber: 1, pageRecordCount: 1, totalRecordCount: 1, nextToken: "" });
    expect(body?.items?.DBInstance?.[0]).toMatchObject({
      DBInstanceId: "rm-1",
      DBInstanceDescription: "shop",
      DBInstanceType: "Primary",
      DBInstanceStatus: "Running",
      engine: "SQLServer",
      engineVersion: "2008r2",
      instanceNetworkType: "VPC",
      DBInstanceNetType: "Intranet",
      DBInstanceStorageType: "local_ssd",
      lockMode: "Unlock",
      payType: "Postpaid",
      deletionProtection: false,
      regionId: RegionId,
      createTime: secondsOf(nowMs - 24 * hourMs),
      readOnlyDBInstanceIds: { readOnlyDBInstanceId: [] },
    });
  });

  it("DescribeDBInstances answers all kinds, or one kind only", async () => {
    const { rds, ids } = await start();
    rds.addInstance({ id: "rm-1" });
    rds.addInstance({ id: "rr-1", type: "Readonly", masterInstanceId: "rm-1" });
    const { id } = rds.createTemporaryInstanceByHand("rm-1", nowMs - hourMs);
    expect(await ids()).toEqual(["rm-1", "rr-1", id]);
    expect(await ids({ DBInstanceType: "Temp" })).toEqual([id]);
    expect(await ids({ DBInstanceType: "Primary" })).toEqual(["rm-1"]);
    expect(await ids({ DBInstanceType: "Guard" })).toEqual([]);
    await expect(ids({ DBInstanceType: "Other" })).rejects.toEqual(code("InvalidDBInstanceType.ValueNotSupport", 400));
  });

  it.each([
    ["DBInstanceId", "rm-1"],
    ["DBInstanceStatus", "Rebooting"],
    ["engineVersion", "2012"],
    ["searchKey", "first"],
    ["instanceNetworkType", "VPC"],
    ["vpcId", "vpc-7"],
    ["payType", "Prepaid"],
    ["category", "Basic"],
    ["tags", '{"team":"shop"}'],
  ])("DescribeDBInstances filters by %s", async (name, value) => {
    const { rds, ids } = await start();
    rds.addInstance({
      id: "rm-1",
      engineVersion: "2012",
      description: "the first one",
      vpcId: "vpc-7",
      payType: "Prepaid",
      category: "Basic",
      tags: { team: "shop" },
    });
    rds.forceStatus("rm-1", "Rebooting");
    rds.addInstance({ id: "rm-2", networkType: "Classic", tags: { team: "stock" } });
    expect(await ids({ [name]: value })).toEqual(["rm-1"]);
  });

  it("DescribeDBInstances refuses a filter that it does not play rather than ignoring it", async () => {
    const { ids } = await start();
    await expect(ids({ zoneId: "cn-hangzhou-b" })).rejects.toEqual(code("EmulatorNotImplemented", 501));
  });

  it("DescribeDBInstances knows only its own region", async () => {
    const { rds, ids } = await start();
    rds.addInstance({ id: "rm-1" });
    expect(await ids({ regionId: "cn-beijing" })).toEqual([]);
    await expect(ids({ regionId: undefined })).rejects.toEqual(code("MissingParameter"));
  });

  it("DescribeDBInstances pages by number", async () => {
    const { rds, list } = await start();
    for (let number = 1; number <= 5; number++) rds.addInstance({ id: `rm-${number}` });
    const body = await list({ pageSize: 2, pageNumber: 3 });
    expect(body).toMatchObject({ pageNumber: 3, pageRecordCount: 1, totalRecordCount: 5 });
    expect(body?.items?.DBInstance?.map((item) => item.DBInstanceId)).toEqual(["rm-5"]);
    await expect(list({ pageSize: 101 })).rejects.toEqual(code("InvalidParameter", 400));
  });

  it("DescribeDBInstances pages by token, where the total is that of the page", async () => {
    const { rds, list } = await start();
    for (let number = 1; number <= 5; number++) rds.addInstance({ id: `rm-${number}` });
    const seen: (string | undefined)[] = [];
    const totals: (number | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const body = await list({ maxResults: 2, nextToken });
      seen.push(...(body?.items?.DBInstance?.map((item) => item.DBInstanceId) ?? []));
      totals.push(body?.totalRecordCount);
      nextToken = body?.nextToken || undefined;
    } while (nextToken);
    expect(seen).toEqual(["rm-1", "rm-2", "rm-3", "rm-4", "rm-5"]);
    expect(totals).toEqual([2, 2, 1]);
    await expect(list({ nextToken: "bm9uc2Vuc2U=" })).rejects.toEqual(code("Invalid.NextToken", 400));
  });

  it("DescribeDBInstances shows what was made, and hides what is gone, only after a while", async () => {
    const { rds, ids, clock, timings } = await start({ timings: { listLagMs: 60_000, deleteInstanceMs: 1_500 } });
    rds.addInstance({ id: "rm-1" });
    const { id } = rds.createTemporaryInstanceByHand("rm-1", nowMs - hourMs);
    expect(await ids({ DBInstanceType: "Temp" })).toEqual([]);
    clock.advance(59_999);
    expect(await ids({ DBInstanceType: "Temp" })).toEqual([]);
    clock.advance(1);
    expect(await ids({ DBInstanceType: "Temp" })).toEqual([id]);
    rds.releaseEarly(id);
    clock.advance(timings.deleteInstanceMs + 59_999);
    expect(rds.instance(id)).toBeUndefined();
    expect(await ids({ DBInstanceType: "Temp", DBInstanceStatus: "Deleting" })).toEqual([id]);
    clock.advance(1);
    expect(await ids({ DBInstanceType: "Temp" })).toEqual([]);
  });
});

describe("DescribeDBInstanceAttribute", () => {
  it("DescribeDBInstanceAttribute answers an array of one with size, zone of time and collation", async () => {
    const { rds, client } = await start();
    const { privateAddress } = rds.addInstance({ id: "rm-1", storageGb: 250, collation: "Chinese_PRC_CS_AS" });
    const request = new DescribeDBInstanceAttributeRequest({ DBInstanceId: "rm-1" });
    const { body } = await client.describeDBInstanceAttribute(request);
    expect(body?.items?.DBInstanceAttribute).toHaveLength(1);
    expect(body?.items?.DBInstanceAttribute?.[0]).toMatchObject({
      DBInstanceStorage: 250,
      collation: "Chinese_PRC_CS_AS",
      timeZone: "China Standard Time",
      category: "HighAvailability",
      connectionString: "127.0.0.1",
      port: String(privateAddress?.port),
      extra: { recoveryModel: "Full" },
    });
  });
});

describe("DescribeDBInstanceAttribute of an instance that does not exist", () => {
  const DBInstanceId = "rm-nobody";
  const ask = ({ client }: RdsCloud) =>
    client.describeDBInstanceAttribute(new DescribeDBInstanceAttributeRequest({ DBInstanceId }));

  it("DescribeDBInstanceAttribute of an instance that does not exist is an error, or an empty list where the switch says so", async () => {
    await expect(ask(await start())).rejects.toEqual(code("InvalidDBInstanceId.NotFound", 404));
    const { body } = await ask(await start({ capabilities: { goneInstanceAnswer: "empty-list" } }));
    expect(body?.items?.DBInstanceAttribute).toEqual([]);
  });
});

describe.each([
  ["equal", 0],
  ["moments-apart", 30_000],
] as const)("the creation times of list and attribute, %s", (creationTimes, apartMs) => {
  it("the creation times of list and attribute, %s are this far apart", async () => {
    const { rds, client, list } = await start({ capabilities: { creationTimes } });
    rds.addInstance({ id: "rm-1", createdAtMs: nowMs });
    const listed = (await list())?.items?.DBInstance?.[0]?.createTime;
    const { body } = await client.describeDBInstanceAttribute(
      new DescribeDBInstanceAttributeRequest({ DBInstanceId: "rm-1" }),
    );
    const shown = body?.items?.DBInstanceAttribute?.[0]?.creationTime;
    expect(listed).toBe(secondsOf(nowMs));
    expect(shown).toBe(secondsOf(nowMs + apartMs));
  });
});

describe("DeleteDBInstance on a master", () => {
  it("DeleteDBInstance on a master releases a pay-as-you-go instance and gives its address back", async () => {
    const { rds, remove, clock, timings, addresses } = await start();
    const { privateAddress } = rds.addInstance({ id: "rm-1" });
    await remove("rm-1");
    expect(rds.status("rm-1")).toBe("Deleting");
    expect(addresses.taken.has(privateAddress!.port)).toBe(true);
    clock.advance(timings.deleteInstanceMs);
    rds.settle();
    expect(rds.instance("rm-1")).toBeUndefined();
    expect(addresses.taken.size).toBe(0);
  });

  it.each([
    ["deletion protection", { deletionProtection: true }, "OperationDenied.DeletionProtection", 400],
    ["a subscription", { payType: "Prepaid" as const }, "OperationDenied.PrePayTypeNotSupported", 403],
  ])("DeleteDBInstance on a master refuses one with %s", async (_, spec, refusal, status) => {
    const { rds, remove } = await start();
    rds.addInstance({ id: "rm-1", ...spec });
    await expect(remove("rm-1")).rejects.toEqual(code(refusal, status));
  });

  it("DeleteDBInstance on a master refuses one that others depend on", async () => {
    const { rds, remove } = await start();
    rds.addInstance({ id: "rm-1" });
    rds.createTemporaryInstanceByHand("rm-1", nowMs - hourMs);
    await expect(remove("rm-1")).rejects.toEqual(code("DependencyViolation", 403));
    rds.addInstance({ id: "rm-2" });
    rds.addInstance({ id: "rr-2", type: "Readonly", masterInstanceId: "rm-2" });
    await expect(remove("rm-2")).rejects.toEqual(code("DependencyViolation", 403));
  });
});

describe("the description", () => {
  it("the description can be changed, within its length", async () => {
    const { rds, client } = await start();
    rds.addInstance({ id: "rm-1" });
    const describe = (DBInstanceDescription: string, DBInstanceId = "rm-1") =>
      client.modifyDBInstanceDescription(
        new ModifyDBInstanceDescriptionRequest({ DBInstanceId, DBInstanceDescription }),
      );
    await describe("orders and stock");
    expect(rds.instance("rm-1")?.description).toBe("orders and stock");
    await expect(describe("x")).rejects.toEqual(code("InvalidDBInstanceDescription.Format", 400));
    await expect(describe("fine", "rm-2")).rejects.toEqual(code("InvalidDBInstanceName.NotFound", 404));
  });
});

describe("tags", () => {
  const tag = (resourceId: string[], tags: Record<string, string>) =>
    new TagResourcesRequest({
      regionId: RegionId,
      resourceType: "INSTANCE",
      resourceId,
      tag: Object.entries(tags).map(([key, value]) => new TagResourcesRequestTag({ key, value })),
    });

  it("tags are set, overwritten, listed and removed", async () => {
    const { rds, client } = await start();
    rds.addInstance({ id: "rm-1" });
    rds.addInstance({ id: "rm-2" });
    await client.tagResources(tag(["rm-1", "rm-2"], { team: "shop", stage: "test" }));
    await client.tagResources(tag(["rm-1"], { stage: "live" }));
    const list = async (resourceId?: string[]) => {
      const request = new ListTagResourcesRequest({ regionId: RegionId, resourceType: "INSTANCE", resourceId });
      const { body } = await client.listTagResources(request);
      return body?.tagResources?.tagResource?.map((row) => [
        row.resourceId,
        row.resourceType,
        row.tagKey,
        row.tagValue,
      ]);
    };
    expect(await list(["rm-1"])).toEqual([
      ["rm-1", "ALIYUN::RDS::INSTANCE", "team", "shop"],
      ["rm-1", "ALIYUN::RDS::INSTANCE", "stage", "live"],
    ]);
    const untag = (given: { tagKey?: string[]; all?: boolean }) =>
      client.untagResources(
        new UntagResourcesRequest({ regionId: RegionId, resourceType: "INSTANCE", resourceId: ["rm-1"], ...given }),
      );
    await untag({ tagKey: ["team"] });
    expect([...(rds.instance("rm-1")?.tags ?? [])]).toEqual([["stage", "live"]]);
    await untag({ all: true });
    expect(await list(["rm-1"])).toEqual([]);
    expect(rds.instance("rm-2")?.tags.size).toBe(2);
    await expect(list()).rejects.toEqual(code("MissingParameter"));
    await expect(untag({})).rejects.toEqual(code("MissingParameter"));
  });

  it("tags are limited in number and form, and need an instance", async () => {
    const { rds, client } = await start();
    rds.addInstance({ id: "rm-1" });
    const many = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, index) => [`k${from + index}`, "v"]));
    await client.tagResources(tag(["rm-1"], many(0, 20)));
    await expect(client.tagResources(tag(["rm-1"], many(20, 21)))).rejects.toEqual(code("NumberExceed.Tags", 400));
    await expect(client.tagResources(tag(["rm-1"], many(0, 21)))).rejects.toEqual(code("NumberExceed.Tags", 400));
    await expect(client.tagResources(tag(["rm-1"], { "acs:x": "v" }))).rejects.toEqual(
      code("InvalidTagKey.Malformed", 400),
    );
    await expect(client.tagResources(tag(["rm-2"], { a: "v" }))).rejects.toEqual(
      code("InvalidDBInstanceId.NotFound", 404),
    );
  });

  it.each([true, false])("tags are taken by temporary instances: %s", async (tempAcceptsTags) => {
    const { rds, client } = await start({ capabilities: { tempAcceptsTags } });
    rds.addInstance({ id: "rm-1" });
    const { id } = rds.createTemporaryInstanceByHand("rm-1", nowMs - hourMs);
    const tagged = client.tagResources(tag([id], { restore: "1" }));
    if (tempAcceptsTags) await tagged;
    else await expect(tagged).rejects.toEqual(code("OperationDenied.DBInstanceType", 403));
    expect(rds.instance(id)?.tags.size).toBe(tempAcceptsTags ? 1 : 0);
  });
});
