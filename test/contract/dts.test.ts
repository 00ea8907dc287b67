import OpenApiClient, { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import type { Capabilities } from "../../emulator/capabilities";
import { SystemClock } from "../../emulator/core/clock";
import { Faults } from "../../emulator/core/faults";
import { SeededRandom } from "../../emulator/core/random";
import { RpcServer } from "../../emulator/rpc/rpc-server";
import {
  configuration,
  emptyPurchase,
  fill,
  notesTable,
  reserve,
  rowsOf,
  type TwoInstances,
  twoInstances,
} from "../emulator/dts/two-instances";

/** The official generic client against DTS behind the RPC endpoint; only the time of the world is moved by hand. */
interface Wire {
  readonly world: TwoInstances;
  /** One call; the documented placement: `DbList` and `Reserve` in the form body, everything else in the query. */
  call(action: string, parameters?: Readonly<Record<string, string>>): Promise<Record<string, unknown>>;
}

const rows = [
  [1, "one"],
  [2, "两"],
] as const;
const wholeShop = { shop: { name: "shop_restored", all: true } };
const servers: RpcServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function startWire(capabilities: Partial<Capabilities> = {}): Promise<Wire> {
  const world = twoInstances(capabilities);
  fill(world.source, "shop", notesTable("orders"), rows);
  const server = new RpcServer({
    services: [world.dts],
    clock: world.clock,
    signatureClock: new SystemClock(),
    random: new SeededRandom(1),
    faults: new Faults(),
    accessKeys: new Map([["akid", "secret"]]),
  });
  servers.push(server);
  const client = officialClient(await server.listen());
  return { world, call: (action, parameters = {}) => callDts(client, action, parameters) };
}

function officialClient(port: number): OpenApiClient {
  const endpoint = `127.0.0.1:${port}`;
  return new OpenApiClient(
    new $OpenApiUtil.Config({ accessKeyId: "akid", accessKeySecret: "secret", endpoint, protocol: "HTTP" }),
  );
}

async function callDts(
  client: OpenApiClient,
  action: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Record<string, unknown>> {
  const { DbList, Reserve, ...query } = parameters;
  const params = new $OpenApiUtil.Params({
    action,
    version: "2020-01-01",
    protocol: "HTTP",
    pathname: "/",
    method: "POST",
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const body = DbList === undefined ? undefined : { DbList, Reserve };
  const request = new $OpenApiUtil.OpenApiRequest({ query, body });
  const runtime = new RuntimeOptions({ readTimeout: 10_000, connectTimeout: 10_000 });
  const answer: { body?: Record<string, unknown> } = await client.callApi(params, request, runtime);
  return answer.body ?? {};
}

/** Polls as a client does, the world's time moving a second between two looks, until the job shows `status`. */
async function waitFor({ world, call }: Wire, jobId: string, status: string): Promise<Record<string, unknown>> {
  const seen: unknown[] = [];
  for (let look = 0; look < 20; look++) {
    const answer = await call("DescribeDtsJobs", { Region: "cn-hangzhou", DtsJobId: jobId, PageSize: "30" });
    const [job] = answer["DtsJobList"] as Record<string, unknown>[];
    if (job?.["Status"] === status) return job;
    seen.push(job?.["Status"]);
    world.clock.advance(1_000);
  }
  throw new Error(`the job never was ${status}, only ${seen.join(", ")}`);
}

test("configure first: configured, prechecked, bought with AutoStart, and the rows are on the master", async () => {
  const wire = await startWire();
  const { world, call } = wire;
  const configured = await call("ConfigureDtsJob", configuration(wholeShop, { DtsJobName: "两 rewind*(1)" }));
  expect(configured).toMatchObject({ Success: "true", RequestId: expect.any(String) });
  const jobId = String(configured["DtsJobId"]);
  expect(configured).not.toHaveProperty("DtsInstanceId");

  await call("StartDtsJob", { DtsJobId: jobId });
  expect(await waitFor(wire, jobId, "PreCheckPass")).toMatchObject({ DtsJobName: "两 rewind*(1)" });
  world.clock.advance(60_000);
  await call("DescribeDtsJobDetail", { DtsJobId: jobId });
  expect(world.master.data.databases()).toEqual([]);

  await call("CreateDtsInstance", { JobId: jobId, AutoStart: "true", PayType: "PostPaid", InstanceClass: "small" });
  expect(await waitFor(wire, jobId, "Finished")).toMatchObject({
    DtsInstanceID: `dts${jobId}`,
    DataInitializationStatus: { Status: "Finished", Percent: "100", Progress: "2" },
  });
  expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(rows);

  await call("DeleteDtsJob", { DtsJobId: jobId, JobType: "MIGRATION" });
  await expect(call("DescribeDtsJobDetail", { DtsJobId: jobId })).rejects.toMatchObject({
    statusCode: 403,
    code: "Forbidden.InstanceNotFound",
  });
});

test("buy first: bought empty, configured without starting, then started", async () => {
  const wire = await startWire({ unboughtJobPrechecks: false });
  const { world, call } = wire;
  const { JobId, InstanceId } = await call("CreateDtsInstance", emptyPurchase);
  const jobId = String(JobId);
  const ids = { DtsJobId: jobId, DtsInstanceId: String(InstanceId) };
  await call("ConfigureDtsJob", configuration(wholeShop, ids));
  world.clock.advance(60_000);
  expect(await call("DescribeDtsJobDetail", { DtsInstanceID: String(InstanceId) })).toMatchObject({
    Status: "NotStarted",
    DbObject: expect.stringContaining("shop_restored"),
  });

  await call("StartDtsJob", { DtsJobId: jobId });
  await waitFor(wire, jobId, "Finished");
  expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(rows);
});

test("auto-start is the default of a bought job", async () => {
  const wire = await startWire();
  const { JobId } = await wire.call("CreateDtsInstance", emptyPurchase);
  const changes = { DtsJobId: String(JobId), Reserve: reserve("0", "auto") };
  await wire.call("ConfigureDtsJob", configuration(wholeShop, changes));
  await waitFor(wire, String(JobId), "Finished");
  expect(rowsOf(wire.world.master, "shop_restored", "orders")).toEqual(rows);
});

test("a table in the way fails the precheck, which names it", async () => {
  const wire = await startWire();
  fill(wire.world.master, "shop", notesTable("orders"), []);
  const dbList = { shop: { name: "shop", all: false, Table: { orders: { name: "orders", all: true } } } };
  const jobId = String((await wire.call("ConfigureDtsJob", configuration(dbList)))["DtsJobId"]);
  await wire.call("StartDtsJob", { DtsJobId: jobId });
  expect(await waitFor(wire, jobId, "PrecheckFailed")).toMatchObject({ PrecheckStatus: { Status: "Failed" } });
  const status = await wire.call("DescribePreCheckStatus", { DtsJobId: jobId, JobCode: "01", StructType: "before" });
  const failed = (status["JobProgress"] as { Item: string; State: string }[]).filter(({ State }) => State === "Failed");
  expect(failed).toMatchObject([{ Item: "CHECK_SAME_OBJ", ErrMsg: "CHECK__ERROR_SAME_OBJ", CanSkip: true }]);
});

test("a refusal of the gateway is thrown by the client, one inside a 200 is not", async () => {
  const { call } = await startWire();
  await expect(call("StartDtsJob", { DtsJobId: "nobody" })).rejects.toMatchObject({
    statusCode: 403,
    code: "Forbidden.InstanceNotFound",
  });
  const unknown = configuration(wholeShop, { SourceEndpointInstanceID: "rm-nobody" });
  expect(await call("ConfigureDtsJob", unknown)).toMatchObject({
    Success: "false",
    ErrCode: "DTS.Msg.InvalidEndpoint",
    DynamicMessage: "rm-nobody",
  });
});

test("the documented errors of a started job: no second start, no other configuration, no deletion", async () => {
  const wire = await startWire();
  const { call } = wire;
  const { JobId } = await call("CreateDtsInstance", emptyPurchase);
  const jobId = String(JobId);
  await call("ConfigureDtsJob", configuration(wholeShop, { DtsJobId: jobId }));
  await call("StartDtsJob", { DtsJobId: jobId });
  await waitFor(wire, jobId, "Migrating");
  const refusal = (code: string) => ({ statusCode: 403, code });
  await expect(call("StartDtsJob", { DtsJobId: jobId })).rejects.toMatchObject(refusal("OperationDenied.JobStatus"));
  await expect(call("DeleteDtsJob", { DtsJobId: jobId })).rejects.toMatchObject(refusal("OperationDenied.JobStatus"));
  await expect(call("ConfigureDtsJob", configuration(wholeShop, { DtsJobId: jobId }))).rejects.toMatchObject(
    refusal("UpdateJob.OperationDenied.InitStatus"),
  );
  await call("StopDtsJob", { DtsJobId: jobId });
  expect(await waitFor(wire, jobId, "Finished")).toMatchObject({ DataInitializationStatus: { Status: "NotStarted" } });
});

test("DescribeDTSIP answers the networks in DynamicMessage", async () => {
  const { call } = await startWire();
  const answer = await call("DescribeDTSIP", {
    SourceEndpointRegion: "cn-hangzhou",
    DestinationEndpointRegion: "cn-hangzhou",
  });
  expect(String(answer["DynamicMessage"]).split(",").length).toBeGreaterThan(1);
});

test("an account in arrears buys nothing, and one without the service role configures nothing, although migrations are free", async () => {
  const { world, call } = await startWire();
  world.dts.account.isRoleMissing = true;
  await expect(call("ConfigureDtsJob", configuration(wholeShop))).rejects.toMatchObject({
    statusCode: 403,
    code: "Abnormal.RamCheckUserRole",
  });
  world.dts.account.isRoleMissing = false;
  const jobId = String((await call("ConfigureDtsJob", configuration(wholeShop)))["DtsJobId"]);
  world.dts.account.isInArrears = true;
  const refusal = { statusCode: 403, code: "LXBuyError", message: expect.stringContaining("ARREARAGE") };
  await expect(call("CreateDtsInstance", emptyPurchase)).rejects.toMatchObject(refusal);
  await expect(call("CreateDtsInstance", { JobId: jobId, AutoStart: "true" })).rejects.toMatchObject(refusal);
  expect(world.dts.jobs().map(({ instanceId }) => instanceId)).toEqual([undefined]);
});

test("a master that is locked meanwhile takes no rows: the migration fails, and goes on once it is unlocked", async () => {
  const wire = await startWire();
  const { world, call } = wire;
  const jobId = String((await call("ConfigureDtsJob", configuration(wholeShop)))["DtsJobId"]);
  await call("StartDtsJob", { DtsJobId: jobId });
  await waitFor(wire, jobId, "PreCheckPass");
  world.master.lockMode = "LockByDiskQuota";
  await call("CreateDtsInstance", { JobId: jobId, AutoStart: "true" });
  expect(await waitFor(wire, jobId, "MigrationFailed")).toMatchObject({
    ErrorMessage: expect.stringContaining("read-only"),
  });
  expect(world.master.data.databases()).toEqual([]);
  world.master.lockMode = "Unlock";
  await call("StartDtsJob", { DtsJobId: jobId });
  await waitFor(wire, jobId, "Finished");
  expect(rowsOf(world.master, "shop_restored", "orders")).toEqual(rows);
});

test("a read-only instance is no end of a migration, and neither is another engine", async () => {
  const { world, call } = await startWire();
  const refused = { Success: "false", ErrCode: "DTS.Msg.InvalidEndpoint" };
  Object.assign(world.source, { type: "Readonly" });
  expect(await call("ConfigureDtsJob", configuration(wholeShop))).toMatchObject(refused);
  Object.assign(world.source, { type: "Temp" });
  Object.assign(world.master, { engine: "MySQL" });
  expect(await call("ConfigureDtsJob", configuration(wholeShop))).toMatchObject(refused);
});

test("an object list over 1 MB is refused", async () => {
  const { call } = await startWire();
  const dbList = { [`shop${"x".repeat(1024 * 1024)}`]: { name: "shop", all: true } };
  expect(await call("ConfigureDtsJob", configuration(dbList))).toMatchObject({
    Success: "false",
    ErrCode: "InvalidParameter",
    DynamicMessage: "DbList",
  });
});

test.each(["MSSQL", "SQLServer"] as const)(
  "engines are called %s in answers, whatever the questions call them",
  async (engineNameInAnswers) => {
    const { call } = await startWire({ engineNameInAnswers });
    const jobId = String((await call("ConfigureDtsJob", configuration(wholeShop)))["DtsJobId"]);
    const ends = {
      SourceEndpoint: { EngineName: engineNameInAnswers },
      DestinationEndpoint: { EngineName: engineNameInAnswers },
    };
    expect(await call("DescribeDtsJobDetail", { DtsJobId: jobId })).toMatchObject(ends);
    expect(await call("DescribeDtsJobs", { DtsJobId: jobId })).toMatchObject({ DtsJobList: [ends] });
  },
);
