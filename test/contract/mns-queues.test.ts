import { closeServers, refusedWith, startMns } from "../emulator/mns/local-mns";

afterEach(closeServers);

describe("creating a queue", () => {
  it("creating a queue answers 201 and where it is", async () => {
    const { client, endpoint } = await startMns();
    const { code, headers } = await client.createQueue("work");
    expect(code).toBe(201);
    expect(headers["location"]).toBe(`${endpoint}/queues/work`);
  });

  it("creating a queue answers 204 when it is there with the same attributes", async () => {
    const { client } = await startMns();
    await client.createQueue("work", { VisibilityTimeout: 60 });
    expect((await client.createQueue("work", { VisibilityTimeout: 60 })).code).toBe(204);
  });

  it("creating a queue is refused when it is there with other attributes", async () => {
    const { client } = await startMns();
    await client.createQueue("work", { VisibilityTimeout: 60 });
    await expect(client.createQueue("work")).rejects.toMatchObject(refusedWith("QueueAlreadyExist", 409));
  });

  it.each([
    ["DelaySeconds", 604_801],
    ["MaximumMessageSize", 1023],
    ["MaximumMessageSize", 65_537],
    ["MessageRetentionPeriod", 59],
    ["VisibilityTimeout", 0],
    ["VisibilityTimeout", 43_201],
    ["PollingWaitSeconds", 31],
    ["PollingWaitSeconds", "soon"],
    ["LoggingEnabled", "perhaps"],
  ])("creating a queue is refused with %s %s", async (element, value) => {
    const { client, service } = await startMns();
    await expect(client.createQueue("work", { [element]: value })).rejects.toMatchObject(
      refusedWith("InvalidArgument", 400),
    );
    expect(service.queues()).toEqual([]);
  });

  it.each([
    ["-work", "InvalidQueueName"],
    ["work_1", "InvalidQueueName"],
    ["w".repeat(121), "QueueNameLengthError"],
  ])("creating a queue is refused with the name %s", async (name, code) => {
    const { client } = await startMns();
    await expect(client.createQueue(name)).rejects.toMatchObject(refusedWith(code, 400));
  });

  it("creating a queue says that it does not play dead-letter policies over HTTP", async () => {
    const { client } = await startMns();
    const body = "<Queue><DlqPolicy><Enabled>true</Enabled></DlqPolicy></Queue>";
    await expect(client.put("/queues/work", "Queue", body)).rejects.toMatchObject(
      refusedWith("EmulatorNotImplemented", 501),
    );
  });

  it.each(["<Queue><DelaySeconds>1</Queue>", "delay", ""])(
    "creating a queue is refused with the body '%s'",
    async (body) => {
      const { client } = await startMns();
      await expect(client.put("/queues/work", "Queue", body)).rejects.toMatchObject(refusedWith("MalformedXML", 400));
    },
  );

  it("creating a queue is refused with another root", async () => {
    const { client } = await startMns();
    await expect(client.put("/queues/work", "Queue", "<Topic></Topic>")).rejects.toMatchObject(
      refusedWith("InvalidArgument", 400),
    );
  });
});

describe("a queue's attributes", () => {
  it("a queue's attributes are the documented defaults unless given, with times in seconds", async () => {
    const { client, clock } = await startMns();
    await client.createQueue("work");
    const seconds = String(Math.floor(clock.nowMs() / 1000));
    const { code, body } = await client.getQueueAttributes("work");
    expect(code).toBe(200);
    expect(body).toEqual({
      QueueName: "work",
      CreateTime: seconds,
      LastModifyTime: seconds,
      DelaySeconds: "0",
      MaximumMessageSize: "65536",
      MessageRetentionPeriod: "345600",
      VisibilityTimeout: "30",
      PollingWaitSeconds: "0",
      LoggingEnabled: "false",
      ActiveMessages: "0",
      InactiveMessages: "0",
      DelayMessages: "0",
    });
  });

  it("a queue's attributes count the messages by state", async () => {
    const { client, service } = await startMns();
    service.createQueue("work");
    service.send("work", "a");
    service.send("work", "b");
    service.send("work", "c", { delaySeconds: 5 });
    service.receive("work");
    const { body } = await client.getQueueAttributes("work");
    expect(body).toMatchObject({ ActiveMessages: "1", InactiveMessages: "1", DelayMessages: "1" });
  });

  it("a queue's attributes change where they are listed and nowhere else", async () => {
    const { client, clock } = await startMns();
    await client.createQueue("work", { VisibilityTimeout: 60, DelaySeconds: 3 });
    clock.advance(10_000);
    expect((await client.setQueueAttributes("work", { VisibilityTimeout: 90, LoggingEnabled: true })).code).toBe(204);
    const { body } = await client.getQueueAttributes("work");
    expect(body).toMatchObject({ VisibilityTimeout: "90", DelaySeconds: "3", LoggingEnabled: "true" });
    expect(Number(body["LastModifyTime"]) - Number(body["CreateTime"])).toBe(10);
  });

  it("a queue's attributes belong to a queue that exists", async () => {
    const { client } = await startMns();
    await expect(client.getQueueAttributes("none")).rejects.toMatchObject(refusedWith("QueueNotExist", 404));
    await expect(client.setQueueAttributes("none", {})).rejects.toMatchObject(refusedWith("QueueNotExist", 404));
  });
});

describe("deleting a queue", () => {
  it("deleting a queue answers 204, there or not", async () => {
    const { client } = await startMns();
    await client.createQueue("work");
    expect((await client.deleteQueue("work")).code).toBe(204);
    await expect(client.getQueueAttributes("work")).rejects.toMatchObject(refusedWith("QueueNotExist", 404));
    expect((await client.deleteQueue("work")).code).toBe(204);
  });
});

describe("listing queues", () => {
  async function startWithQueues() {
    const mns = await startMns();
    for (const name of ["b-2", "a-1", "b-1", "b-3"]) mns.service.createQueue(name);
    const urls = (...names: string[]) => names.map((name) => ({ QueueURL: `${mns.endpoint}/queues/${name}` }));
    return { ...mns, urls };
  }

  it("listing queues answers their addresses by name", async () => {
    const { client, urls } = await startWithQueues();
    const { code, body } = await client.listQueue();
    expect(code).toBe(200);
    expect(body).toEqual(urls("a-1", "b-1", "b-2", "b-3"));
  });

  it("listing queues keeps to the prefix, page by page", async () => {
    const { client, urls } = await startWithQueues();
    const headers = { "x-mns-prefix": "b", "x-mns-ret-number": "2" };
    const page = await client.get("/queues", "Queues", { headers });
    expect(page.body).toMatchObject({ Queue: urls("b-1", "b-2") });
    const marker = page.body["NextMarker"] ?? "";
    expect((await client.listQueue(marker, 2, "b")).body).toEqual(urls("b-3"));
    const last = await client.get("/queues", "Queues", { headers: { ...headers, "x-mns-marker": marker } });
    expect(last.body).not.toHaveProperty("NextMarker");
  });

  it("listing queues answers an empty list where there are none", async () => {
    const { client } = await startMns();
    const { code, body } = await client.listQueue();
    expect(code).toBe(200);
    expect(body).toBeUndefined();
  });

  it.each(["0", "1001", "many"])("listing queues is refused with %s to a page", async (limit) => {
    const { client } = await startMns();
    const headers = { "x-mns-ret-number": limit };
    await expect(client.get("/queues", "Queues", { headers })).rejects.toMatchObject(
      refusedWith("InvalidArgument", 400),
    );
  });
});

describe("addresses", () => {
  it.each(["/", "/queues/work/nothing", "/queues/work/messages/1", "/elsewhere"])(
    "addresses refuse %s",
    async (path) => {
      const { client } = await startMns();
      await expect(client.get(path, "Queue")).rejects.toMatchObject(refusedWith("InvalidRequestURL", 400));
    },
  );

  it("addresses say that topics and subscriptions are not played", async () => {
    const { client } = await startMns();
    await expect(client.createTopic("news")).rejects.toMatchObject(refusedWith("EmulatorNotImplemented", 501));
    await expect(
      client.put("/topics/news/subscriptions/s", "Subscription", "<Subscription></Subscription>"),
    ).rejects.toMatchObject({ message: expect.stringContaining("mns subscription exists in the cloud") });
  });
});
