import http from "node:http";
import type { AddressInfo } from "node:net";
import { closeScenes, deploy, httpTrigger } from "./scene";

afterEach(closeScenes);

const echo = `exports.handler = async (event) => ({ statusCode: 200, headers: {}, body: event.toString(), isBase64Encoded: false });`;
const props = { triggers: [httpTrigger(["GET", "POST"])] };

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request with headers and path exactly as given. */
function send(url: string, target: string, method: string, headers: string[], body?: Buffer): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, path: target, method, headers: headers as never },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
      },
    );
    request.once("error", reject).end(body);
  });
}

describe("an HTTP trigger", () => {
  it("an HTTP trigger hands over the request in the platform's shape", async () => {
    const { compute } = await deploy({ work: { source: echo, props } });
    const url = compute.httpUrl("work");
    const headers = [
      "Host",
      "example.test",
      "Header1",
      "v1",
      "Header1",
      "v2",
      "User-Agent",
      "tester",
      "Content-Length",
      "7",
    ];
    const { body, headers: answered } = await send(
      url,
      "/jobs%20x/y?p=v1&p=v2&q=a%26b",
      "POST",
      headers,
      Buffer.from("Grüße"),
    );
    const event = JSON.parse(body.toString("utf8"));
    const domainPrefix = event.requestContext.domainPrefix;
    expect(domainPrefix).toMatch(/^test-work-[a-z]{10}$/);
    expect(event).toEqual({
      version: "v1",
      rawPath: "/jobs%20x/y",
      body: "Grüße",
      isBase64Encoded: false,
      headers: {
        Host: "example.test",
        Header1: "v1,v2",
        "User-Agent": "tester",
        "Content-Length": "7",
        Connection: expect.any(String),
      },
      queryParameters: { p: "v1,v2", q: "a&b" },
      requestContext: {
        accountId: "1234567890123456",
        domainName: `${domainPrefix}.cn-hangzhou.fcapp.run`,
        domainPrefix,
        requestId: answered["x-fc-request-id"],
        time: "2026-11-20T08:00:00Z",
        timeEpoch: "1795161600000",
        http: { method: "POST", path: "/jobs x/y", protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "tester" },
      },
    });
  });

  it("an HTTP trigger encodes a body that is no text", async () => {
    const { compute } = await deploy({ work: { source: echo, props } });
    const bytes = Uint8Array.of(0xff, 0, 0xfe);
    const response = await fetch(compute.httpUrl("work"), { method: "POST", body: bytes });
    expect(await response.json()).toMatchObject({ body: Buffer.from(bytes).toString("base64"), isBase64Encoded: true });
  });

  it("an HTTP trigger answers status, headers and body of the response object, decoded when it says so", async () => {
    const source = `exports.handler = async () => ({ statusCode: 201, headers: { "X-Kind": "image", "Set-Cookie": ["a=1", "b=2"], "Content-Length": "999" },
      body: Buffer.from([255, 216]).toString("base64"), isBase64Encoded: true });`;
    const { compute } = await deploy({ work: { source, props } });
    const response = await fetch(compute.httpUrl("work"));
    expect(response.status).toBe(201);
    expect(response.headers.get("x-kind")).toBe("image");
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([255, 216]);
  });

  it("an HTTP trigger takes what is no response object for the body", async () => {
    const { compute } = await deploy({ work: { source: "exports.handler = async () => ({ ok: true });", props } });
    const response = await fetch(compute.httpUrl("work"));
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  });

  it("an HTTP trigger answers 502 with the error's type when the function fails", async () => {
    const source = "exports.handler = async () => { throw new Error('broken'); };";
    const { compute } = await deploy({ work: { source, props } });
    const response = await fetch(compute.httpUrl("work"));
    expect(response.status).toBe(502);
    expect(response.headers.get("x-fc-error-type")).toBe("HandledInvocationError");
    expect(await response.json()).toMatchObject({ errorMessage: "broken", errorType: "Error" });
  });

  it.each([
    ["a method that it does not list", { method: "DELETE" }, 405, "MethodNotAllowed"],
    [
      "what the local cloud does not play",
      { headers: { "X-Fc-Invocation-Type": "Async" } },
      501,
      "EmulatorNotImplemented",
    ],
  ])("the schema statement is refused: %s", async (_, init, status, Code) => {
    const { compute } = await deploy({ work: { source: echo, props } });
    const response = await fetch(compute.httpUrl("work"), init);
    expect([response.status, await response.json()]).toEqual([
      status,
      { Code, Message: expect.any(String), RequestId: response.headers.get("x-fc-request-id") },
    ]);
  });

  it("an HTTP trigger has an address per function, free again after the stop", async () => {
    const { compute } = await deploy({
      one: { source: echo, props },
      two: { source: echo, props },
      other: { source: echo },
    });
    const port = Number(new URL(compute.httpUrl("one")).port);
    expect(compute.httpUrl("test-two")).not.toBe(compute.httpUrl("one"));
    expect(() => compute.httpUrl("other")).toThrow("test-other has no HTTP trigger");
    await compute.stop();
    const taker = http.createServer();
    await new Promise<void>((resolve) => taker.listen(port, "127.0.0.1", resolve));
    expect((taker.address() as AddressInfo).port).toBe(port);
    await new Promise((resolve) => taker.close(resolve));
  });
});
