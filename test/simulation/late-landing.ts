import type { Chance } from "./chance";

const minuteMs = 60_000;

/**
 * How much later a request takes effect that nobody waits for any more: within the time for which it is read back, after the lease and
 * the settle time, hours later, or when its restore is long closed.
 */
export function landingDelayMs(chance: Chance): number {
  const draw = chance.next();
  if (draw < 0.5) return chance.whole(1_000, 4 * minuteMs);
  if (draw < 0.7) return chance.whole(3 * minuteMs, 20 * minuteMs);
  if (draw < 0.9) return chance.whole(20 * minuteMs, 4 * 60 * minuteMs);
  return chance.whole(4 * 60 * minuteMs, 20 * 60 * minuteMs);
}
