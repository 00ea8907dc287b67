import type { ComparingFacts } from "../../restore/decide/comparing";
import type { StartingDatabaseFacts } from "../../restore/decide/database/starting";
import type { WritingDatabaseFacts } from "../../restore/decide/database/writing";
import type { RestoreRecord } from "../../restore/model/record";
import { arrivalOf, databaseRestoreOf } from "../../restore/restored-databases";
import { arrivedTable } from "../../verification/copy-on-master";
import type { Dependencies } from "../dependencies";
import { ourGroup } from "../whitelist-groups";
import { readCopyOnMaster } from "./comparing";

/** starting, where RDS restores the databases: the master and its databases, now. */
export async function observeStartingDatabases(
  { rds }: Dependencies,
  record: RestoreRecord,
): Promise<StartingDatabaseFacts> {
  const master = await rds.describeInstance(record.request.masterInstanceId);
  return { master, masterDatabases: master ? await rds.listDatabases(master.id) : [] };
}

/** writing: the same, and our whitelist group on the master once there is something to look at. */
export async function observeWritingDatabases(
  deps: Dependencies,
  record: RestoreRecord,
): Promise<WritingDatabaseFacts> {
  const { master, masterDatabases } = await observeStartingDatabases(deps, record);
  const egress = deps.settings.egressAddresses;
  const { absent, underWay } = arrivalOf(databaseRestoreOf(record), masterDatabases);
  if (!master || absent.length > 0 || underWay.length > 0)
    return { master, masterDatabases, group: null, freeGroup: null, egress };
  const whitelist = await deps.rds.listWhitelist(master.id);
  const { entries: group, free: freeGroup } = await ourGroup(deps, record, master.id, whitelist);
  return { master, masterDatabases, group, freeGroup, egress };
}

/** comparing: there is no other copy; the checks run on what arrived, and its tables are counted. */
export function observeArrivedDatabases(deps: Dependencies, record: RestoreRecord): Promise<ComparingFacts> {
  return readCopyOnMaster(deps, record, arrivedTable);
}
