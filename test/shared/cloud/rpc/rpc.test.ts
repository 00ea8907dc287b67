import type { ServerResponse } from "node:http";
import { inspect } from "node:util";
import { CloudError } from "../../../../shared/cloud/cloud-error";
import type { Rpc } from "../../../../shared/cloud/rpc/rpc";
import { type Script, ScriptedService } from "../scripted-service";

const services: ScriptedService[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

async function serve(script: Script, settings: Parameters<ScriptedService["start"]>[0] = {}) {
  const service = new ScriptedService(() => script);
  services.push(service);
  return { service, rpc: await service.start(settings) };
}

const refusal = (code: string, status: number, headers: Record<string, string> = {}): Script => ({
  status,
  headers,
  json: { RequestId: "8B5C", HostId: "dts.aliyuncs.com", Code: code, Message: "password hunter2!" },
});

/** How the same failure looks to a call that changes something and to one that reads. */
async function kinds(script: Script): Promise<{ changing: unknown; reading: unknown }> {
  const { rpc } = await serve(script);
  return { changing: await failureOf(rpc, true), reading: await failureOf(rpc, false) };
}

async function failureOf(rpc: Rpc, changing: boolean): Promise<CloudError> {
  const error = await rpc.call("CreateDtsInstance", { Password: "hunter2!" }, { changing }).catch((thrown) => thrown);
  if (!(error instanceof CloudError)) throw new Error(`not a CloudError: ${inspect(error)}`);
  return error;
}

describe("a call", () => {
  test("a call travels signed, with parameters in the query and the large ones in the form", async () => {
    const { service, rpc } = await serve({ json: { RequestId: "1", Value: 7 } });
    const query = { Name: "两 *(1)", Count: 3, Flag: false, Nothing: null, Missing: undefined };
    const answer = await rpc.call("ConfigureDtsJob", query, { changing: true, body: { DbList: '{"a":1}' } });
    expect(answer).toEqual({ RequestId: "1", Value: 7 });
    const [seen] = service.requests;
    expect(Object.fromEntries(seen!.query)).toEqual({ Name: "两 *(1)", Count: "3", Flag: "false" });
    expect(new URLSearchParams(seen!.body).get("DbList")).toBe('{"a":1}');
    expect(seen!.headers).toMatchObject({
      "x-acs-action": "ConfigureDtsJob",
      "x-acs-version": "2020-01-01",
      authorization: expect.stringMatching(/^ACS3-HMAC-SHA256 Credential=akid,/),
    });
  });

  test("a call asks for credentials each time and sends a role's token", async () => {
    let asked = 0;
    const credentials = () => ({ accessKeyId: "STS.1", accessKeySecret: "s", securityToken: `token-${++asked}` });
    const { service, rpc } = await serve({ json: {} }, { credentials });
    await rpc.call("DescribeDtsJobs", {}, { changing: false });
    await rpc.call("DescribeDtsJobs", {}, { changing: false });
    expect(service.requests.map(({ headers }) => headers["x-acs-security-token"])).toEqual(["token-1", "token-2"]);
  });

  test("a call is never repeated by itself", async () => {
    const { service, rpc } = await serve(refusal("ServiceUnavailable", 503));
    await failureOf(rpc, false);
    expect(service.requests).toHaveLength(1);
  });
});

describe("a failure is sorted by what the caller must do", () => {
  test("a refusal of the gateway: nothing was done", async () => {
    const { changing, reading } = await kinds(refusal("DTS.Msg.InvalidJobStatus", 403));
    const refused = { kind: "refused", code: "InvalidJobStatus", details: { httpStatus: 403, requestId: "8B5C" } };
    expect(changing).toMatchObject(refused);
    expect(reading).toMatchObject(refused);
  });

  test("a refusal inside a 200, with Success as a boolean or as text", async () => {
    for (const Success of [false, "false", "False"]) {
      const { changing } = await kinds({ json: { RequestId: "8B5C", Success, ErrCode: "DTS.Msg.InvalidEndpoint" } });
      expect(changing).toMatchObject({ kind: "refused", code: "InvalidEndpoint", details: { requestId: "8B5C" } });
    }
  });

  test("Success as text is success, and so is its absence", async () => {
    for (const json of [{ Success: "true" }, { Success: true }, {}, { Success: null }]) {
      const { rpc } = await serve({ json });
      expect(await rpc.call("StartDtsJob", {}, { changing: true })).toEqual(json);
    }
  });

  test("throttling, in both shapes, with the pause that the service asks for", async () => {
    const { changing } = await kinds(refusal("Throttling.User", 400, { "x-acs-retry-after": "1500" }));
    expect(changing).toMatchObject({ kind: "throttled", code: "Throttling.User", details: { retryAfterMs: 1500 } });
    expect((await kinds({ json: { Success: false, ErrCode: "Throttling.Api" } })).changing).toMatchObject({
      kind: "throttled",
    });
    expect((await kinds(refusal("ConcurrentLimit", 400))).reading).toMatchObject({ kind: "throttled" });
  });

  test.each<[string, Script, string]>([
    ["an answer of 503", refusal("ServiceUnavailable", 503), "ServiceUnavailable"],
    ["a time-out inside the service, called 400", refusal("TimeoutRetryLater", 400), "TimeoutRetryLater"],
    ["an internal error inside a 200", { json: { Success: false, ErrCode: "InternalError" } }, "InternalError"],
    ["a page instead of JSON", (response) => void response.end("<html>bad gateway</html>"), "BadAnswer"],
    [
      "an error page instead of JSON",
      (response) => void response.writeHead(502, { "content-type": "text/html" }).end("<html></html>"),
      "BadAnswer",
    ],
    ["a list instead of an object", { json: [] }, "BadAnswer"],
    ["a connection that breaks", (response) => void response.socket?.destroy(), "ConnectionLost"],
    [
      "an answer that breaks off",
      (response) => {
        response.writeHead(200, { "content-length": "100" }).write('{"Succ');
        response.socket?.end();
      },
      "ConnectionLost",
    ],
    ["an error without a code", { status: 500, json: {} }, "Http500"],
  ])("%s: a change may have happened, a read can be repeated", async (_, script, code) => {
    const { changing, reading } = await kinds(script);
    expect(changing).toMatchObject({ kind: "unknown-outcome", code });
    expect(reading).toMatchObject({ kind: "unavailable", code });
  });

  test("a call that was never sent changed nothing", async () => {
    const { service, rpc } = await serve({ json: {} });
    await service.close();
    expect(await failureOf(rpc, true)).toMatchObject({ kind: "unavailable", code: "ConnectionLost" });
  });

  test("patience ends, and a change is given more of it than a read", async () => {
    const { rpc } = await serve(() => {}, { patience: { readMs: 50, changeMs: 300 } });
    const startedAt = performance.now();
    expect(await failureOf(rpc, false)).toMatchObject({ kind: "unavailable", code: "Timeout" });
    expect(performance.now() - startedAt).toBeLessThan(290);
    expect(await failureOf(rpc, true)).toMatchObject({ kind: "unknown-outcome", code: "Timeout" });
    expect(performance.now() - startedAt).toBeGreaterThan(340);
  });

  test("patience ends also when an answer comes in drops", async () => {
    const drip = (response: ServerResponse) => {
      response.writeHead(200, { "content-length": "100000" });
      const timer = setInterval(() => response.write(" "), 20);
      response.on("close", () => clearInterval(timer));
    };
    const { rpc } = await serve(drip, { patience: { readMs: 100, changeMs: 100 } });
    expect(await failureOf(rpc, true)).toMatchObject({ kind: "unknown-outcome" });
  });
});

test("an error says nothing of the URL, its parameters, the keys, or what the service wrote", async () => {
  const scripts: Script[] = [
    refusal("InvalidEndpoint", 403),
    refusal("ServiceUnavailable", 503),
    refusal("the password is hunter2!", 403),
    { json: { Success: false, ErrCode: "hunter2!", ErrMessage: "hunter2!" } },
    (response) => void response.end("hunter2!"),
    (response) => void response.socket?.destroy(),
    () => {},
  ];
  for (const script of scripts) {
    const { rpc } = await serve(script, { patience: { readMs: 100, changeMs: 100 } });
    const error = await failureOf(rpc, true);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/hunter2|key-secret|127\.0\.0\.1/);
  }
});
