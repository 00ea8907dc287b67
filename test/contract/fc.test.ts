import type { Readable } from "node:stream";
import FcClient, * as model from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import * as dara from "@darabonba/typescript";
import { closeScenes, deploy, httpTrigger, type Scene, streamTrigger, timerTrigger } from "../emulator/fc/scene";

afterEach(closeScenes);

const source = `exports.handler = async (event, context) => {
  console.log("heard " + event);
  if (String(event) === "fail") throw new RangeError("too far");
  return { heard: String(event), requestId: context.requestId };
};`;

async function open(accessKeySecret = "caller-secret"): Promise<Scene & { client: FcClient }> {
  const triggers = [httpTrigger(["GET"]), timerTrigger("@every 1m", "x"), streamTrigger("jobs")];
  const props = { triggers, environmentVariables: { LEVEL: "info" }, description: "works" };
  const functions = {
    work: { source, props },
    other: { source },
    alone: { source, props: { functionName: "prod-alone" } },
  };
  const accessKeys = new Map([["LTAIcaller", "caller-secret"]]);
  const scene = await deploy(functions, { accessKeys, queues: ["jobs"] });
  const config = new $OpenApiUtil.Config({
    accessKeyId: "LTAIcaller",
    accessKeySecret,
    endpoint: `127.0.0.1:${scene.compute.managementPort}`,
    protocol: "HTTP",
    connectTimeout: 5_000,
    readTimeout: 20_000,
  });
  return { ...scene, client: new FcClient(config) };
}

async function invoke(client: FcClient, name: string, event: string, headers: Record<string, string> = {}) {
  const request = new model.InvokeFunctionRequest({ body: new dara.BytesReadable(event) });
  const given = new model.InvokeFunctionHeaders(headers);
  const response = await client.invokeFunctionWithOptions(name, request, given, new dara.RuntimeOptions({}));
  const chunks: Buffer[] = [];
  for await (const chunk of response.body as Readable) chunks.push(Buffer.from(chunk));
  return { status: response.statusCode, headers: response.headers ?? {}, body: Buffer.concat(chunks).toString("utf8") };
}

describe("the Function Compute client of Alibaba Cloud", () => {
  it("the Function Compute client of Alibaba Cloud invokes a function and waits for its answer", async () => {
    const { client } = await open();
    const { status, headers, body } = await invoke(client, "test-work", "hello");
    expect(status).toBe(200);
    expect(headers["x-fc-error-type"]).toBeUndefined();
    expect(JSON.parse(body)).toEqual({ heard: "hello", requestId: headers["x-fc-request-id"] });
  });

  it("the Function Compute client of Alibaba Cloud learns of a failed function only by a header", async () => {
    const { client } = await open();
    const { status, headers, body } = await invoke(client, "test-work", "fail");
    expect([status, headers["x-fc-error-type"]]).toEqual([200, "HandledInvocationError"]);
    expect(JSON.parse(body)).toEqual({
      errorMessage: "too far",
      errorType: "RangeError",
      stackTrace: expect.any(Array),
    });
  });

  it("the Function Compute client of Alibaba Cloud is answered 202 for an asynchronous invocation, which runs under that request id", async () => {
    const { client, book } = await open();
    const { status, headers } = await invoke(client, "test-work", "later", { xFcInvocationType: "Async" });
    expect(status).toBe(202);
    await book.lines(/^heard later/);
    expect(book.entries.find(({ line }) => line === "heard later")?.requestId).toBe(headers["x-fc-request-id"]);
  });

  it("the Function Compute client of Alibaba Cloud gets the tail of the log when it asks for it", async () => {
    const { client } = await open();
    const { headers } = await invoke(client, "test-work", "hello", { xFcLogType: "Tail" });
    expect(Buffer.from(headers["x-fc-log-result"] ?? "", "base64").toString("utf8")).toContain("heard hello\n");
  });

  it("the Function Compute client of Alibaba Cloud reads one function", async () => {
    const { client } = await open();
    const { statusCode, body } = await client.getFunction("test-work", new model.GetFunctionRequest({}));
    expect(statusCode).toBe(200);
    expect(body?.toMap()).toEqual({
      functionName: "test-work",
      functionArn: "acs:fc:cn-hangzhou:1234567890123456:functions/test-work",
      description: "works",
      runtime: "nodejs20",
      handler: "index.handler",
      cpu: 0.5,
      memorySize: 512,
      diskSize: 512,
      timeout: 20,
      instanceConcurrency: 1,
      environmentVariables: { LEVEL: "info" },
      internetAccess: true,
      state: "Active",
      lastUpdateStatus: "Successful",
      createdTime: "2026-11-20T08:00:00.000Z",
      lastModifiedTime: "2026-11-20T08:00:00.000Z",
    });
  });

  it("the Function Compute client of Alibaba Cloud lists functions by prefix, page by page", async () => {
    const { client } = await open();
    const first = await client.listFunctions(new model.ListFunctionsRequest({ prefix: "test-", limit: 1 }));
    const nextToken = first.body?.nextToken;
    const second = await client.listFunctions(new model.ListFunctionsRequest({ prefix: "test-", limit: 1, nextToken }));
    const names = [first, second].map(({ body }) => body?.functions?.map(({ functionName }) => functionName));
    expect(names).toEqual([["test-other"], ["test-work"]]);
    expect(second.body?.nextToken).toBeUndefined();
  });

  it("the Function Compute client of Alibaba Cloud lists and reads triggers", async () => {
    const { client, compute } = await open();
    const { body } = await client.listTriggers("test-work", new model.ListTriggersRequest({}));
    const url = compute.httpUrl("work");
    expect(body?.triggers?.map(({ triggerName, triggerType }) => [triggerName, triggerType])).toEqual([
      ["http", "http"],
      ["clock", "timer"],
      ["queue", "eventbridge"],
    ]);
    expect(body?.triggers?.[0]?.httpTrigger?.toMap()).toEqual({ urlInternet: url, urlIntranet: url });
    const timer = await client.getTrigger("test-work", "clock");
    expect(timer.body?.toMap()).toEqual({
      triggerName: "clock",
      triggerType: "timer",
      qualifier: "LATEST",
      triggerConfig: '{"cronExpression":"@every 1m","enable":true,"payload":"x"}',
      targetArn: "acs:fc:cn-hangzhou:1234567890123456:functions/test-work",
      createdTime: "2026-11-20T08:00:00.000Z",
      lastModifiedTime: "2026-11-20T08:00:00.000Z",
    });
  });

  it.each<[string, (client: FcClient) => Promise<unknown>, number, string]>([
    ["a function that is not there", (client) => invoke(client, "test-none", ""), 404, "FunctionNotFound"],
    ["a trigger that is not there", (client) => client.getTrigger("test-work", "none"), 404, "TriggerNotFound"],
    [
      "a version",
      (client) => client.getFunction("test-work", new model.GetFunctionRequest({ qualifier: "1" })),
      501,
      "EmulatorNotImplemented",
    ],
    ["to delete a function that has triggers", (client) => client.deleteFunction("test-work"), 400, "InvalidArgument"],
    [
      "another part of the API",
      (client) => client.listLayers(new model.ListLayersRequest({})),
      501,
      "EmulatorNotImplemented",
    ],
  ])("the Function Compute client of Alibaba Cloud is refused %s", async (_, call, statusCode, code) => {
    const { client } = await open();
    await expect(call(client)).rejects.toMatchObject({ statusCode, code });
  });

  it("the Function Compute client of Alibaba Cloud is refused with a wrong secret", async () => {
    const { client } = await open("another-secret");
    await expect(invoke(client, "test-work", "")).rejects.toMatchObject({
      statusCode: 400,
      code: "SignatureDoesNotMatch",
    });
  });

  it("the Function Compute client of Alibaba Cloud sends empty settings for what a definition leaves out, as the component fc3 does; other values of them are refused", async () => {
    const { client } = await open();
    const update = (fields: object) =>
      client.updateFunction(
        "test-work",
        new model.UpdateFunctionRequest({ body: new model.UpdateFunctionInput(fields) }),
      );
    const empty = {
      tracingConfig: new model.TracingConfig({}),
      ossMountConfig: new model.OSSMountConfig({ mountPoints: [] }),
      nasConfig: new model.NASConfig({ groupId: 0, userId: 0, mountPoints: [] }),
      layers: [],
      instanceIsolationMode: "SHARE",
      sessionAffinity: "NONE",
    };
    const { body } = await update({ ...empty, description: "changed" });
    expect(body?.description).toBe("changed");
    for (const given of [{ layers: ["acs:fc:cn-hangzhou:1:layers/x/versions/1"] }, { sessionAffinity: "MCP_SSE" }])
      await expect(update(given)).rejects.toMatchObject({ code: "InvalidArgument", statusCode: 400 });
  });
});
