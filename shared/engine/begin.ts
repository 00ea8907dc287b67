import type { RestoreRecord } from "../restore/model/record";
import type { Dependencies } from "./dependencies";
import { nudge } from "./nudging";
import { onTransition } from "./on-transition";

/**
 * Records a new restore and wakes its first function. A second call with the same id changes nothing.
 * @throws CloudError when the record could not be written
 */
export async function begin(
  deps: Pick<Dependencies, "store" | "queues" | "log" | "traceparent">,
  record: RestoreRecord,
): Promise<void> {
  await deps.store.create(record);
  onTransition(deps, null, record);
  await nudge(deps, "create-temp-instance", record.restoreId);
}
