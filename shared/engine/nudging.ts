import { CloudError } from "../cloud/cloud-error";
import { encodeNudge, encodeTick } from "../messaging/nudge";
import type { RestoreRecord } from "../restore/model/record";
import { actorOf } from "../restore/transition";
import type { Dependencies } from "./dependencies";

/** Restores due within this time keep the chain of ticks alive; the timer, once a minute, covers everything later. */
export const horizonMs = 45_000;

/** Wakes the function that acts next, at once; and the poller, when a restore begins to wait. A lost message costs a delay. */
export async function wake(
  deps: Pick<Dependencies, "queues" | "log" | "traceparent">,
  before: RestoreRecord,
  after: RestoreRecord,
  checkAfterMs: number,
): Promise<void> {
  const actor = actorOf(after);
  if (actor === null) return;
  if (checkAfterMs === 0) return nudge(deps, actor, after.restoreId);
  // The chain of ticks stays alive by itself while anything is due soon; entering a new state makes sure that it runs.
  if (before.status !== after.status && checkAfterMs <= horizonMs)
    await nudgeTick(deps, Math.ceil(checkAfterMs / 1000));
}

/** A command waits at least this long for the run that is under way. */
const runMs = 3_000;

/**
 * A nudge that finds nothing to do may be a command's, which the run under way has not seen, or which was meant for the function that
 * acted before: it is passed on to the function that acts now. Without it a cancel would wait for the next look, minutes away while DTS writes.
 * @param underWayMs for how long the present run has been under way; null: there is none. It may be dead: each time is waited for twice as long.
 */
export async function passOn(
  deps: Pick<Dependencies, "queues" | "log" | "store" | "traceparent">,
  record: RestoreRecord,
  underWayMs: number | null,
): Promise<void> {
  const actor = actorOf(record);
  if (actor === null) return;
  const commands = await deps.store.listCommands(record.restoreId);
  if (!commands.some((command) => command.state === "pending")) return;
  const delayMs = underWayMs === null ? 0 : Math.max(runMs, underWayMs);
  await sendQuietly(
    deps,
    actor,
    encodeNudge({ restoreId: record.restoreId, traceparent: deps.traceparent }),
    Math.ceil(delayMs / 1000),
  );
}

/** One nudge; the store knows everything else. */
export function nudge(
  deps: Pick<Dependencies, "queues" | "log" | "traceparent">,
  queue: string,
  restoreId: string,
): Promise<void> {
  return sendQuietly(deps, queue, encodeNudge({ restoreId, traceparent: deps.traceparent }), 0);
}

/** The next tick of the one chain that the poller keeps. */
export function nudgeTick(deps: Pick<Dependencies, "queues" | "log">, delaySeconds: number): Promise<void> {
  return sendQuietly(deps, "poll-restores", encodeTick(), delaySeconds);
}

async function sendQuietly(
  deps: Pick<Dependencies, "queues" | "log">,
  queue: string,
  body: string,
  delaySeconds: number,
): Promise<void> {
  try {
    await deps.queues.send(queue, body, delaySeconds);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    deps.log("warn", "a nudge was not sent; the next poll makes up for it", { queue, code: error.code });
  }
}
