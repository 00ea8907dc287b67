import { createHash } from "node:crypto";
import { closeServers, refusedWith, startMns } from "../emulator/mns/local-mns";

afterEach(closeServers);

async function startWithQueue(attributes: Record<string, number> = {}) {
  const mns = await startMns();
  await mns.client.createQueue("work", attributes);
  return mns;
}

const noMessage = refusedWith("MessageNotExist", 404);
const invalid = refusedWith("InvalidArgument", 400);
const noQueue = refusedWith("QueueNotExist", 404);
const upperMd5 = (text: string) => createHash("md5").update(text).digest("hex").toUpperCase();

describe("sending", () => {
  it("sending answers the message's id and the MD5 of its body, and no handle", async () => {
    const { client } = await startWithQueue();
    const { code, body } = await client.sendMessage("work", { MessageBody: "eyJqIjoxfQ==" });
    expect(code).toBe(201);
    expect(body).toEqual({
      MessageId: expect.stringMatching(/^[0-9A-F]{32}$/),
      MessageBodyMD5: upperMd5("eyJqIjoxfQ=="),
    });
  });

  it("sending with a delay answers a handle that takes the message back", async () => {
    const { client, clock } = await startWithQueue();
    const { body } = await client.sendMessage("work", { MessageBody: "later", DelaySeconds: 60 });
    expect((await client.deleteMessage("work", body["ReceiptHandle"] ?? "")).code).toBe(204);
    clock.advance(60_000);
    await expect(client.receiveMessage("work")).rejects.toMatchObject(noMessage);
  });

  it("sending carries any text that is escaped as XML wants it, blanks and line ends included", async () => {
    const { client } = await startWithQueue();
    await client.sendMessage("work", { MessageBody: " {&quot;a&quot;: &#34;&lt;&amp;&gt;&#34;}\n时间 " });
    expect((await client.receiveMessage("work")).body["MessageBody"]).toBe(' {"a": "<&>"}\n时间 ');
  });

  it("sending is refused where the unescaped body is no XML, as the Node client sends it", async () => {
    const { client } = await startWithQueue();
    await expect(client.sendMessage("work", { MessageBody: "1 < 2 & 3" })).rejects.toMatchObject(
      refusedWith("MalformedXML", 400),
    );
  });

  it.each([
    [{ MessageBody: "m", DelaySeconds: 604_801 }],
    [{ MessageBody: "m", DelaySeconds: "soon" }],
    [{ MessageBody: "m", Priority: 0 }],
    [{ MessageBody: "m", Priority: 17 }],
    [{ MessageBody: "" }],
    [{ MessageBody: "<b>m</b>" }],
    [{ Priority: 8 }],
  ])("sending is refused with %j", async (message) => {
    const { client, service } = await startWithQueue();
    await expect(client.sendMessage("work", message as Record<string, string>)).rejects.toMatchObject(invalid);
    expect(service.peek("work")).toEqual([]);
  });

  it("sending takes a body of just the queue's maximum in bytes and no longer one", async () => {
    const { client } = await startWithQueue({ MaximumMessageSize: 1024 });
    expect((await client.sendMessage("work", { MessageBody: `é${"x".repeat(1022)}` })).code).toBe(201);
    await expect(client.sendMessage("work", { MessageBody: `é${"x".repeat(1023)}` })).rejects.toMatchObject(invalid);
  });

  it("sending needs a queue", async () => {
    const { client } = await startMns();
    await expect(client.sendMessage("none", { MessageBody: "m" })).rejects.toMatchObject(noQueue);
    await expect(client.batchSendMessage("none", [{ MessageBody: "m" }])).rejects.toMatchObject(noQueue);
  });
});

describe("sending a batch", () => {
  it("sending a batch answers each message", async () => {
    const { client } = await startWithQueue();
    const { code, body } = await client.batchSendMessage("work", [
      { MessageBody: "one" },
      { MessageBody: "two", DelaySeconds: 9 },
    ]);
    expect(code).toBe(201);
    expect(body).toEqual([
      { MessageId: expect.any(String), MessageBodyMD5: upperMd5("one") },
      { MessageId: expect.any(String), MessageBodyMD5: upperMd5("two"), ReceiptHandle: expect.any(String) },
    ]);
  });

  it("sending a batch sends what it can and names what it could not, without throwing in the client", async () => {
    const { client, service } = await startWithQueue({ MaximumMessageSize: 1024 });
    const { code, body } = await client.batchSendMessage("work", [
      { MessageBody: "x".repeat(1025) },
      { MessageBody: "fits" },
    ]);
    expect(code).not.toBe(201);
    expect(body).toEqual([
      { ErrorCode: "InvalidArgument", ErrorMessage: expect.stringContaining("1024") },
      { MessageId: expect.any(String), MessageBodyMD5: upperMd5("fits") },
    ]);
    expect(service.peek("work", 16).map((message) => message.body)).toEqual(["fits"]);
  });

  it.each([
    ["no message", []],
    ["17 messages", Array.from({ length: 17 }, () => ({ MessageBody: "m" }))],
    ["more than 64 KB together", [{ MessageBody: "x".repeat(60_000) }, { MessageBody: "x".repeat(6_000) }]],
  ])("sending a batch is refused with %s", async (_name, messages) => {
    const { client, service } = await startWithQueue();
    await expect(client.batchSendMessage("work", messages)).rejects.toMatchObject(invalid);
    expect(service.peek("work")).toEqual([]);
  });
});

describe("receiving", () => {
  it("receiving answers the message whole, with times in milliseconds", async () => {
    const { client, clock } = await startWithQueue();
    const sent = await client.sendMessage("work", { MessageBody: "eyJqIjoxfQ==", Priority: 3 });
    const sentMs = clock.nowMs();
    clock.advance(500);
    const { code, body } = await client.receiveMessage("work");
    expect(code).toBe(200);
    expect(body).toEqual({
      MessageId: sent.body["MessageId"],
      ReceiptHandle: expect.stringMatching(/^1-.*=$/),
      MessageBody: "eyJqIjoxfQ==",
      MessageBodyMD5: upperMd5("eyJqIjoxfQ=="),
      EnqueueTime: String(sentMs),
      NextVisibleTime: String(sentMs + 500 + 30_000),
      FirstDequeueTime: String(sentMs + 500),
      DequeueCount: "1",
      Priority: "3",
    });
  });

  it("receiving hides the message until its visibility runs out, then counts a second receive", async () => {
    const { client, clock, service } = await startWithQueue({ VisibilityTimeout: 10 });
    service.send("work", "m");
    const first = await client.receiveMessage("work");
    clock.advance(9_999);
    await expect(client.receiveMessage("work")).rejects.toMatchObject(noMessage);
    clock.advance(1);
    const second = await client.receiveMessage("work");
    expect(second.body).toMatchObject({ DequeueCount: "2", FirstDequeueTime: first.body["FirstDequeueTime"] });
    expect(second.body["ReceiptHandle"]).not.toBe(first.body["ReceiptHandle"]);
  });

  it("receiving answers a batch of what is there", async () => {
    const { client, service } = await startWithQueue();
    for (const body of ["a", "b", "c"]) service.send("work", body);
    const { code, body } = await client.batchReceiveMessage("work", 16);
    expect(code).toBe(200);
    expect(body.map((message) => message["MessageBody"])).toEqual(["a", "b", "c"]);
    await expect(client.batchReceiveMessage("work", 16)).rejects.toMatchObject(noMessage);
  });

  it.each([0, 17])("receiving refuses a batch of %i", async (max) => {
    const { client } = await startWithQueue();
    await expect(client.batchReceiveMessage("work", max)).rejects.toMatchObject(invalid);
    await expect(client.batchPeekMessage("work", max)).rejects.toMatchObject(invalid);
  });

  it("receiving needs a queue", async () => {
    const { client } = await startMns();
    await expect(client.receiveMessage("none")).rejects.toMatchObject(noQueue);
    await expect(client.peekMessage("none")).rejects.toMatchObject(noQueue);
  });
});

describe("peeking", () => {
  it("peeking shows the message without handle and leaves it where it is", async () => {
    const { client, service } = await startWithQueue();
    service.send("work", "m");
    const { code, body } = await client.peekMessage("work");
    expect(code).toBe(200);
    expect(body).toEqual({
      MessageId: expect.any(String),
      MessageBody: "m",
      MessageBodyMD5: upperMd5("m"),
      EnqueueTime: expect.any(String),
      DequeueCount: "0",
      Priority: "8",
    });
    expect((await client.receiveMessage("work")).body["DequeueCount"]).toBe("1");
  });

  it("peeking shows a batch", async () => {
    const { client, service } = await startWithQueue();
    for (const body of ["a", "b"]) service.send("work", body);
    const { body } = await client.batchPeekMessage("work", 2);
    expect(body.map((message) => message["MessageBody"])).toEqual(["a", "b"]);
    expect(service.count("work", "Active")).toBe(2);
  });

  it("peeking answers 404 where there is nothing", async () => {
    const { client } = await startWithQueue();
    await expect(client.peekMessage("work")).rejects.toMatchObject(noMessage);
    await expect(client.batchPeekMessage("work", 2)).rejects.toMatchObject(noMessage);
  });
});

describe("deleting", () => {
  it("deleting takes handles with + / and = in the query as the Node client sends them", async () => {
    const { client, service } = await startWithQueue();
    const seen = { plus: false, slash: false };
    for (let sent = 0; sent < 40; sent++) {
      service.send("work", "m");
      const handle = (await client.receiveMessage("work")).body["ReceiptHandle"] ?? "";
      seen.plus ||= handle.includes("+");
      seen.slash ||= handle.includes("/");
      expect((await client.deleteMessage("work", handle)).code).toBe(204);
    }
    expect(seen).toEqual({ plus: true, slash: true });
    expect(service.count("work", "Inactive")).toBe(0);
  });

  it("deleting takes encoded handles under either name as other clients send them", async () => {
    const { client, service } = await startWithQueue();
    for (const name of ["ReceiptHandle", "receiptHandle"]) {
      service.send("work", "m");
      const handle = encodeURIComponent(service.receive("work")[0]?.receiptHandle ?? "");
      expect((await client.delete(`/queues/work/messages?${name}=${handle}`, "Message", "")).code).toBe(204);
    }
  });

  it("deleting is refused a second time", async () => {
    const { client, service } = await startWithQueue();
    service.send("work", "m");
    const handle = (await client.receiveMessage("work")).body["ReceiptHandle"] ?? "";
    await client.deleteMessage("work", handle);
    await expect(client.deleteMessage("work", handle)).rejects.toMatchObject(noMessage);
  });

  it("deleting is refused with a handle that has run out or was followed by another", async () => {
    const { client, service, clock } = await startWithQueue({ VisibilityTimeout: 10 });
    service.send("work", "m");
    const first = (await client.receiveMessage("work")).body["ReceiptHandle"] ?? "";
    clock.advance(10_000);
    await expect(client.deleteMessage("work", first)).rejects.toMatchObject(noMessage);
    const second = (await client.receiveMessage("work")).body["ReceiptHandle"] ?? "";
    await expect(client.deleteMessage("work", first)).rejects.toMatchObject(noMessage);
    expect((await client.deleteMessage("work", second)).code).toBe(204);
  });

  it("deleting is refused with what is no handle, and without one", async () => {
    const { client } = await startWithQueue();
    await expect(client.deleteMessage("work", "1-abc")).rejects.toMatchObject(refusedWith("ReceiptHandleError", 400));
    await expect(client.deleteMessage("work", "")).rejects.toMatchObject(refusedWith("MissingReceiptHandle", 400));
    await expect(client.deleteMessage("work", "1-%GG")).rejects.toMatchObject(refusedWith("InvalidQueryString", 400));
  });
});

describe("deleting a batch", () => {
  it("deleting a batch answers 204 when all are gone", async () => {
    const { client, service } = await startWithQueue();
    for (const body of ["a", "b"]) service.send("work", body);
    const handles = service.receive("work", 2).map((message) => message.receiptHandle);
    const { code, body } = await client.batchDeleteMessage("work", handles);
    expect({ code, body }).toEqual({ code: 204, body: undefined });
    expect(service.count("work", "Inactive")).toBe(0);
  });

  it("deleting a batch deletes what it can and names the rest, without throwing in the client", async () => {
    const { client, service } = await startWithQueue();
    for (const body of ["a", "b"]) service.send("work", body);
    const [gone = "", held = ""] = service.receive("work", 2).map((message) => message.receiptHandle);
    service.delete("work", gone);
    const { code, body } = await client.batchDeleteMessage("work", [gone, held, "1-abc"]);
    expect(code).not.toBe(204);
    expect(body).toEqual([
      { ErrorCode: "MessageNotExist", ErrorMessage: "Message not exist.", ReceiptHandle: gone },
      { ErrorCode: "ReceiptHandleError", ErrorMessage: expect.any(String), ReceiptHandle: "1-abc" },
    ]);
    expect(service.count("work", "Inactive")).toBe(0);
  });

  it("deleting a batch is refused with none, with 17, and without a queue", async () => {
    const { client } = await startWithQueue();
    await expect(client.batchDeleteMessage("work", [])).rejects.toMatchObject(invalid);
    await expect(client.batchDeleteMessage("work", Array(17).fill("1-abc"))).rejects.toMatchObject(invalid);
    await expect(client.batchDeleteMessage("none", ["1-abc"])).rejects.toMatchObject(noQueue);
  });
});

describe("changing visibility", () => {
  it("changing visibility counts from the call and answers a new handle, the only one that deletes", async () => {
    const { client, service, clock } = await startWithQueue();
    service.send("work", "m");
    const old = (await client.receiveMessage("work")).body["ReceiptHandle"] ?? "";
    clock.advance(5_000);
    const { code, body } = await client.changeMessageVisibility("work", old, 100);
    expect(code).toBe(200);
    expect(body).toEqual({ ReceiptHandle: expect.any(String), NextVisibleTime: String(clock.nowMs() + 100_000) });
    await expect(client.deleteMessage("work", old)).rejects.toMatchObject(noMessage);
    clock.advance(99_999);
    expect((await client.deleteMessage("work", body["ReceiptHandle"] ?? "")).code).toBe(204);
  });

  it.each([0, 43_201])("changing visibility to %i seconds is refused", async (seconds) => {
    const { client, service } = await startWithQueue();
    service.send("work", "m");
    const handle = (await client.receiveMessage("work")).body["ReceiptHandle"] ?? "";
    await expect(client.changeMessageVisibility("work", handle, seconds)).rejects.toMatchObject(invalid);
  });

  it("changing visibility is refused without a handle or a time", async () => {
    const { client } = await startWithQueue();
    const put = (query: string) => client.put(`/queues/work/messages${query}`, "ChangeVisibility", "");
    await expect(put("?visibilityTimeout=1")).rejects.toMatchObject(refusedWith("MissingReceiptHandle", 400));
    await expect(put("?receiptHandle=1-abc")).rejects.toMatchObject(refusedWith("MissingVisibilityTimeout", 400));
    await expect(put("?receiptHandle=1-abc&visibilityTimeout=1")).rejects.toMatchObject(
      refusedWith("ReceiptHandleError", 400),
    );
  });
});
