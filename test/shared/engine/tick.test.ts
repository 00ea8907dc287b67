import { CloudError } from "../../../shared/cloud/cloud-error";
import { tick } from "../../../shared/engine/poll";
import { Desk, hour, minute } from "../api/desk";

/** What one tick leaves over is the next tick's, seconds later: the timer alone would come once a minute. */
test("restores beyond those of one tick are looked at in the next", async () => {
  const desk = await Desk.open();
  desk.addMaster();
  const { id } = desk.world.rds.createTemporaryInstanceByHand("rm-shop", desk.nowMs - 3 * hour);
  await desk.world.scheduler.run(desk.nowMs + 20 * minute, () => false);
  const temporaryInstance = { id, origin: "answer" as const, createdAtMs: null, missingSinceMs: null };
  const expiresAtMs = desk.nowMs + 20 * hour;
  const ids: string[] = [];
  for (let count = 0; count < 210; count++)
    ids.push(await desk.place({ status: "holding", temporaryInstance, expiresAtMs }, desk.nowMs - 1));
  const sent: number[] = [];
  const queues = {
    send: (_queue: string, _body: string, delaySeconds = 0) => Promise.resolve(void sent.push(delaySeconds)),
  };
  expect(await tick({ ...desk.deps, queues })).toEqual({ ran: true, due: 200 });
  const read = await Promise.all(ids.map((restoreId) => desk.deps.store.read(restoreId)));
  expect(read.filter((loaded) => loaded!.nextCheckAtMs <= desk.nowMs)).toHaveLength(10);
  expect(sent).toEqual([15]);
});

describe("while DTS answers nothing", () => {
  const job = {
    attempt: 1,
    name: "job",
    jobId: "dts1",
    dtsInstanceId: null,
    configured: true,
    started: true,
    buySent: false,
    missingSinceMs: null,
  };

  test("while DTS answers nothing restores that need nothing of it go on, and deadlines hold for the others", async () => {
    const desk = await Desk.open();
    desk.addMaster();
    const { id } = desk.world.rds.createTemporaryInstanceByHand("rm-shop", desk.nowMs - 3 * hour);
    await desk.world.scheduler.run(desk.nowMs + 20 * minute, () => false);
    const temporaryInstance = { id, origin: "answer" as const, createdAtMs: null, missingSinceMs: null };
    const due = { temporaryInstance, expiresAtMs: desk.nowMs - 1 };
    const sinceMs = desk.nowMs - 20 * hour;
    const held = await desk.place({ ...due, status: "holding" });
    const late = await desk.place({ ...due, status: "awaiting-approval", statusSinceMs: sinceMs, job });
    const error = new CloudError("unavailable", "dts", "DescribeDtsJobs", "InternalError", "no");
    Object.assign(desk.deps.dts, { describeJobs: () => Promise.reject(error) });
    await tick(desk.deps);
    expect(desk.world.record(held).status).toBe("cleaning-up");
    expect(desk.world.record(late)).toMatchObject({
      status: "withdrawing",
      outcome: "expired",
      reason: { code: "cloud-unreachable" },
    });
  });
});

describe("the hourly sweep", () => {
  const sweeps = (desk: Desk) => desk.world.logs.filter((line) => line.includes('"message":"sweep"')).length;
  const pass = (desk: Desk, milliseconds: number) => desk.world.scheduler.run(desk.nowMs + milliseconds, () => false);

  test("the hourly sweep is made once an hour", async () => {
    const desk = await Desk.open();
    await tick(desk.deps);
    expect(sweeps(desk)).toBe(1);
    await pass(desk, 58 * minute);
    expect(sweeps(desk)).toBe(1);
    await pass(desk, 4 * minute);
    expect(sweeps(desk)).toBe(2);
  });

  test("the hourly sweep is made up for within minutes when the tick that was to make it died", async () => {
    const desk = await Desk.open();
    const { store } = desk.deps;
    const dying = Object.assign(store, { listDue: () => Promise.reject(new Error("killed")) });
    await expect(tick({ ...desk.deps, store: dying })).rejects.toThrow("killed");
    expect(sweeps(desk)).toBe(0);
    await pass(desk, 4 * minute);
    expect(sweeps(desk)).toBe(1);
    await pass(desk, 50 * minute);
    expect(sweeps(desk)).toBe(1);
  });
});
