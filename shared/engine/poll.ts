import { sourceOf } from "../restore/source";
import { actorOf } from "../restore/transition";
import type { Versioned } from "../store/restore-store";
import { batchedView, type CloudView } from "./cloud-view";
import type { Dependencies } from "./dependencies";
import { logPoisoned, readDue } from "./due";
import { horizonMs, nudge, nudgeTick } from "./nudging";
import { runStep, type StepReport } from "./step";
import { sweep } from "./sweep";

/** At most this many due restores in one tick; the rest are due in the next. */
const dueMax = 200;
/** Side by side, so that one slow restore does not hold up the others. */
const parallelRuns = 8;

export interface TickReport {
  readonly ran: boolean;
  readonly due: number;
}

/**
 * One tick of the poller: only one wins at a time, however many timers and nudges ask for one. Due restores of its own are run with
 * the cloud read in batches; those of other functions are nudged.
 */
export async function tick(deps: Dependencies): Promise<TickReport> {
  const { clock, durations, store } = deps;
  const nowMs = clock.nowMs();
  // A tick that crashed has not swept. The next one sweeps once the crashed one must be over.
  const claim = await store.claimTick(nowMs, nowMs + durations.pollMs * 0.8, durations.leaseMs);
  if (!claim) return { ran: false, due: 0 };
  const { restores, laterMs } = await readDue(deps, nowMs, horizonMs, dueMax);
  const checks = [...laterMs];
  const mine: Versioned[] = [];
  for (const loaded of restores) {
    const actor = actorOf(loaded.record);
    if (actor === "poll-restores") mine.push(loaded);
    else if (actor !== null) {
      await nudge(deps, actor, loaded.record.restoreId);
      checks.push(nowMs);
    }
  }
  checks.push(...(await pollOwn(deps, mine)));
  if (claim.sweeps) {
    await sweep(deps);
    await store.finishSweep(nowMs + durations.sweepMs);
  }
  await keepTicking(deps, Math.min(...checks));
  return { ran: true, due: restores.length };
}

/** Runs each with the cloud read in batches. @returns when each of them is to be looked at next, epoch milliseconds */
async function pollOwn(deps: Dependencies, mine: readonly Versioned[]): Promise<number[]> {
  const checks: number[] = [];
  if (mine.length === 0) return checks;
  const jobIds = mine.flatMap(({ record }) =>
    record.job?.jobId && !["holding", "waiting", "closed"].includes(record.status) ? [record.job.jobId] : [],
  );
  const withInstance = mine.filter(({ record }) => record.temporaryInstance !== null || record.candidate !== null);
  const lists = new Set(withInstance.map(({ record }) => sourceOf(record).listedAmong));
  const view = await batchedView(deps, jobIds, lists);
  const queue = [...mine];
  const worker = async () => {
    for (let loaded = queue.shift(); loaded; loaded = queue.shift()) {
      const report = await runOne(deps, loaded, view);
      if (report?.kind === "ran" && report.nextCheckAtMs !== null) checks.push(report.nextCheckAtMs);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallelRuns, mine.length) }, worker));
  return checks;
}

/** One poisoned record never stops the tick. Null: it failed. */
async function runOne(deps: Dependencies, loaded: Versioned, view: CloudView): Promise<StepReport | null> {
  const { restoreId } = loaded.record;
  try {
    return await runStep(deps, "poll-restores", restoreId, { loaded, view });
  } catch (error) {
    logPoisoned(deps, restoreId, error);
    return null;
  }
}

/** Only the winner sends the next tick, so that ticks never multiply; what is due later than the horizon is left to the timer. */
async function keepTicking(deps: Dependencies, nextCheckAtMs: number): Promise<void> {
  const afterMs = nextCheckAtMs - deps.clock.nowMs();
  if (afterMs <= horizonMs)
    await nudgeTick(deps, Math.max(1, Math.ceil(Math.max(deps.durations.pollMs, afterMs) / 1000)));
}
