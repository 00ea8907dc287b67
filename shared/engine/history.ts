import type { RestoreRecord } from "../restore/model/record";
import type { Dependencies } from "./dependencies";

const pageSize = 50;

/**
 * The restores of a master that may still have something in the cloud, newest first. How far back: a restore waits no longer than its
 * restore time can be reached, and then makes, confirms and uses up one instance; what is in doubt then is watched, and may land as long after.
 * @throws CloudError when the store cannot be read
 */
export async function recentRestores(
  { store, clock, durations }: Pick<Dependencies, "store" | "clock" | "durations">,
  masterInstanceId: string,
): Promise<RestoreRecord[]> {
  const { restoreReachMs, createDeadlineMs, confirmDeadlineMs, temporaryInstanceLifeMs, doubtMs } = durations;
  const workMs = createDeadlineMs + confirmDeadlineMs + temporaryInstanceLifeMs;
  const sinceMs = clock.nowMs() - restoreReachMs - workMs - 2 * doubtMs;
  const found: RestoreRecord[] = [];
  for (;;) {
    const last = found.at(-1);
    const before = last && { before: last.restoreId };
    const page = await store.list({ masterInstanceId, limit: pageSize, ...before });
    found.push(...page);
    if (page.length < pageSize || page.at(-1)!.createdAtMs < sinceMs) return found;
  }
}
