import type { WatchFacts } from "../../restore/decide/watching";
import type { RestoreRecord } from "../../restore/model/record";
import { lostCreateMs, watchedDatabases } from "../../restore/watched-calls";
import type { CloudView } from "../cloud-view";
import type { Dependencies } from "../dependencies";
import { recentRestores } from "../history";

/** Temporary instances of the master that no restore has; none while another's create is on its way. */
export async function observeWatch(deps: Dependencies, record: RestoreRecord, view: CloudView): Promise<WatchFacts> {
  const { masterInstanceId } = record.request;
  if (watchedDatabases(record).length > 0) {
    const master = await deps.rds.describeInstance(masterInstanceId);
    const databases = master ? await deps.rds.listDatabases(masterInstanceId) : [];
    return { temporaryInstances: [], masterDatabases: databases.map(({ name }) => name) };
  }
  if (lostCreateMs(record) === null) return { temporaryInstances: [] };
  const found = await view.temporaryInstancesOf(masterInstanceId);
  if (found.length === 0) return { temporaryInstances: [] };
  const restores = await recentRestores(deps, masterInstanceId);
  if (restores.some(({ intent }) => intent?.call.kind === "create-temporary-instance"))
    return { temporaryInstances: [] };
  const had = new Set(restores.map((restore) => restore.temporaryInstance?.id));
  return { temporaryInstances: found.filter((instance) => !had.has(instance.id)) };
}
