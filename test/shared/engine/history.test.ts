import { sweep } from "../../../shared/engine/sweep";
import { firstInLine } from "../../../shared/engine/waiting-line";
import { Desk, hour, minute } from "../api/desk";

/** A script may ask for more restores of one master than the store answers at once. */
const manyMore = 120;

async function manyOf(desk: Desk, changes: Parameters<Desk["place"]>[0]): Promise<void> {
  for (let count = 0; count < manyMore; count++) {
    await desk.world.scheduler.run(desk.nowMs + 1, () => false);
    await desk.place(changes, desk.nowMs + 20 * hour);
  }
}

test("the oldest of many restores that wait for their master is first in line", async () => {
  const desk = await Desk.open();
  const waiting = { status: "waiting" as const, reason: { code: "master-busy-with-restore" as const, text: "" } };
  const first = await desk.place(waiting, desk.nowMs + 20 * hour);
  await manyOf(desk, waiting);
  expect(await firstInLine(desk.deps, "rm-shop")).toBe(first);
});

test("the instance of a closed restore is deleted however many restores came after it", async () => {
  const desk = await Desk.open();
  desk.addMaster();
  const { id } = desk.world.rds.createTemporaryInstanceByHand("rm-shop", desk.nowMs - 3 * hour);
  const temporaryInstance = { id, origin: "answer" as const, createdAtMs: null, missingSinceMs: null };
  const source = { kind: "native", because: "", cost: "", others: [] } as const;
  await desk.place({ status: "closed", temporaryInstance, source }, desk.nowMs + 20 * hour);
  await manyOf(desk, { status: "closed" });
  await desk.world.scheduler.run(desk.nowMs + 20 * minute, () => false);
  expect(await sweep(desk.deps)).toMatchObject({ deletedInstances: [id], foreign: [] });
});

test("a history of years is not read", async () => {
  const desk = await Desk.open();
  const longAgoMs = desk.nowMs - 30 * 24 * hour;
  await manyOf(desk, { status: "closed", createdAtMs: longAgoMs });
  const { list } = desk.deps.store;
  let pages = 0;
  desk.deps.store.list = (options) => {
    pages++;
    return list.call(desk.deps.store, options);
  };
  expect(await firstInLine(desk.deps, "rm-shop")).toBeNull();
  expect(pages).toBe(1);
});
