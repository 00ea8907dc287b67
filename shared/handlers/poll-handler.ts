import { tick } from "../engine/poll";
import { decodeQueueEvent } from "../messaging/events";
import { decodeNudge } from "../messaging/nudge";
import type { FunctionContext } from "./function-context";
import { runNudged } from "./run-nudged";
import { wire } from "./wiring";

/**
 * The poller: woken by the timer, by its own chain of ticks, and by nudges for single restores (a command was given). However many
 * of these come in one batch, one tick is enough.
 */
export function pollHandler() {
  return async (event: Uint8Array, context: FunctionContext): Promise<unknown> => {
    const deps = wire(context);
    const nudges = decodeQueueEvent(event).flatMap((element) => {
      const nudge = element.body === null ? null : decodeNudge(element.body);
      return nudge ? [nudge] : [];
    });
    const runs = await Promise.all(nudges.map((nudge) => runNudged(deps, "poll-restores", nudge)));
    return { runs, tick: await tick(deps) };
  };
}
