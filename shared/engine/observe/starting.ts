import type { StartingFacts } from "../../restore/decide/starting";
import type { RestoreRecord } from "../../restore/model/record";
import { isWriteSent } from "../../restore/what-is-written";
import type { Dependencies } from "../dependencies";
import { readTargets } from "./surveying";

/** starting: everything by id, now. Nothing is taken from a list. */
export async function observeStarting(deps: Dependencies, record: RestoreRecord): Promise<StartingFacts> {
  const { rds, dts } = deps;
  const jobId = record.job?.jobId ?? null;
  const [instance, master, job] = await Promise.all([
    rds.describeInstance(record.temporaryInstance!.id),
    rds.describeInstance(record.request.masterInstanceId),
    jobId === null ? null : dts.describeJob(jobId),
  ]);
  const databases = master ? await rds.listDatabases(master.id) : [];
  // Once the write was sent, tables of ours may be there.
  const isSent = isWriteSent(record, deps.settings.dtsOrder);
  const targets = !master || isSent ? { tables: [], objects: [] } : await readTargets(deps, record);
  return {
    instance,
    master,
    job,
    masterDatabases: databases,
    masterTables: targets?.tables ?? null,
    masterObjects: targets?.objects ?? [],
  };
}
