import { runStep } from "../../../shared/engine/step";
import { Desk } from "../api/desk";

/** A run that dies gives no lease back and judges nothing: what kills each of them must not keep a restore for ever. */
test("after three runs that crashed in a row, the deadline needs no look at anything", async () => {
  const desk = await Desk.open();
  desk.addMaster();
  const placed = await desk.place({
    status: "verifying",
    statusSinceMs: desk.nowMs,
    temporaryInstance: { id: "sub1_rm-shop", origin: "answer", createdAtMs: desk.nowMs, missingSinceMs: null },
  });
  const { leaseMs, verifyDeadlineMs } = desk.deps.durations;
  let nowMs = desk.nowMs;
  const bug = new Error("a bug of ours");
  const rds = Object.assign(Object.create(desk.deps.rds), { describeInstance: () => Promise.reject(bug) });
  const dying = { ...desk.deps, rds, clock: { nowMs: () => nowMs } };
  const run = () => runStep(dying, "verify-data", placed);
  const die = async () => {
    await expect(run()).rejects.toBe(bug);
    nowMs += leaseMs + 1;
  };
  for (let death = 0; death < 4; death++) await die();
  nowMs += verifyDeadlineMs;
  expect(await run()).toMatchObject({ kind: "ran", from: "verifying", to: "withdrawing" });
  expect(await desk.deps.store.read(placed)).toMatchObject({
    lease: null,
    record: {
      outcome: "failed",
      reason: { code: "cloud-unreachable", text: expect.stringContaining("runs in a row crashed") },
    },
  });
});
