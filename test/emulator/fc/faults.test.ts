import { SystemClock } from "../../../emulator/core/clock";
import { type FaultRule, Faults } from "../../../emulator/core/faults";
import type { LogBook } from "./log-book";
import { closeScenes, deploy, httpTrigger, type SceneFunction, streamTrigger, timerTrigger } from "./scene";

/** Fault rules of the service `fc`: the platform fails, not the function. */
afterEach(closeScenes);

let faults: Faults;
beforeEach(() => {
  faults = new Faults();
});
const strike = (kind: FaultRule["kind"], rest: Partial<FaultRule> = {}) =>
  faults.add({ service: "fc", action: "test-work", kind, times: 1, ...rest });
const source = "exports.handler = async (event) => { console.log('ran'); return 'done'; };";
const http: SceneFunction = {
  source: "exports.handler = async () => { console.log('ran'); return { statusCode: 201, body: 'done' }; };",
  props: { triggers: [httpTrigger()] },
};
/** The platform's waits of seconds become less than a millisecond each. */
const quick = { clock: new SystemClock(), timerScale: 1 / 50_000, queues: ["jobs"] };
const ran = ({ entries }: LogBook) => entries.filter(({ line }) => line === "ran").length;

test("an invocation that is throttled or fails in the platform does not run", async () => {
  const { compute, book } = await deploy({ work: { source } }, { faults });
  strike("throttle");
  strike("server-error", { times: 2 });
  await expect(compute.invoke("work", "")).rejects.toMatchObject({ httpStatus: 429, code: "ResourceThrottled" });
  await expect(compute.invoke("work", "")).rejects.toMatchObject({ httpStatus: 500, code: "InternalServerError" });
  expect(ran(book)).toBe(0);
});

test("a process that ends is a function's failure, and the next invocation succeeds", async () => {
  const { compute, book } = await deploy({ work: { source } }, { faults });
  strike("success-false");
  expect(await compute.invoke("work", "")).toMatchObject({ errorType: "UnhandledInvocationError" });
  expect(ran(book)).toBe(0);
  expect(String((await compute.invoke("work", "")).payload)).toBe("done");
});

test("an HTTP trigger answers the platform's failure, or breaks", async () => {
  const { compute, book } = await deploy({ work: http }, { faults });
  const url = compute.httpUrl("work");
  strike("throttle");
  const refused = await fetch(url);
  expect([refused.status, await refused.json()]).toEqual([429, expect.objectContaining({ Code: "ResourceThrottled" })]);
  strike("lost-request");
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  expect(ran(book)).toBe(0);
  strike("lost-reply");
  await expect(fetch(url)).rejects.toThrow("fetch failed");
  strike("hang", { delayMs: 1 });
  expect((await fetch(url)).status).toBe(201);
  expect(ran(book)).toBe(2);
});

test.each([
  ["throttle", 1],
  ["lost-request", 1],
  ["lost-reply", 2],
] as const)(
  "a queue's batch that is struck by %s is pushed again: the function runs %i time(s)",
  async (kind, runs) => {
    strike(kind);
    const props = { triggers: [streamTrigger("jobs")] };
    const { mns, compute, book } = await deploy({ work: { source, props } }, { ...quick, faults });
    mns.send("jobs", "hello");
    await book.lines(/^ran$/, runs);
    await book.lines(/^FC Invoke End/, runs);
    await compute.stop();
    expect(ran(book)).toBe(runs);
  },
);

test("a timer's event that is throttled comes again, although the function allows no repetition", async () => {
  strike("throttle", { times: 3 });
  const props = { triggers: [timerTrigger("@every 1m")], asyncInvokeConfig: { maxAsyncRetryAttempts: 0 } };
  const { compute, clock, book } = await deploy({ work: { source, props } }, { faults });
  clock.advance(60_000);
  for (let rounds = 0; rounds < 4; rounds++) {
    compute.tick();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(500);
  }
  await book.lines(/^ran$/);
  await compute.stop();
  expect(ran(book)).toBe(1);
});

test("an invocation that hangs ends when the function is stopped", async () => {
  const { compute } = await deploy({ work: { source } }, { faults });
  strike("hang", { delayMs: 600_000 });
  const hanging = compute.invoke("work", "");
  await compute.stop();
  await hanging.catch(() => undefined);
});
