import { SystemClock } from "../../../emulator/core/clock";
import { closeScenes, deploy, type SceneOptions, streamTrigger } from "./scene";

afterEach(closeScenes);

/** Says what messages it got: `got a b`. */
const report = `exports.handler = async (event) => {
  console.log("got " + JSON.parse(event).map(({ data }) => data.messageBody).join(" "));
};`;
/** As `report`, and fails whenever a body says so. */
const fragile = report.replace("};", "if (String(event).includes('poison')) throw new Error('poisoned'); };");

const base64 = (text: string) => Buffer.from(text).toString("base64");
/** The platform's waits of seconds become less than a millisecond each. */
const quick: SceneOptions = { clock: new SystemClock(), timerScale: 1 / 50_000, queues: ["jobs", "dead"] };
const deadLetterQueue = { Arn: "acs:mns:cn-hangzhou:1234567890123456:/queues/dead" };

function props(runOptions: Record<string, unknown> = {}): Record<string, unknown> {
  return { triggers: [streamTrigger("jobs", runOptions)] };
}

describe("an event stream from a queue", () => {
  it("an event stream from a queue delivers an array of cloud events and then deletes the messages", async () => {
    const source = "exports.handler = async (event) => { console.log('event ' + event); };";
    const { mns, clock, compute, book } = await deploy({ work: { source, props: props() } }, { queues: ["jobs"] });
    const sent = mns.send("jobs", base64("{}"), { delaySeconds: 90 });
    clock.advance(90_000);
    compute.tick();
    const [line = ""] = await book.lines(/^event /);
    expect(JSON.parse(line.slice(6))).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
        source: "MNS-test-work-queue",
        specversion: "1.0",
        type: "mns:Queue:SendMessage",
        datacontenttype: "application/json; charset=utf-8",
        subject: "acs:mns:cn-hangzhou:1234567890123456:queues/jobs",
        time: "2026-11-20T08:00:00.000Z",
        aliyunaccountid: "1234567890123456",
        aliyunpublishtime: "2026-11-20T08:01:30.000Z",
        aliyunoriginalaccountid: "1234567890123456",
        aliyuneventbusname: "MNS-test-work-queue",
        aliyunregionid: "cn-hangzhou",
        aliyunpublishaddr: "127.0.0.1",
        data: { requestId: expect.stringMatching(/^[0-9A-F]{24}$/), messageId: sent.messageId, messageBody: "{}" },
      },
    ]);
    await book.lines(/^FC Invoke End/);
    await new Promise(setImmediate);
    clock.advance(3600_000);
    expect(mns.receive("jobs", 16)).toEqual([]);
  });

  it.each([
    [
      "RawData elements",
      true,
      "RawData",
      [{ requestId: expect.any(String), messageId: expect.any(String), messageBody: "raw" }],
    ],
    [
      "the body as it is",
      false,
      "CloudEvents",
      [expect.objectContaining({ data: expect.objectContaining({ messageBody: base64("raw") }) })],
    ],
  ])("an event stream from a queue delivers %s when told so", async (_, IsBase64Decode, eventSchema, expected) => {
    const trigger = streamTrigger("jobs");
    const config = trigger["triggerConfig"] as Record<string, Record<string, Record<string, unknown>>>;
    Object.assign(config["eventSinkConfig"]?.["deliveryOption"] as object, { eventSchema });
    Object.assign(config["eventSourceConfig"]?.["eventSourceParameters"]?.["sourceMNSParameters"] as object, {
      IsBase64Decode,
    });
    const source = "exports.handler = async (event) => { console.log('event ' + event); };";
    const { mns, book } = await deploy({ work: { source, props: { triggers: [trigger] } } }, quick);
    mns.send("jobs", base64("raw"));
    const [line = ""] = await book.lines(/^event /);
    expect(JSON.parse(line.slice(6))).toEqual(expected);
  });

  it("an event stream from a queue passes a body that is no base64 unchanged", async () => {
    const { mns, book } = await deploy({ work: { source: report, props: props() } }, quick);
    mns.send("jobs", '{"a":1}');
    expect(await book.lines(/^got/)).toEqual(['got {"a":1}']);
  });

  it("an event stream from a queue never pushes a second batch before the first has been taken", async () => {
    const source = `let busy = 0; exports.handler = async (event) => {
      if (++busy > 1) console.log("overlap"); await new Promise((resolve) => setTimeout(resolve, 5)); busy--;
      console.log("got " + JSON.parse(event).length); };`;
    const { mns, compute, book } = await deploy({ work: { source, props: props() } }, quick);
    for (let index = 0; index < 7; index++) mns.send("jobs", base64(`m${index}`));
    const batches = await book.lines(/^got/, 4);
    expect(batches.map((line) => Number(line.slice(4)))).toEqual([2, 2, 2, 1]);
    expect(book.entries.map(({ line }) => line)).not.toContain("overlap");
    expect(compute.instances("work")).toBe(1);
  });

  it("an event stream from a queue waits for the window to fill a batch", async () => {
    const window = { batchWindow: { CountBasedWindow: 3, TimeBasedWindow: 10 } };
    const { mns, compute, clock, book } = await deploy(
      { work: { source: report, props: props(window) } },
      { queues: ["jobs"] },
    );
    mns.send("jobs", base64("a"));
    await new Promise(setImmediate);
    clock.advance(9_000);
    mns.send("jobs", base64("b"));
    compute.tick();
    await new Promise(setImmediate);
    expect(book.entries).toEqual([]);
    clock.advance(1_000);
    compute.tick();
    expect(await book.lines(/^got/)).toEqual(["got a b"]);
    await book.lines(/^FC Invoke End/);
    for (const body of ["c", "d", "e"]) mns.send("jobs", base64(body));
    expect((await book.lines(/^got/, 2))[1]).toBe("got c d e");
  });

  it("an event stream from a queue takes a message up when its delay is over", async () => {
    const { mns, compute, clock, book } = await deploy(
      { work: { source: report, props: props() } },
      { queues: ["jobs"] },
    );
    mns.send("jobs", base64("later"), { delaySeconds: 60 });
    clock.advance(59_999);
    compute.tick();
    await new Promise(setImmediate);
    expect(book.entries).toEqual([]);
    clock.advance(1);
    compute.tick();
    expect(await book.lines(/^got/)).toEqual(["got later"]);
  });

  it("an event stream from a queue pushes each batch twice when told so, and deletes it once", async () => {
    const { mns, book } = await deploy({ work: { source: report, props: props() } }, { ...quick, redeliver: true });
    mns.send("jobs", base64("a"));
    mns.send("jobs", base64("b"));
    expect(await book.lines(/^got/, 2)).toEqual(["got a b", "got a b"]);
    await book.lines(/^FC Invoke End/, 2);
    await new Promise(setImmediate);
    expect(mns.queue("jobs").nextVisibleAtMs(Number.MAX_SAFE_INTEGER)).toBeUndefined();
  });
});

describe("a batch that cannot be delivered", () => {
  it("a batch that cannot be delivered is gone where the stream takes the status 200 of a failed handler for a delivery", async () => {
    const { mns, book } = await deploy(
      { work: { source: fragile, props: props({ deadLetterQueue }) } },
      { ...quick, repeatsFailedHandlers: false },
    );
    mns.send("jobs", base64("poison"));
    await book.lines(/^FC Invoke End/);
    mns.send("jobs", base64("good"));
    await book.lines(/^FC Invoke End/, 2);
    await new Promise(setImmediate);
    for (const queue of ["jobs", "dead"])
      expect(mns.queue(queue).nextVisibleAtMs(Number.MAX_SAFE_INTEGER)).toBeUndefined();
  });

  it("a batch that cannot be delivered is pushed again three times and then moved to the dead-letter queue, and the stream goes on", async () => {
    const { mns, book } = await deploy({ work: { source: fragile, props: props({ deadLetterQueue }) } }, quick);
    mns.send("jobs", base64("poison"));
    await book.lines(/1 message\(s\) of jobs could not be delivered and were moved to dead/);
    expect(await book.lines(/^got poison/, 4)).toHaveLength(4);
    expect(mns.receive("dead", 16).map(({ body }) => body)).toEqual([base64("poison")]);
    mns.send("jobs", base64("fine"));
    expect(await book.lines(/^got fine/)).toEqual(["got fine"]);
  });

  it("a batch that cannot be delivered is dropped without a dead-letter queue", async () => {
    const { mns, book } = await deploy({ work: { source: fragile, props: props() } }, quick);
    mns.send("jobs", base64("poison"));
    await book.lines(/could not be delivered and were dropped/);
    mns.send("jobs", base64("fine"));
    await book.lines(/^got fine/);
    expect(mns.peek("dead")).toEqual([]);
  });

  it("a batch that cannot be delivered stops a stream that tolerates nothing, and stays in the queue", async () => {
    const runOptions = { errorsTolerance: "NONE", deadLetterQueue };
    const { mns, compute, book } = await deploy({ work: { source: fragile, props: props(runOptions) } }, quick);
    mns.send("jobs", base64("poison"));
    await book.lines(/The event stream of jobs has stopped/);
    mns.send("jobs", base64("fine"));
    await compute.stop();
    expect(book.entries.filter(({ line }) => line === "got fine")).toEqual([]);
    expect(mns.receive("jobs", 16).map(({ body }) => body)).toEqual([base64("fine")]);
    expect(mns.peek("dead")).toEqual([]);
  });

  it("a batch that cannot be delivered is taken in the end when a repetition succeeds, whichever way the function died before", async () => {
    const source = `const fs = require("node:fs"), path = require("node:path"), count = path.join(__dirname, "count");
      exports.handler = async () => {
        const tries = Number(fs.existsSync(count) && fs.readFileSync(count)) + 1;
        fs.writeFileSync(count, String(tries));
        if (tries === 1) throw new Error("first"); if (tries === 2) process.exit(1); if (tries === 3) for (;;) {}
        console.log("done after " + tries);
      };`;
    const runOptions = { retryStrategy: { PushRetryStrategy: "EXPONENTIAL_DECAY_RETRY" }, deadLetterQueue };
    const { mns, book } = await deploy({ work: { source, props: { timeout: 1, ...props(runOptions) } } }, quick);
    mns.send("jobs", base64("a"));
    expect(await book.lines(/^done/)).toEqual(["done after 4"]);
    expect(mns.peek("dead")).toEqual([]);
  });

  it("a batch that cannot be delivered comes again when the retries outlast its invisibility", async () => {
    const { mns, compute, clock, book } = await deploy(
      { work: { source: fragile, props: props() } },
      { queues: ["jobs"] },
    );
    mns.setQueueAttributes("jobs", { visibilityTimeout: 5 });
    mns.send("jobs", base64("poison"));
    for (let failures = 1; failures <= 4; failures++) {
      await book.lines(/^FC Invoke End/, failures);
      await new Promise(setImmediate);
      clock.advance(20_000);
      compute.tick();
    }
    await book.lines(/could not be deleted: MessageNotExist/);
    await book.lines(/^got poison/, 5);
  });
});

describe("the queues of a definition", () => {
  it("the queues of a definition must be there before the functions are", async () => {
    const functions = { work: { source: report, props: props({ deadLetterQueue }) } };
    await expect(deploy(functions, { queues: ["jobs"] })).rejects.toThrow(
      "resources.work.props.triggers: the queue dead is not there (QueueNotExist).",
    );
  });

  it("the queues of a definition end their stream when they are deleted", async () => {
    const { mns, compute, clock, book } = await deploy(
      { work: { source: report, props: props() } },
      { queues: ["jobs"] },
    );
    mns.send("jobs", base64("later"), { delaySeconds: 60 });
    mns.deleteQueue("jobs");
    clock.advance(60_000);
    compute.tick();
    await book.lines(/The event stream of jobs has failed: QueueNotExist/);
  });
});
