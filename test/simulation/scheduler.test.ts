import { Scheduler } from "./scheduler";

/** Goes on `hops` times, each when promises go on. */
async function goOn(hops: number, then: () => void): Promise<void> {
  for (let hop = 0; hop < hops; hop++) await null;
  then();
}

test.each([
  ["a promise", (run: () => void) => void Promise.resolve().then(run)],
  // The main module of a replay begins like this: here Node goes on with ticks before it does with promises.
  ["a tick of Node", (run: () => void) => process.nextTick(run)],
])("whatever an entry began is done before the next one, also if the run begins in %s", async (_where, begin) => {
  const scheduler = new Scheduler(0);
  const order: string[] = [];
  scheduler.at(1, () => void goOn(50, () => order.push("first")));
  scheduler.at(2, () => void goOn(1, () => order.push("second")));
  await new Promise<void>((resolve) => {
    begin(() => void scheduler.run(10, () => false).then(() => resolve()));
  });
  expect(order).toEqual(["first", "second"]);
});

test("equal times run in the order in which they were asked for, and time stands where the run ends", async () => {
  const scheduler = new Scheduler(0);
  const order: number[] = [];
  for (const index of [1, 2, 3]) scheduler.after(5, () => order.push(index));
  expect(await scheduler.run(4, () => false)).toBe(false);
  expect(order).toEqual([]);
  expect(await scheduler.run(10, () => order.length === 2)).toBe(true);
  expect(order).toEqual([1, 2]);
  expect(scheduler.nowMs()).toBe(5);
});

test("a failure ends the run", async () => {
  const scheduler = new Scheduler(0);
  scheduler.at(1, () => scheduler.fail(new Error("a promise is broken")));
  await expect(scheduler.run(10, () => false)).rejects.toThrow("a promise is broken");
});
