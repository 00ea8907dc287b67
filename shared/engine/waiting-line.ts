import { CloudError } from "../cloud/cloud-error";
import type { Dependencies } from "./dependencies";
import { recentRestores } from "./history";
import { nudge } from "./nudging";

/** The oldest restore that waits for nothing but the master. @returns its id; null: no restore waits */
export async function firstInLine(
  deps: Pick<Dependencies, "store" | "clock" | "durations">,
  masterInstanceId: string,
): Promise<string | null> {
  const restores = await recentRestores(deps, masterInstanceId);
  const waiting = restores.filter(
    ({ status, cancelRequested, reason }) =>
      status === "waiting" && !cancelRequested && reason?.code === "master-busy-with-restore",
  );
  return waiting.map(({ restoreId }) => restoreId).sort()[0] ?? null;
}

/** The master is free: wake the restore that waits longest. If this fails, its next look makes up for it. */
export async function wakeFirstInLine(deps: Dependencies, masterInstanceId: string): Promise<void> {
  try {
    const first = await firstInLine(deps, masterInstanceId);
    if (first !== null) await nudge(deps, "poll-restores", first);
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    deps.log("warn", "could not wake the next restore waiting for this master", { masterInstanceId, code: error.code });
  }
}
