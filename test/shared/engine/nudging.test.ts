import { horizonMs, wake } from "../../../shared/engine/nudging";
import { encodeNudge, encodeTick } from "../../../shared/messaging/nudge";
import type { Status } from "../../../shared/restore/model/states";
import { record, restoreId } from "../restore/samples";

/** What going from one state to the other sends: queue, body, delay in seconds. */
async function sentBy(from: Status, to: Status, checkAfterMs: number) {
  const sent: [string, string, number][] = [];
  const queues = {
    send: async (queue: string, body: string, delaySeconds = 0) => {
      sent.push([queue, body, delaySeconds]);
    },
  };
  await wake({ queues, log: () => {} }, record(from), record(to), checkAfterMs);
  return sent;
}

test("the function that acts next is woken at once", async () => {
  expect(await sentBy("verifying", "configuring", 0)).toEqual([["precheck-migration", encodeNudge({ restoreId }), 0]]);
});

test("a restore that begins to wait keeps the chain of ticks alive, and one that goes on waiting adds none", async () => {
  expect(await sentBy("configuring", "prechecking", 14_200)).toEqual([["poll-restores", encodeTick(), 15]]);
  expect(await sentBy("prechecking", "prechecking", 14_200)).toEqual([]);
});

test("what is due beyond the horizon is left to the timer", async () => {
  expect(await sentBy("withdrawing", "holding", horizonMs)).toHaveLength(1);
  expect(await sentBy("withdrawing", "holding", horizonMs + 1)).toEqual([]);
});

test("no function is woken for a restore that is over", async () => {
  expect(await sentBy("cleaning-up", "closed", 0)).toEqual([]);
});
