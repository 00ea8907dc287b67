import { SystemClock } from "../../../emulator/core/clock";
import { closeScenes, deploy, timerTrigger } from "./scene";

afterEach(closeScenes);

const echo = "exports.handler = async (event) => { console.log('event ' + event); };";

describe("a timer trigger", () => {
  it("a timer trigger fires when it is due, and not before", async () => {
    const props = { triggers: [timerTrigger("@every 1m", '{"job":"sweep"}')] };
    const { compute, clock, book } = await deploy({ work: { source: echo, props } });
    clock.advance(59_999);
    compute.tick();
    clock.advance(1);
    compute.tick();
    clock.advance(60_000);
    compute.tick();
    const lines = await book.lines(/^event /, 2);
    expect(
      lines.map((line) => JSON.parse(line.slice(6))).sort((a, b) => (a.triggerTime < b.triggerTime ? -1 : 1)),
    ).toEqual([
      { triggerTime: "2026-11-20T08:01:00Z", triggerName: "clock", payload: '{"job":"sweep"}' },
      { triggerTime: "2026-11-20T08:02:00Z", triggerName: "clock", payload: '{"job":"sweep"}' },
    ]);
    await compute.stop();
    expect(book.entries.filter(({ line }) => line.startsWith("FC Invoke Start"))).toHaveLength(2);
  });

  it("a timer trigger follows six cron fields", async () => {
    const props = { triggers: [timerTrigger("0 30 8 * * *")] };
    const { compute, clock, book } = await deploy({ work: { source: echo, props } });
    clock.advance(30 * 60_000);
    compute.tick();
    expect(await book.lines(/^event /)).toEqual([
      'event {"triggerTime":"2026-11-20T08:30:00Z","triggerName":"clock","payload":""}',
    ]);
  });

  it("a timer trigger does not make up for runs that a jump of the clock has skipped", async () => {
    const props = { triggers: [timerTrigger("@every 1m")] };
    const { compute, clock, book } = await deploy({ work: { source: echo, props } });
    clock.advance(10 * 60_000 + 30_000);
    compute.tick();
    clock.advance(30_000);
    compute.tick();
    await book.lines(/^event /, 2);
    await compute.stop();
    expect(
      book.entries
        .filter(({ line }) => line.startsWith("event "))
        .map(({ line }) => /T(\d.*?)Z/.exec(line)?.[1])
        .sort(),
    ).toEqual(["08:01:00", "08:11:00"]);
  });

  it("a timer trigger is silent when it is not enabled", async () => {
    const trigger = timerTrigger("@every 1m");
    Object.assign(trigger["triggerConfig"] as object, { enable: false });
    const { compute, clock, book } = await deploy({ work: { source: echo, props: { triggers: [trigger] } } });
    clock.advance(120_000);
    compute.tick();
    await compute.stop();
    expect(book.entries).toEqual([]);
  });

  it("a timer trigger runs quicker on a scaled clock, in real time", async () => {
    const props = { triggers: [timerTrigger("@every 1m")] };
    const options = { clock: new SystemClock(), timerScale: 1 / 3000 };
    const { book } = await deploy({ work: { source: echo, props } }, options);
    expect(await book.lines(/^event /, 3)).toHaveLength(3);
  });

  it("a timer trigger has its failed runs repeated under the same request id, as often as the function allows", async () => {
    const source = "exports.handler = async () => { console.log('tried'); throw new Error('no'); };";
    const props = { triggers: [timerTrigger("0 30 8 * * *")], asyncInvokeConfig: { maxAsyncRetryAttempts: 1 } };
    const { compute, clock, book } = await deploy({ work: { source, props } });
    clock.advance(30 * 60_000);
    compute.tick();
    await book.lines(/^FC Invoke End/);
    await new Promise(setImmediate);
    clock.advance(1_000);
    compute.tick();
    await book.lines(/lost after 1 retries/);
    const ids = book.entries.filter(({ line }) => line === "tried").map(({ requestId }) => requestId);
    expect(ids).toHaveLength(2);
    expect(ids[0]).toBe(ids[1]);
  });
});
