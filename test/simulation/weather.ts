import { defaultRecovery } from "../../emulator/dts/dts-world";
import type { Chance } from "./chance";
import type { Scheduler } from "./scheduler";
import { StaleReads } from "./stale-reads";
import type { WorldOptions } from "./world";

const secondMs = 1_000;
const minuteMs = 60 * secondMs;

export type Weather = Required<Pick<WorldOptions, "timings" | "recovery" | "behindReplicas" | "retriesBatch">>;

/**
 * How the cloud of one world is in general: how far its lists lag, whether reads by id are behind, how fast DTS copies and when it
 * resumes a failed job by itself, whether a failed batch of messages comes again.
 */
export function weather(chance: Chance, scheduler: Scheduler, untilMs: number, count: (kind: string) => void): Weather {
  const staleRate = chance.happens(0.4) ? chance.between(0.02, 0.5) : 0;
  const retryRate = chance.happens(0.6) ? chance.between(0.2, 1) : 0;
  return {
    timings: {
      // Also longer than the time for which a lost call is read back.
      listLagMs: chance.pick([0, 20 * secondMs, 20 * secondMs, 2 * minuteMs, 8 * minuteMs]),
      rowsPerSecond: chance.pick([5, 5, 0.1]),
    },
    recovery: {
      ...defaultRecovery,
      resumeEveryMs: chance.pick([20 * secondMs, 3 * minuteMs, 60 * minuteMs, undefined]),
    },
    behindReplicas: (service, bornMs) =>
      new StaleReads(service, scheduler, chance, {
        rate: staleRate,
        untilMs,
        bornMs,
        onStale: () => count("stale-read"),
      }),
    retriesBatch: () => {
      if (scheduler.nowMs() >= untilMs || !chance.happens(retryRate)) return null;
      count("batch-again");
      return chance.whole(10, 20) * secondMs;
    },
  };
}
