import { request } from "node:http";
import { ManualClock } from "../../emulator/core/clock";
import { closeServers, refusedWith, startMns } from "../emulator/mns/local-mns";

afterEach(closeServers);

/** A request of our own, without what the client adds. */
function bareGet(endpoint: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${endpoint}/queues`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("who may call", () => {
  it("who may call is refused with a wrong secret", async () => {
    const { connect } = await startMns();
    const calling = connect({ accessKeySecret: "guess" }).createQueue("work");
    await expect(calling).rejects.toMatchObject(refusedWith("SignatureDoesNotMatch", 403));
  });

  it("who may call is refused with an unknown access key", async () => {
    const { connect } = await startMns();
    const calling = connect({ accessKeyId: "stranger" }).createQueue("work");
    await expect(calling).rejects.toMatchObject(refusedWith("InvalidAccessKeyId", 403));
  });

  it("who may call is served with a security token, which the signature does not cover", async () => {
    const { connect } = await startMns();
    expect((await connect({ securityToken: "token" }).createQueue("work")).code).toBe(201);
  });

  it.each([
    ["nothing", {}, "MissingAuthorizationHeader"],
    ["another scheme", { authorization: "Basic abc" }, "InvalidAuthorizationHeader"],
    ["no date", { authorization: "MNS akid:abc=" }, "MissingDateHeader"],
    ["no date that can be read", { authorization: "MNS akid:abc=", date: "noon" }, "InvalidDateHeader"],
  ])("who may call is refused with %s", async (_name, headers, code) => {
    const { endpoint } = await startMns();
    const { status, text } = await bareGet(endpoint, headers);
    expect(status).toBe(400);
    expect(text).toContain(`<Code>${code}</Code>`);
  });

  it.each([-16, 16])("who may call is refused when the request is dated %i minutes from now", async (minutes) => {
    const { client } = await startMns({ signatureClock: new ManualClock(Date.now() + minutes * 60_000) });
    await expect(client.listQueue()).rejects.toMatchObject(refusedWith("TimeExpired", 408));
  });

  it.each([-14, 14])("who may call is served when the request is dated %i minutes from now", async (minutes) => {
    const { client } = await startMns({ signatureClock: new ManualClock(Date.now() + minutes * 60_000) });
    expect((await client.listQueue()).code).toBe(200);
  });
});

describe("what was signed", () => {
  /** Sends to another address, or with other headers, what the client has signed for this one. */
  it("what was signed is the path with its query", async () => {
    const { client } = await startMns();
    await client.createQueue("work");
    const signing = client as unknown as { sign(verb: string, headers: object, resource: string): string };
    const sign = signing.sign.bind(client);
    jest.spyOn(signing, "sign").mockImplementation((verb, headers) => sign(verb, headers, "/queues/work"));
    expect((await client.getQueueAttributes("work")).code).toBe(200);
    const elsewhere = client.get("/queues/work?metaoverride=true", "Queue");
    await expect(elsewhere).rejects.toMatchObject(refusedWith("SignatureDoesNotMatch", 403));
  });

  it("what was signed is the x-mns headers", async () => {
    const { client } = await startMns();
    const signing = client as unknown as { sign(verb: string, headers: Record<string, string>, at: string): string };
    const sign = signing.sign.bind(client);
    jest
      .spyOn(signing, "sign")
      .mockImplementation((verb, headers, at) => sign(verb, { ...headers, "x-mns-prefix": "b" }, at));
    const listing = client.get("/queues", "Queues", { headers: { "x-mns-prefix": "a" } });
    await expect(listing).rejects.toMatchObject(refusedWith("SignatureDoesNotMatch", 403));
  });

  it("what was signed is the body by its Content-MD5", async () => {
    const { client, service } = await startMns();
    const headers = { "content-md5": "ZDQxZDhjZDk4ZjAwYjIwNGU5ODAwOTk4ZWNmODQyN2U=" };
    const sending = client.put("/queues/work", "Queue", "<Queue></Queue>", [], { headers });
    await expect(sending).rejects.toMatchObject(refusedWith("InvalidDegist", 400));
    expect(service.queues()).toEqual([]);
  });
});

describe("an error", () => {
  it("an error is an XML document whose root alone has the namespace", async () => {
    const { endpoint } = await startMns();
    const { text } = await bareGet(endpoint, {});
    expect(text).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<Error xmlns="http:\/\/mns\.aliyuncs\.com\/doc\/v1\/"><Code>MissingAuthorizationHeader<\/Code><Message>Authorization header is required\.<\/Message><RequestId>[0-9A-F]{24}<\/RequestId><HostId>http:\/\/1234567890123456\.mns\.cn-hangzhou\.aliyuncs\.com<\/HostId><\/Error>$/,
    );
  });

  it("an error of the local cloud itself says so and is reported", async () => {
    const { client, service, bugs } = await startMns();
    jest.spyOn(service, "queues").mockImplementation(() => {
      throw new Error("a mistake of ours");
    });
    await expect(client.listQueue()).rejects.toMatchObject(refusedWith("EmulatorBug", 500));
    expect(bugs).toEqual([new Error("a mistake of ours")]);
  });
});
