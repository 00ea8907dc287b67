import type { CreatingFacts } from "../../restore/decide/creating";
import { repeatRules } from "../../restore/model/calls";
import type { RestoreRecord } from "../../restore/model/record";
import { lostCreate } from "../../restore/watched-calls";
import { type CloudView, instancesLike } from "../cloud-view";
import type { Dependencies } from "../dependencies";

/** creating-source: our instance, or whether a create that was lost has left something. */
export async function observeCreating(
  deps: Dependencies,
  record: RestoreRecord,
  view: CloudView,
): Promise<CreatingFacts> {
  if (record.temporaryInstance) return { instance: await view.instance(record.temporaryInstance.id) };
  const lost = lostCreate(record);
  if (!lost || repeatRules[lost.call.kind].repeat !== "same-token") return { instance: undefined };
  return { instance: undefined, leftTrace: (await instancesLike(deps, lost.call)).length > 0 };
}
