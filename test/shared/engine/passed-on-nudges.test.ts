import { runStep } from "../../../shared/engine/step";
import { encodeNudge } from "../../../shared/messaging/nudge";
import { Desk } from "../api/desk";

/** A command's nudge that meets a run under way, or the function that acted before, must not be lost for minutes. */
async function migrating() {
  const desk = await Desk.open();
  desk.addMaster();
  const restoreId = await desk.place({ status: "writing", statusSinceMs: desk.nowMs });
  expect(await desk.ask("POST", `/restores/${restoreId}/cancel`, { body: {} })).toMatchObject({ status: 202 });
  const sent: [string, string, number][] = [];
  const send = async (queue: string, body: string, delaySeconds = 0) => void sent.push([queue, body, delaySeconds]);
  const takeLease = async (agoMs = 0) => {
    const loaded = await desk.deps.store.read(restoreId);
    const untilMs = desk.nowMs - agoMs + desk.deps.durations.leaseMs;
    await desk.deps.store.claim(loaded!, {
      lease: { token: "1", by: "poll-restores", untilMs },
      nextCheckAtMs: untilMs,
    });
  };
  return { deps: { ...desk.deps, queues: { send } }, restoreId, sent, takeLease };
}

test("the nudge of a command comes again when the run under way may be over", async () => {
  const { deps, restoreId, sent, takeLease } = await migrating();
  await takeLease();
  expect(await runStep(deps, "poll-restores", restoreId)).toEqual({ kind: "dropped", why: "leased" });
  expect(sent).toEqual([["poll-restores", encodeNudge({ restoreId }), 3]]);
});

test("a run that may be dead is asked less and less often", async () => {
  const { deps, restoreId, sent, takeLease } = await migrating();
  await takeLease(40_000);
  await runStep(deps, "poll-restores", restoreId);
  expect(sent).toEqual([["poll-restores", encodeNudge({ restoreId }), 40]]);
});

test("the nudge of a command follows the restore to the function that acts now", async () => {
  const { deps, restoreId, sent } = await migrating();
  expect(await runStep(deps, "start-migration", restoreId)).toEqual({ kind: "dropped", why: "not-mine" });
  expect(sent).toEqual([["poll-restores", encodeNudge({ restoreId }), 0]]);
});

test("a nudge that says nothing new ends here", async () => {
  const { deps, restoreId, sent, takeLease } = await migrating();
  const [command] = await deps.store.listCommands(restoreId);
  await deps.store.settleCommand({ ...command!, state: "accepted" });
  await runStep(deps, "start-migration", restoreId);
  await takeLease();
  await runStep(deps, "poll-restores", restoreId);
  expect(sent).toEqual([]);
});
