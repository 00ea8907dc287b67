import type { Dependencies } from "../engine/dependencies";
import { runStep, type StepReport } from "../engine/step";
import type { Nudge } from "../messaging/queues";
import type { StepFunction } from "../restore/model/states";

/** One nudged restore. It never throws: a message is only a nudge, one failing element never fails its batch, and the poller makes up for it. */
export async function runNudged(
  deps: Dependencies,
  by: StepFunction,
  { restoreId, traceparent }: Nudge,
): Promise<StepReport | { readonly kind: "failed" }> {
  try {
    return await runStep({ ...deps, traceparent }, by, restoreId);
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    deps.log("error", "a step failed", { restoreId, step: by, traceparent, error: said });
    return { kind: "failed" };
  }
}
