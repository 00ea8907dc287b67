import { $OpenApiUtil } from "@alicloud/openapi-core";
import RdsClient, { DescribeDBInstancesRequest } from "@alicloud/rds20140815";
import { describeEmulator, type Emulator, readOptions, startEmulator } from "../../emulator/main";
import { TediousClient } from "./sql-server/tedious-client";

describe("the local cloud by itself", () => {
  let emulator: Emulator;
  let rds: RdsClient;

  beforeAll(async () => {
    emulator = await startEmulator({ spareListeners: 2 });
    const { cloud } = emulator;
    rds = new RdsClient(
      new $OpenApiUtil.Config({
        accessKeyId: cloud.accessKey.id,
        accessKeySecret: cloud.accessKey.secret,
        endpoint: cloud.rpcEndpoint,
        protocol: "HTTP",
      }),
    );
  });
  afterAll(() => emulator.stop());
  afterEach(() => emulator.cloud.faults.clear());

  const listed = async () => {
    const { body } = await rds.describeDBInstances(new DescribeDBInstancesRequest({ regionId: "cn-hangzhou" }));
    return body?.items?.DBInstance?.map(({ DBInstanceId }) => DBInstanceId);
  };
  const post = (body: unknown, type = "application/json") =>
    fetch(`${emulator.adminUrl}/faults`, {
      method: "POST",
      headers: { "content-type": type },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const rules = async () => (await fetch(`${emulator.adminUrl}/faults`)).json();
  const throttle = { service: "rds", action: "DescribeDBInstances", kind: "throttle", times: 2 };

  it("the local cloud by itself has the sample master, which the official client finds", async () => {
    expect(await listed()).toEqual(["rm-shop"]);
  });

  it("the local cloud by itself throttles the official client once a rule says so, until the rules are cleared", async () => {
    expect((await post(throttle)).status).toBe(201);
    expect(await rules()).toEqual([throttle]);
    await expect(listed()).rejects.toMatchObject({ code: "Throttling.User" });
    expect((await fetch(`${emulator.adminUrl}/faults`, { method: "DELETE" })).status).toBe(200);
    expect(await rules()).toEqual([]);
    expect(await listed()).toEqual(["rm-shop"]);
  });

  it("the local cloud by itself takes rules for functions by their names and for SQL Servers, and strikes the latter", async () => {
    const invocation = { service: "fc", action: "rewind-verify-data", kind: "throttle", times: 1 };
    const login = { service: "sql-server", action: "Login", kind: "server-error", times: 1 };
    expect((await post(invocation)).status).toBe(201);
    expect((await post(login)).status).toBe(201);
    expect(await rules()).toEqual([invocation, login]);
    const { master, passwords } = emulator;
    const logIn = () => TediousClient.connect(master.privateAddress!, { user: "shop_dba", password: passwords.dba });
    await expect(logIn()).rejects.toThrow("script upgrade mode");
    await (await logIn()).close();
  });

  it.each([
    ["an unknown service", { ...throttle, service: "ecs" }],
    ["an unknown kind", { ...throttle, kind: "slow" }],
    ["a misspelt member", { ...throttle, delayms: 5 }],
    ["no times", { service: "rds", action: "*", kind: "throttle" }],
    ["no JSON", "{"],
  ])("the local cloud by itself refuses a rule with %s", async (_, rule) => {
    const response = await post(rule);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ Code: "InvalidFaultRule" });
    expect(await rules()).toEqual([]);
  });

  it("the local cloud by itself takes no rule from a form of a web page, and has no other path or method", async () => {
    expect((await post(throttle, "text/plain")).status).toBe(415);
    expect((await fetch(`${emulator.adminUrl}/clock`)).status).toBe(404);
    expect((await fetch(`${emulator.adminUrl}/faults`, { method: "PUT" })).status).toBe(405);
    expect(await rules()).toEqual([]);
  });

  it("the local cloud by itself says everything that a client needs", () => {
    const { cloud, adminUrl, master, passwords } = emulator;
    const text = describeEmulator(emulator);
    const needed = [cloud.rpcEndpoint, cloud.mnsEndpoint, cloud.tablestoreEndpoint, cloud.accessKey.id];
    const rest = [
      cloud.accessKey.secret,
      adminUrl,
      passwords.dba,
      passwords.report,
      String(master.privateAddress?.port),
    ];
    for (const word of [...needed, ...rest]) expect(text).toContain(word);
  });
});

describe("the command line of the local cloud", () => {
  it("the command line of the local cloud reads its options", () => {
    expect(readOptions(["--port-admin", "4710", "--region", "cn-beijing", "--restore-lag-minutes", "0"])).toMatchObject(
      {
        adminPort: 4710,
        regionId: "cn-beijing",
        restoreLagMs: 0,
      },
    );
    expect(readOptions(["--help"])).toBe("help");
  });

  it("the command line of the local cloud refuses an option that it does not have and a port that is no number", () => {
    expect(() => readOptions(["--tls"])).toThrow("--tls");
    expect(() => readOptions(["--port-admin", "any"])).toThrow("--port-admin");
  });
});
