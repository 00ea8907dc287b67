import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import OpenApiClient, { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { ManualClock } from "../../emulator/core/clock";
import { Faults } from "../../emulator/core/faults";
import { SeededRandom } from "../../emulator/core/random";
import type { RpcParameters, RpcService } from "../../emulator/core/rpc-service";
import { ServiceError } from "../../emulator/core/service-error";
import { RpcServer } from "../../emulator/rpc/rpc-server";

/** A service that answers what it was given. */
class Echo implements RpcService {
  readonly product = "echo";
  readonly version = "2020-01-01";
  calls = 0;

  call(action: string, parameters: RpcParameters): Record<string, unknown> {
    this.calls++;
    if (action === "Refuse") throw new ServiceError(403, "OperationDenied.Echo", "The operation is not permitted.");
    if (action === "Fail") throw new Error("a mistake of ours");
    return { Action: action, Parameters: JSON.stringify(parameters) };
  }
}

const servers: RpcServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function startEcho() {
  const echo = new Echo();
  const clock = new ManualClock(Date.now());
  const faults = new Faults();
  const bugs: unknown[] = [];
  const server = new RpcServer({
    services: [echo],
    clock,
    random: new SeededRandom(1),
    faults,
    accessKeys: new Map([["akid", "secret"]]),
    reportBug: (error) => bugs.push(error),
  });
  servers.push(server);
  const port = await server.listen();
  return { echo, clock, faults, bugs, port };
}

interface Call {
  readonly query?: Record<string, string>;
  readonly body?: Record<string, string>;
  readonly key?: string;
  readonly secret?: string;
  readonly version?: string;
}

/** One call by the official generic client. */
function callEcho(port: number, action: string, call: Call = {}) {
  const { Config, Params, OpenApiRequest } = $OpenApiUtil;
  const client = new OpenApiClient(
    new Config({
      accessKeyId: call.key ?? "akid",
      accessKeySecret: call.secret ?? "secret",
      endpoint: `127.0.0.1:${port}`,
      protocol: "HTTP",
    }),
  );
  const params = new Params({
    action,
    version: call.version ?? "2020-01-01",
    protocol: "HTTP",
    pathname: "/",
    method: "POST",
    authType: "AK",
    style: "RPC",
    reqBodyType: "formData",
    bodyType: "json",
  });
  const request = new OpenApiRequest({ query: call.query ?? {}, body: call.body });
  return client.callApi(params, request, new RuntimeOptions({ readTimeout: 300, connectTimeout: 300 }));
}

/** The path and the signature headers that the official client sends for one call, caught by a server of our own. */
async function capture(action: string): Promise<{ path: string; headers: Record<string, string> }> {
  const caught: { path: string; headers: Record<string, string> }[] = [];
  const trap = createServer((request, response) => {
    const signed = Object.entries(request.headers).filter(([name]) => /^(host|authorization|x-acs-.*)$/.test(name));
    caught.push({ path: request.url ?? "/", headers: Object.fromEntries(signed) as Record<string, string> });
    response.end("{}");
  });
  await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
  await callEcho((trap.address() as AddressInfo).port, action, { query: { Name: "a b*c" } });
  trap.closeAllConnections();
  await new Promise((resolve) => trap.close(resolve));
  const [only] = caught;
  if (!only) throw new Error("the client sent nothing");
  return only;
}

/** Sends exactly these headers (and body) and answers status, headers and parsed body. */
async function send(port: number, request: { path: string; headers: Record<string, string> }, body = "") {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: Record<string, unknown> }>(
    (resolve, reject) => {
      const outgoing = httpRequest({ port, host: "127.0.0.1", method: "POST", ...request }, async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(text) });
      });
      outgoing.on("error", reject);
      outgoing.end(body);
    },
  );
}

describe("the RPC endpoint", () => {
  it("the RPC endpoint accepts the official client and hands query and form over as one set of parameters", async () => {
    const { port } = await startEcho();
    const query = { Plain: "1", Odd: "a b+c*(d)!'~/ü", "Tag.1.Key": "k", Empty: "" };
    const { body } = await callEcho(port, "Say", { query, body: { DbList: '{"shop":{"all":true}}' } });
    expect(JSON.parse(body.Parameters)).toEqual({ ...query, DbList: '{"shop":{"all":true}}' });
    expect(body).toMatchObject({
      Action: "Say",
      RequestId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
    });
  });

  it("the RPC endpoint answers a refusal in the gateway's shape", async () => {
    const { port } = await startEcho();
    const reply = await send(port, await capture("Refuse"));
    expect(reply.status).toBe(403);
    expect(reply.headers["content-type"]).toContain("application/json");
    expect(reply.body).toEqual({
      RequestId: expect.any(String),
      HostId: "echo.aliyuncs.com",
      Code: "OperationDenied.Echo",
      Message: "The operation is not permitted.",
      Recommend: expect.stringContaining("OperationDenied.Echo"),
    });
    await expect(callEcho(port, "Refuse")).rejects.toMatchObject({ code: "OperationDenied.Echo", statusCode: 403 });
  });

  it("the RPC endpoint says that a bug is a bug, and tells it to the person who runs the local cloud", async () => {
    const { port, bugs } = await startEcho();
    await expect(callEcho(port, "Fail")).rejects.toMatchObject({ code: "EmulatorBug", statusCode: 500 });
    expect(bugs).toEqual([expect.objectContaining({ message: "a mistake of ours" })]);
  });

  it("the RPC endpoint does not take a client that hangs up in the middle of its request for a bug", async () => {
    const { port, bugs } = await startEcho();
    const { path, headers } = await capture("Say");
    const unfinished = { ...headers, "content-length": "100", expect: "100-continue" };
    const outgoing = httpRequest({ port, host: "127.0.0.1", method: "POST", path, headers: unfinished });
    outgoing.on("continue", () => outgoing.destroy(new Error("the client went away")));
    await new Promise((resolve) => outgoing.on("error", resolve));
    await expect(callEcho(port, "Say")).resolves.toMatchObject({ statusCode: 200 });
    expect(bugs).toEqual([]);
  });

  it("the RPC endpoint refuses a version that no service has", async () => {
    const { port } = await startEcho();
    const wrong = callEcho(port, "Say", { version: "1999-01-01" });
    await expect(wrong).rejects.toMatchObject({ code: "InvalidVersion", statusCode: 404 });
  });
});

describe("the signature", () => {
  it("the signature is refused when it was made with another secret", async () => {
    const { port, echo } = await startEcho();
    const wrong = callEcho(port, "Say", { secret: "guessed" });
    await expect(wrong).rejects.toMatchObject({ code: "SignatureDoesNotMatch", statusCode: 400 });
    expect(echo.calls).toBe(0);
  });

  it("the signature is refused when the access key is unknown", async () => {
    const { port } = await startEcho();
    const wrong = callEcho(port, "Say", { key: "stranger" });
    await expect(wrong).rejects.toMatchObject({ code: "InvalidAccessKeyId.NotFound", statusCode: 404 });
  });

  it("the signature holds for one request only: the same nonce again is refused, even after a success", async () => {
    const { port, echo, clock } = await startEcho();
    const request = await capture("Say");
    expect((await send(port, request)).status).toBe(200);
    expect(await send(port, request)).toMatchObject({ status: 400, body: { Code: "SignatureNonceUsed" } });
    clock.advance(14 * 60_000);
    expect(await send(port, request)).toMatchObject({ status: 400, body: { Code: "SignatureNonceUsed" } });
    expect(echo.calls).toBe(1);
  });

  it.each([-16, 16])("expires: a clock that is %i minutes off refuses", async (minutes) => {
    const { port, clock } = await startEcho();
    clock.advance(minutes * 60_000);
    await expect(callEcho(port, "Say")).rejects.toMatchObject({ code: "IllegalTimestamp", statusCode: 400 });
    clock.advance(-minutes * 60_000);
    await expect(callEcho(port, "Say")).resolves.toMatchObject({ statusCode: 200 });
  });

  it("the signature covers the query", async () => {
    const { port } = await startEcho();
    const { path, headers } = await capture("Say");
    const reply = await send(port, { path: `${path}&More=1`, headers });
    expect(reply).toMatchObject({ status: 400, body: { Code: "SignatureDoesNotMatch" } });
  });

  it("the signature covers the body by its hash", async () => {
    const { port } = await startEcho();
    const reply = await send(port, await capture("Say"), "Smuggled=1");
    expect(reply).toMatchObject({ status: 400, body: { Code: "SignatureDoesNotMatch" } });
  });

  it("the signature must cover every x-acs header that is sent", async () => {
    const { port } = await startEcho();
    const { path, headers } = await capture("Say");
    const reply = await send(port, { path, headers: { ...headers, "x-acs-extra": "1" } });
    expect(reply).toMatchObject({ status: 400, body: { Code: "IncompleteSignature" } });
  });

  it.each([
    "authorization",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
    "x-acs-action",
    "x-acs-version",
  ])("the signature cannot be checked without %s", async (name) => {
    const { port } = await startEcho();
    const { path, headers } = await capture("Say");
    delete headers[name];
    expect(await send(port, { path, headers })).toMatchObject({ status: 400, body: { Code: "MissingParameter" } });
  });

  it("the signature must be of the known form", async () => {
    const { port } = await startEcho();
    const { path, headers } = await capture("Say");
    const reply = await send(port, {
      path,
      headers: { ...headers, authorization: "ACS3-HMAC-SHA256 Credential=akid" },
    });
    expect(reply).toMatchObject({ status: 400, body: { Code: "IncompleteSignature" } });
  });
});

describe("an injected fault", () => {
  it("an injected fault throttles with the time to wait, without doing the work, and then is spent", async () => {
    const { port, faults, echo } = await startEcho();
    faults.add({ service: "echo", action: "Say", kind: "throttle", times: 1, delayMs: 2500 });
    await expect(callEcho(port, "Say")).rejects.toMatchObject({
      name: "ThrottlingError",
      code: "Throttling.User",
      statusCode: 400,
      retryAfter: 2500,
    });
    expect(echo.calls).toBe(0);
    await expect(callEcho(port, "Say")).resolves.toMatchObject({ statusCode: 200 });
  });

  it("an injected fault fails with 503 without doing the work", async () => {
    const { port, faults, echo } = await startEcho();
    faults.add({ service: "echo", action: "*", kind: "server-error", times: 1 });
    await expect(callEcho(port, "Say")).rejects.toMatchObject({ code: "ServiceUnavailable", statusCode: 503 });
    expect(echo.calls).toBe(0);
  });

  it.each([
    ["lost-request", 0],
    ["lost-reply", 1],
    ["hang", 1],
  ] as const)("%s leaves the client without an answer and the work done %i times", async (kind, calls) => {
    const { port, faults, echo } = await startEcho();
    faults.add({ service: "echo", action: "Say", kind, times: 1, delayMs: 60_000 });
    await expect(callEcho(port, "Say")).rejects.toThrow();
    expect(echo.calls).toBe(calls);
  });

  it("an injected fault refuses inside an answer of status 200", async () => {
    const { port, faults, echo } = await startEcho();
    faults.add({ service: "echo", action: "Say", kind: "success-false", times: 1 });
    const { statusCode, body } = await callEcho(port, "Say");
    expect(statusCode).toBe(200);
    expect(body).toMatchObject({ Success: false, ErrCode: expect.any(String), ErrMessage: expect.any(String) });
    expect(echo.calls).toBe(0);
  });
});
