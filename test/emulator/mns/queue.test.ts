import { ManualClock } from "../../../emulator/core/clock";
import { SeededRandom } from "../../../emulator/core/random";
import { MnsService } from "../../../emulator/mns/mns-service";

function createWorld() {
  const clock = new ManualClock(1_700_000_000_000);
  const random = new SeededRandom(1);
  const service = new MnsService({ clock, random, regionId: "cn-hangzhou", accountId: "1" });
  const bodies = (queue: string) => service.receive(queue, 16).map(({ body }) => body);
  return { clock, service, bodies };
}

const to = (deadLetterTargetQueue: string, maxReceiveCount: number, enabled = true) => ({
  dlqPolicy: { enabled, deadLetterTargetQueue, maxReceiveCount },
});

describe("a queue", () => {
  it("a queue delays a message as it says itself, else as the queue says", () => {
    const { clock, service, bodies } = createWorld();
    service.createQueue("work", { delaySeconds: 10 });
    service.send("work", "slow");
    service.send("work", "now", { delaySeconds: 0 });
    expect(bodies("work")).toEqual(["now"]);
    expect(service.count("work", "Delayed")).toBe(1);
    clock.advance(10_000);
    expect(bodies("work")).toEqual(["slow"]);
  });

  it("a queue hands out the smaller priority first, then what has been visible longest", () => {
    const { clock, service, bodies } = createWorld();
    service.createQueue("work");
    service.send("work", "delayed", { delaySeconds: 2 });
    service.send("work", "first");
    clock.advance(1_000);
    service.send("work", "second");
    service.send("work", "urgent", { priority: 1 });
    clock.advance(5_000);
    expect(bodies("work")).toEqual(["urgent", "first", "second", "delayed"]);
  });

  it("a queue drops a message when its retention ends, even one that somebody works on", () => {
    const { clock, service } = createWorld();
    service.createQueue("work", { messageRetentionPeriod: 60, visibilityTimeout: 100 });
    service.send("work", "a");
    const handle = service.receive("work")[0]?.receiptHandle ?? "";
    clock.advance(59_999);
    expect(service.count("work", "Inactive")).toBe(1);
    clock.advance(1);
    expect(service.count("work", "Inactive")).toBe(0);
    expect(() => service.delete("work", handle)).toThrow(expect.objectContaining({ code: "MessageNotExist" }));
  });

  it("a queue knows when its next message turns visible", () => {
    const { clock, service } = createWorld();
    const startMs = clock.nowMs();
    service.createQueue("work", { messageRetentionPeriod: 60 });
    expect(service.nextVisibleAtMs("work")).toBeUndefined();
    service.send("work", "too late for its retention", { delaySeconds: 60 });
    expect(service.nextVisibleAtMs("work")).toBeUndefined();
    service.send("work", "b", { delaySeconds: 20 });
    service.send("work", "a", { delaySeconds: 10 });
    expect(service.nextVisibleAtMs("work")).toBe(startMs + 10_000);
    clock.advance(15_000);
    expect(service.nextVisibleAtMs("work")).toBe(startMs + 10_000);
    service.receive("work");
    expect(service.nextVisibleAtMs("work")).toBe(startMs + 20_000);
  });

  it("a queue tells listeners of each message, until they leave", () => {
    const { service } = createWorld();
    service.createQueue("work");
    const heard: string[] = [];
    const leave = service.onSend((name) => heard.push(name));
    service.send("work", "a");
    service.send("work", "b", { delaySeconds: 5 });
    leave();
    service.send("work", "c");
    expect(heard).toEqual(["work", "work"]);
  });
});

describe("a dead-letter policy", () => {
  it("a dead-letter policy moves a message that was received too often, under a new id and with its age", () => {
    const { clock, service, bodies } = createWorld();
    const startMs = clock.nowMs();
    service.createQueue("dead");
    service.createQueue("work", to("dead", 2));
    const heard: string[] = [];
    const { messageId } = service.send("work", "poison");
    service.onSend((name) => heard.push(name));
    for (const count of [1, 2]) {
      expect(service.receive("work")[0]?.dequeueCount).toBe(count);
      expect(bodies("dead")).toEqual([]);
      expect(service.nextVisibleAtMs("dead")).toBe(count === 2 ? startMs + 60_000 : undefined);
      clock.advance(30_000);
    }
    expect(service.nextVisibleAtMs("work")).toBeUndefined();
    expect(bodies("work")).toEqual([]);
    expect(heard).toEqual(["dead"]);
    const [dead] = service.receive("dead");
    expect(dead).toMatchObject({ body: "poison", dequeueCount: 1, enqueueTimeMs: startMs });
    expect(dead?.messageId).not.toBe(messageId);
  });

  it("a dead-letter policy leaves a message in time alone, and all of them while it is off or its queue is missing", () => {
    const { clock, service, bodies } = createWorld();
    service.createQueue("dead");
    for (const policy of [to("dead", 1, false), to("missing", 1)]) {
      service.createQueue("work", policy);
      service.send("work", "m");
      expect(bodies("work")).toEqual(["m"]);
      clock.advance(30_000);
      expect(bodies("work")).toEqual(["m"]);
      service.deleteQueue("work");
    }
    service.createQueue("work", to("dead", 1));
    service.send("work", "done");
    service.delete("work", service.receive("work")[0]?.receiptHandle ?? "");
    clock.advance(30_000);
    expect(bodies("dead")).toEqual([]);
  });

  it("a dead-letter policy cannot name its own queue or less than one receive", () => {
    const { service } = createWorld();
    const refused = expect.objectContaining({ code: "InvalidArgument" });
    expect(() => service.createQueue("work", to("work", 3))).toThrow(refused);
    service.createQueue("work");
    expect(() => service.setQueueAttributes("work", to("work", 3))).toThrow(refused);
    expect(() => service.setQueueAttributes("work", to("dead", 0))).toThrow(refused);
    expect(service.queue("work").attributes.dlqPolicy).toBeUndefined();
  });
});
