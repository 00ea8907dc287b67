import { writeFileSync } from "node:fs";
import path from "node:path";
import { closeScenes, credentials, deploy, temporaryFolder } from "./scene";

afterEach(closeScenes);

function failure(payload: Buffer): { errorMessage: string; errorType: string; stackTrace: string[] } {
  return JSON.parse(payload.toString("utf8"));
}

describe("the invocation of a function", () => {
  it("the invocation of a function hands over the event as a Buffer and the platform's context", async () => {
    const source = `exports.handler = async (event, context) => {
      const { logger, tracing, ...rest } = context;
      return { isBuffer: Buffer.isBuffer(event), event: event.toString(), context: rest,
        logger: Object.keys(logger).sort(), tracing: Object.keys(tracing).sort() };
    };`;
    const { compute } = await deploy({ work: { source } });
    const result = await compute.invoke("test-work", "hello");
    expect(result).toMatchObject({ requestId: expect.stringMatching(/^1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}$/) });
    expect(result.errorType).toBeUndefined();
    expect(JSON.parse(result.payload.toString("utf8"))).toEqual({
      isBuffer: true,
      event: "hello",
      context: {
        requestId: result.requestId,
        credentials,
        function: { name: "test-work", handler: "index.handler", memory: 512, timeout: 20 },
        service: { name: "", logProject: "", logStore: "", qualifier: "LATEST", versionId: "" },
        region: "cn-hangzhou",
        accountId: "1234567890123456",
      },
      logger: ["debug", "error", "info", "log", "warn"],
      tracing: ["jaegerEndpoint", "parseOpenTracingBaggages", "spanBaggages", "spanContext"],
    });
  });

  it("the invocation of a function gives the platform's variables and the function's own, and none of the machine's", async () => {
    process.env["ONLY_OF_THIS_MACHINE"] = "secret";
    const props = { environmentVariables: { LEVEL: "debug" } };
    const { compute } = await deploy({ work: { source: "exports.handler = async () => process.env;", props } });
    const { payload } = await compute.invoke("work", "");
    delete process.env["ONLY_OF_THIS_MACHINE"];
    expect(JSON.parse(payload.toString("utf8"))).toEqual({
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LEVEL: "debug",
      FC_FUNC_CODE_PATH: expect.stringMatching(/\/work$/),
      FC_ACCOUNT_ID: "1234567890123456",
      FC_FUNCTION_HANDLER: "index.handler",
      FC_FUNCTION_MEMORY_SIZE: "512",
      FC_FUNCTION_NAME: "test-work",
      FC_REGION: "cn-hangzhou",
      FC_INSTANCE_ID: expect.stringMatching(/^c-/),
      FC_CUSTOM_LISTEN_PORT: "9000",
      FC_FUNCTION_VERSION: "LATEST",
      ALIBABA_CLOUD_ACCESS_KEY_ID: "STS.function",
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: "function-secret",
      ALIBABA_CLOUD_SECURITY_TOKEN: "function-token",
    });
  });

  it.each([
    ["a Buffer as it is", "Buffer.from([0, 255, 1])", [0, 255, 1]],
    ["an object as JSON", "({ a: [1] })", [...Buffer.from('{"a":[1]}')]],
    ["anything else as text", "42", [...Buffer.from("42")]],
    ["nothing as nothing", "undefined", []],
  ])("the invocation of a function answers %s", async (_, value, bytes) => {
    const { compute } = await deploy({ work: { source: `exports.handler = async () => ${value};` } });
    expect([...(await compute.invoke("work", "")).payload]).toEqual(bytes);
  });

  it("the invocation of a function still takes the callback of older runtimes, and exports that only show at run time", async () => {
    const { compute } = await deploy({
      old: { source: "exports.handler = (event, context, callback) => setImmediate(() => callback(null, 'old'));" },
      late: { source: "Object.assign(module.exports, { handler: async () => 'default' });" },
    });
    expect((await compute.invoke("old", "")).payload.toString()).toBe("old");
    expect((await compute.invoke("late", "")).payload.toString()).toBe("default");
  });

  it.each(["index.mjs", "index.js"])(
    "the invocation of a function runs an ES module in %s, which may wait while it is loaded",
    async (file) => {
      const code = temporaryFolder();
      writeFileSync(path.join(code, "package.json"), JSON.stringify({ type: "module" }));
      const source = 'const greeting = await Promise.resolve("hello"); export const handler = async () => greeting;';
      writeFileSync(path.join(code, file), source);
      const { compute } = await deploy({ work: { source: "", props: { code } } });
      expect((await compute.invoke("work", "")).payload.toString()).toBe("hello");
    },
  );

  it("the invocation of a function collects what is written under the request that wrote it", async () => {
    const source = `exports.handler = async (event, { logger }) => {
      console.log("said", event.toString()); console.error("warned"); logger.info("count %d", 3);
    };`;
    const { compute, book } = await deploy({ work: { source } });
    const { requestId, output } = await compute.invoke("work", "one");
    await compute.invoke("work", "two");
    const lines = book.entries.filter((entry) => entry.requestId === requestId);
    expect(lines.map(({ stream, line }) => `${stream}: ${line.replace(/^\S+Z \S+ /, "")}`)).toEqual([
      `platform: FC Invoke Start RequestId: ${requestId}`,
      "stdout: said one",
      "stderr: warned",
      "stdout: [info] count 3",
      `platform: FC Invoke End RequestId: ${requestId}`,
    ]);
    expect(output).toContain("said one\nwarned\n");
  });
});

describe("a function that fails", () => {
  it("a function that fails answers the error that a handler throws, and its instance lives on", async () => {
    const source = `let calls = 0;
      exports.handler = async () => { if (calls++ === 0) throw new TypeError("no such thing"); return "calls: " + calls; };`;
    const { compute } = await deploy({ work: { source } });
    const failed = await compute.invoke("work", "");
    expect(failed.errorType).toBe("HandledInvocationError");
    expect(failure(failed.payload)).toEqual({
      errorMessage: "no such thing",
      errorType: "TypeError",
      stackTrace: expect.arrayContaining([expect.stringMatching(/^at .*index\.js/)]),
    });
    expect((await compute.invoke("work", "")).payload.toString()).toBe("calls: 2");
  });

  it("a function that fails is killed at its timeout even while it is busy, and the next request gets a new instance", async () => {
    const source = `let calls = 0;
      exports.handler = async (event) => { calls++; console.log("started"); if (event.toString() === "spin") for (;;) {} return calls; };`;
    const { compute } = await deploy({ work: { source, props: { timeout: 1 } } });
    await compute.invoke("work", "");
    const killed = await compute.invoke("work", "spin");
    expect(killed.errorType).toBe("UnhandledInvocationError");
    expect(failure(killed.payload).errorMessage).toBe("Function timed out after 1 seconds.");
    expect(killed.output).toContain("started");
    expect((await compute.invoke("work", "")).payload.toString()).toBe("1");
    expect(compute.instances("work")).toBe(1);
  });

  it.each([
    ["exits", "process.exit(3)", "The process exited during the invocation with code 3."],
    [
      "throws outside the invocation",
      "setImmediate(() => { throw new Error('loose end'); }); await new Promise(() => {})",
      "loose end",
    ],
    [
      "rejects outside the invocation",
      "Promise.reject(new Error('nobody waits')); await new Promise(() => {})",
      "nobody waits",
    ],
  ])("a function that fails loses its instance when it %s", async (_, action, errorMessage) => {
    const source = `exports.handler = async (event) => { if (event.toString() === "die") { ${action}; } return "fine"; };`;
    const { compute } = await deploy({ work: { source } });
    const died = await compute.invoke("work", "die");
    expect(died.errorType).toBe("UnhandledInvocationError");
    expect(failure(died.payload).errorMessage).toBe(errorMessage);
    expect((await compute.invoke("work", "")).payload.toString()).toBe("fine");
  });

  it("a function that fails says which handler is missing", async () => {
    const { compute } = await deploy({ work: { source: "exports.other = 1;" } });
    expect(failure((await compute.invoke("work", "")).payload).errorMessage).toBe(
      "Handler 'handler' is missing on module 'index'",
    );
  });

  it("a function that fails is not started without its code", async () => {
    const props = { code: "./not-built" };
    await expect(deploy({ work: { source: "", props } })).rejects.toThrow(
      /resources\.work\.props\.code: .*not-built does not exist; build the functions first/,
    );
  });
});

describe("instances", () => {
  /** Answers only once as many calls as the event says have met; each instance says its name. */
  const meeting = `const fs = require("node:fs"), path = require("node:path");
    exports.handler = async (event) => {
      const me = process.env.FC_INSTANCE_ID, [folder, count] = event.toString().split("|");
      fs.writeFileSync(path.join(folder, me), "");
      while (fs.readdirSync(folder).length < Number(count)) await new Promise((resolve) => setImmediate(resolve));
      return me;
    };`;

  it("instances work side by side, one request each, and are used again", async () => {
    const { compute } = await deploy({ work: { source: meeting } });
    const event = `${temporaryFolder()}|2`;
    const both = await Promise.all([compute.invoke("work", event), compute.invoke("work", event)]);
    const names = both.map(({ payload }) => payload.toString());
    expect(new Set(names).size).toBe(2);
    expect(names).toContain((await compute.invoke("work", event)).payload.toString());
    expect(compute.instances("work")).toBe(2);
  });

  it("instances are started up to the limit; further requests wait in line", async () => {
    const source = "let calls = 0; exports.handler = async () => ++calls;";
    const { compute } = await deploy({ work: { source } }, { instancesMax: 1 });
    const results = await Promise.all([1, 2, 3].map(() => compute.invoke("work", "")));
    expect(results.map(({ payload }) => Number(payload)).sort()).toEqual([1, 2, 3]);
    expect(compute.instances("work")).toBe(1);
  });

  it("instances are all gone after a stop, which ends what they were doing", async () => {
    const source =
      "exports.handler = async () => { console.log('begun'); await new Promise(() => setInterval(() => {}, 1000)); };";
    const { compute, book } = await deploy({ work: { source } });
    const endless = compute.invoke("work", "");
    await book.lines(/begun/);
    await compute.stop();
    expect(failure((await endless).payload).errorMessage).toBe("The instance was stopped.");
    expect(compute.instances("work")).toBe(0);
    await expect(compute.invoke("work", "")).rejects.toThrow("test-work is stopped");
  });
});
