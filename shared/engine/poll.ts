import { CloudError } from "../cloud/cloud-error";
import type { RestoreRecord } from "../restore/record";
import { actorOf } from "../restore/transition";
import { NewerRecord } from "../store/record-row";
import type { Versioned } from "../store/restore-store";
import type { Dependencies } from "./dependencies";
import { nudge, nudgeTick } from "./nudging";
import { runStep } from "./step";
import { sweepIfDue } from "./sweep";
import { batchedView } from "./view";

/** At most this many due restores in one tick; the rest are due in the next. */
const dueMax = 200;
/** Side by side, so that one slow restore does not hold up the others. */
const parallelRuns = 8;
/** Restores due within this time keep the chain of ticks alive; the timer, once a minute, covers everything later. */
const horizonMs = 45_000;

export interface TickReport {
  readonly ran: boolean;
  readonly due: number;
}

/**
 * One tick of the poller: only one wins at a time, however many timers and nudges ask for one. Due restores of its own are run with
 * the cloud read in batches; those of other functions are nudged.
 */
export async function tick(deps: Dependencies): Promise<TickReport> {
  const nowMs = deps.clock.nowMs();
  if (!(await deps.store.claimTick(nowMs, nowMs + deps.durations.pollMs * 0.8))) return { ran: false, due: 0 };
  const due = await readDue(deps, nowMs);
  const mine = due.filter((record) => actorOf(record) === "poll-restores");
  for (const record of due) {
    const actor = actorOf(record);
    if (actor !== null && actor !== "poll-restores") await nudge(deps, actor, record.restoreId);
  }
  await pollOwn(deps, mine);
  await passing(deps, "the sweep is put off", () => sweepIfDue(deps));
  await keepTicking(deps);
  return { ran: true, due: due.length };
}

/** The due list is a hint from a lagging index; each row is read before anything is decided. */
async function readDue(deps: Dependencies, nowMs: number): Promise<RestoreRecord[]> {
  const listed = await deps.store.listDue(nowMs, dueMax);
  const rows = await Promise.all(listed.map((row) => readKnown(deps, row.restoreId)));
  return rows.flatMap((row) => (row && row.record.nextCheckAtMs <= nowMs ? [row.record] : []));
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

async function pollOwn(deps: Dependencies, mine: readonly RestoreRecord[]): Promise<void> {
  if (mine.length === 0) return;
  const jobIds = mine.flatMap((record) =>
    record.job?.jobId && !["holding", "waiting", "closed"].includes(record.status) ? [record.job.jobId] : [],
  );
  const wantsInstances = mine.some((record) => record.temporaryInstance !== null || record.candidate !== null);
  await passing(deps, "the tick is over", async () => {
    const view = await batchedView(deps, jobIds, wantsInstances);
    const queue = [...mine];
    const worker = async () => {
      for (let record = queue.shift(); record; record = queue.shift()) await runOne(deps, record, view);
    };
    await Promise.all(Array.from({ length: parallelRuns }, worker));
  });
}

/** Throttled or unreachable: this part is left to the next tick. */
async function passing(deps: Dependencies, message: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    deps.log("warn", `the cloud could not be read; ${message}`, {
      service: error.service,
      action: error.action,
      code: error.code,
    });
  }
}

/** One poisoned record never stops the tick. */
async function runOne(
  deps: Dependencies,
  record: RestoreRecord,
  view: Awaited<ReturnType<typeof batchedView>>,
): Promise<void> {
  try {
    await runStep(deps, "poll-restores", record.restoreId, view);
  } catch (error) {
    logPoisoned(deps, record.restoreId, error);
  }
}

function logPoisoned(deps: Dependencies, restoreId: string, error: unknown): void {
  deps.log("error", "a restore could not be polled", {
    restoreId,
    error: error instanceof Error ? error.message : String(error),
  });
}

/** Only the winner sends the next tick, so that ticks never multiply; an idle account is left to the timer. */
async function keepTicking(deps: Dependencies): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const [next] = await deps.store.listDue(nowMs + horizonMs, 1);
  if (next)
    await nudgeTick(deps, Math.max(1, Math.ceil(Math.max(deps.durations.pollMs, next.nextCheckAtMs - nowMs) / 1000)));
}
