import type { WatchFacts } from "../../restore/decide/watching";
import { makesInstance } from "../../restore/model/calls";
import type { RestoreRecord } from "../../restore/model/record";
import { lostCreate, watchedDatabases } from "../../restore/watched-calls";
import { instancesLike } from "../cloud-view";
import type { Dependencies } from "../dependencies";
import { recentRestores } from "../history";

/** Instances like the lost one that no restore has; none while another's create is on its way. */
export async function observeWatch(deps: Dependencies, record: RestoreRecord): Promise<WatchFacts> {
  const { masterInstanceId } = record.request;
  if (watchedDatabases(record).length > 0) {
    const master = await deps.rds.describeInstance(masterInstanceId);
    const databases = master ? await deps.rds.listDatabases(masterInstanceId) : [];
    return { instances: [], masterDatabases: databases.map(({ name }) => name) };
  }
  const lost = lostCreate(record);
  if (!lost) return { instances: [] };
  const found = await instancesLike(deps, lost.call);
  if (found.length === 0) return { instances: [] };
  const restores = await recentRestores(deps, masterInstanceId);
  if (restores.some(({ intent }) => intent && makesInstance(intent.call))) return { instances: [] };
  const had = new Set(restores.map((restore) => restore.temporaryInstance?.id));
  return { instances: found.filter((instance) => !had.has(instance.id)) };
}
