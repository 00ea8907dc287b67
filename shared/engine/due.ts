import { CloudError } from "../cloud/cloud-error";
import { NewerRecord } from "../store/record-row";
import type { Listed, Versioned } from "../store/restore-store";
import type { Dependencies } from "./dependencies";

const pageSize = 200;

/** Restores that are due, as far as one tick takes them. */
export interface Due {
  readonly restores: readonly Versioned[];
  /** When others of them come due, epoch milliseconds. */
  readonly laterMs: readonly number[];
}

/**
 * Reads what is due until now. The list is a hint from a lagging index: each row is read before anything is decided. Rows that cannot be
 * read stay in it for ever. They are not counted, and the pages behind them are read too.
 * @param aheadMs those that come due within this time are named, and not read
 */
export async function readDue(deps: Dependencies, nowMs: number, aheadMs: number, max: number): Promise<Due> {
  const restores: Versioned[] = [];
  const laterMs: number[] = [];
  for await (const page of duePages(deps, nowMs + aheadMs)) {
    laterMs.push(...page.map((row) => row.nextCheckAtMs).filter((atMs) => atMs > nowMs));
    const hinted = page.filter((row) => row.nextCheckAtMs <= nowMs);
    const rows = await Promise.all(hinted.map((row) => readKnown(deps, row.restoreId)));
    restores.push(...rows.flatMap((row) => (row && row.nextCheckAtMs <= nowMs ? [row] : [])));
    if (restores.length >= max) {
      // More of them may be due than one tick takes.
      laterMs.push(nowMs);
      break;
    }
  }
  return { restores: restores.slice(0, max), laterMs };
}

/** The list of open restores that come due until then, page by page. */
export async function* duePages({ store }: Pick<Dependencies, "store">, untilMs: number): AsyncGenerator<Listed[]> {
  let after: Listed | undefined;
  for (;;) {
    const page = await store.listDue(untilMs, pageSize, after);
    yield page;
    if (page.length < pageSize) return;
    after = page.at(-1);
  }
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

export function logPoisoned(deps: Pick<Dependencies, "log">, restoreId: string, error: unknown): void {
  deps.log("error", "a restore could not be polled", {
    restoreId,
    error: error instanceof Error ? error.message : String(error),
  });
}
