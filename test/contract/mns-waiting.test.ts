import { EventEmitter, once } from "node:events";
import { SystemClock } from "../../emulator/core/clock";
import type { MnsService, SendListener } from "../../emulator/mns/mns-service";
import { closeServers, refusedWith, startMns } from "../emulator/mns/local-mns";

afterEach(closeServers);

/** Tells when a receive begins to wait at the server, and when it waits no longer. */
function watchWaits(service: MnsService) {
  const waits = new EventEmitter();
  const subscribe = service.onSend.bind(service);
  jest.spyOn(service, "onSend").mockImplementation((listener: SendListener) => {
    const unsubscribe = subscribe(listener);
    waits.emit("begun");
    return () => {
      unsubscribe();
      waits.emit("ended");
    };
  });
  return { begun: once(waits, "begun"), ended: once(waits, "ended") };
}

async function startWithQueue(attributes: Record<string, number> = {}) {
  const mns = await startMns({ worldClock: new SystemClock() });
  await mns.client.createQueue("work", attributes);
  return { ...mns, waits: watchWaits(mns.service) };
}

describe("a receive that waits", () => {
  it("a receive that waits ends with the message that is sent meanwhile", async () => {
    const { client, service, waits } = await startWithQueue();
    const receiving = client.receiveMessage("work", 30);
    await waits.begun;
    service.send("work", "m");
    expect((await receiving).body["MessageBody"]).toBe("m");
  });

  it("a receive that waits does not wake for another queue, and hands one message to one of two", async () => {
    const { client, service, server, waits } = await startWithQueue();
    service.createQueue("other");
    const receiving = [client.receiveMessage("work", 30), client.batchReceiveMessage("work", 16, 30)];
    const outcomes = Promise.allSettled(receiving);
    await waits.begun;
    service.send("other", "o");
    service.send("work", "m");
    await Promise.race(receiving);
    expect(service.count("other", "Active")).toBe(1);
    await server.close();
    expect((await outcomes).map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("a receive that waits ends when a delayed message turns visible", async () => {
    const { client, service } = await startWithQueue();
    service.send("work", "later", { delaySeconds: 1 });
    expect((await client.receiveMessage("work", 30)).body["MessageBody"]).toBe("later");
  });

  it("a receive that waits sleeps on after a send that brings nothing yet", async () => {
    const { client, service, waits } = await startWithQueue();
    const receiving = client.receiveMessage("work", 30);
    await waits.begun;
    service.send("work", "later", { delaySeconds: 1 });
    expect((await receiving).body["MessageBody"]).toBe("later");
  });

  it("a receive that waits takes one message of two that are sent at once", async () => {
    const { client, service, waits } = await startWithQueue();
    const receiving = client.receiveMessage("work", 30);
    await waits.begun;
    for (const body of ["a", "b"]) service.send("work", body);
    expect((await receiving).body["MessageBody"]).toBe("a");
    expect(service.peek("work").map(({ body }) => body)).toEqual(["b"]);
  });

  it("a receive that waits ends when a message that was received too often arrives as a dead letter", async () => {
    const { client, service } = await startWithQueue({ VisibilityTimeout: 1 });
    service.createQueue("dead");
    const dlqPolicy = { enabled: true, deadLetterTargetQueue: "dead", maxReceiveCount: 1 };
    service.setQueueAttributes("work", { dlqPolicy });
    service.send("work", "poison");
    service.receive("work");
    expect((await client.receiveMessage("dead", 30)).body["MessageBody"]).toBe("poison");
    expect(service.count("dead", "Inactive")).toBe(1);
  });

  it("a receive that waits ends with 404 when its time is over", async () => {
    const { client } = await startWithQueue();
    await expect(client.receiveMessage("work", 1)).rejects.toMatchObject(refusedWith("MessageNotExist", 404));
    await expect(client.batchReceiveMessage("work", 2, 1)).rejects.toMatchObject(refusedWith("MessageNotExist", 404));
  });

  it("a receive that waits waits as long as the queue says unless it says itself", async () => {
    const { client, service, waits } = await startWithQueue({ PollingWaitSeconds: 30 });
    const now = client.get("/queues/work/messages?waitseconds=0", "Message");
    await expect(now).rejects.toMatchObject(refusedWith("MessageNotExist", 404));
    const receiving = client.receiveMessage("work");
    await waits.begun;
    service.send("work", "m");
    expect((await receiving).body["MessageBody"]).toBe("m");
  });

  it("a receive that waits is refused a wait of more than 30 seconds", async () => {
    const { client } = await startWithQueue();
    await expect(client.receiveMessage("work", 31)).rejects.toMatchObject(refusedWith("InvalidArgument", 400));
  });

  it("a receive that waits takes no message once its client has gone", async () => {
    const { service, connect, waits } = await startWithQueue();
    const receiving = connect({ readTimeout: 100 }).receiveMessage("work", 30);
    await expect(receiving).rejects.toMatchObject({ name: "RequestTimeoutError" });
    await waits.ended;
    service.send("work", "m");
    await Promise.resolve();
    expect(service.count("work", "Active")).toBe(1);
  });

  it("a receive that waits is cut off when the server closes", async () => {
    const { client, server, waits } = await startWithQueue();
    const receiving = client.receiveMessage("work", 30);
    const outcome = expect(receiving).rejects.toThrow(/socket hang up|ECONNRESET/);
    await waits.begun;
    await server.close();
    await waits.ended;
    await outcome;
  });
});
