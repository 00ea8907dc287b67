import { openedAtFirstUse } from "../../../shared/handlers/first-use";

interface Counter {
  next(): Promise<number>;
  fail(): Promise<never>;
}

class Opened implements Counter {
  #last = 0;

  async next(): Promise<number> {
    return ++this.#last;
  }

  fail(): Promise<never> {
    throw new Error("full");
  }
}

test("a port is opened by the first call, once, however many calls come at once", async () => {
  let openings = 0;
  const port = openedAtFirstUse<Counter>(async () => {
    openings += 1;
    return new Opened();
  });
  expect(openings).toBe(0);
  expect(await Promise.all([port.next(), port.next(), port.next()])).toEqual([1, 2, 3]);
  expect(openings).toBe(1);
});

test("what a call throws comes out as its failed promise", async () => {
  const port = openedAtFirstUse<Counter>(async () => new Opened());
  await expect(port.fail()).rejects.toThrow("full");
});

test("an adapter that cannot be opened fails the call", async () => {
  const port = openedAtFirstUse<Counter>(() => Promise.reject(new Error("no module")));
  await expect(port.next()).rejects.toThrow("no module");
});

test("a promise may be resolved with it", async () => {
  let openings = 0;
  const port = openedAtFirstUse<Counter>(async () => {
    openings += 1;
    return new Opened();
  });
  expect(await Promise.resolve(port)).toBe(port);
  expect(openings).toBe(0);
});
