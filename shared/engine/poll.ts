import { CloudError } from "../cloud/cloud-error";
import { actorOf } from "../restore/transition";
import { NewerRecord } from "../store/record-row";
import type { Listed, Versioned } from "../store/restore-store";
import type { Dependencies } from "./dependencies";
import { horizonMs, nudge, nudgeTick } from "./nudging";
import { runStep, type StepReport } from "./step";
import { sweep } from "./sweep";
import { batchedView, type CloudView } from "./view";

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
  const claim = await store.claimTick(nowMs, nowMs + durations.pollMs * 0.8, durations.sweepMs);
  if (!claim) return { ran: false, due: 0 };
  const listed = await store.listDue(nowMs + horizonMs, dueMax);
  const due = await readDue(deps, listed, nowMs);
  const checks = listed.map((row) => row.nextCheckAtMs).filter((atMs) => atMs > nowMs);
  // More of them are due than one tick takes.
  if (listed.length === dueMax) checks.push(nowMs);
  const mine: Versioned[] = [];
  for (const loaded of due) {
    const actor = actorOf(loaded.record);
    if (actor === "poll-restores") mine.push(loaded);
    else if (actor !== null) {
      await nudge(deps, actor, loaded.record.restoreId);
      checks.push(nowMs);
    }
  }
  checks.push(...(await pollOwn(deps, mine)));
  if (claim.sweeps) await sweep(deps);
  await keepTicking(deps, Math.min(...checks));
  return { ran: true, due: due.length };
}

/** The due list is a hint from a lagging index; each row is read before anything is decided. */
async function readDue(deps: Dependencies, listed: readonly Listed[], nowMs: number): Promise<Versioned[]> {
  const hinted = listed.filter((row) => row.nextCheckAtMs <= nowMs);
  const rows = await Promise.all(hinted.map((row) => readKnown(deps, row.restoreId)));
  return rows.flatMap((row) => (row && row.nextCheckAtMs <= nowMs ? [row] : []));
}

/** A row that cannot be understood never stops the tick; while a deployment is under way, it may be of the newer version. */
async function readKnown(deps: Dependencies, restoreId: string): Promise<Versioned | null> {
  try {
    return await deps.store.read(restoreId);
  } catch (error) {
    if (error instanceof NewerRecord) {
      deps.log("warn", "a restore is left to a newer version of the functions", { restoreId });
      return null;
    }
    if (error instanceof CloudError) throw error;
    logPoisoned(deps, restoreId, error);
    return null;
  }
}

/** Runs each with the cloud read in batches. @returns when each of them is to be looked at next, epoch milliseconds */
async function pollOwn(deps: Dependencies, mine: readonly Versioned[]): Promise<number[]> {
  const checks: number[] = [];
  if (mine.length === 0) return checks;
  const jobIds = mine.flatMap(({ record }) =>
    record.job?.jobId && !["holding", "waiting", "closed"].includes(record.status) ? [record.job.jobId] : [],
  );
  const wantsInstances = mine.some(({ record }) => record.temporaryInstance !== null || record.candidate !== null);
  const view = await batchedView(deps, jobIds, wantsInstances);
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

function logPoisoned(deps: Dependencies, restoreId: string, error: unknown): void {
  deps.log("error", "a restore could not be polled", {
    restoreId,
    error: error instanceof Error ? error.message : String(error),
  });
}

/** Only the winner sends the next tick, so that ticks never multiply; what is due later than the horizon is left to the timer. */
async function keepTicking(deps: Dependencies, nextCheckAtMs: number): Promise<void> {
  const afterMs = nextCheckAtMs - deps.clock.nowMs();
  if (afterMs <= horizonMs)
    await nudgeTick(deps, Math.max(1, Math.ceil(Math.max(deps.durations.pollMs, afterMs) / 1000)));
}
