import type { ConfiguringFacts, Surroundings } from "../../restore/decide/configuring";
import type { RestoreRecord } from "../../restore/model/record";
import { sameAddresses } from "../../restore/openings";
import type { CloudView } from "../cloud-view";
import type { Dependencies } from "../dependencies";
import { ourGroup } from "../whitelist-groups";
import { observeTarget } from "./surveying";

export async function observeConfiguring(
  deps: Dependencies,
  record: RestoreRecord,
  view: CloudView,
): Promise<ConfiguringFacts> {
  const { rds, dts } = deps;
  const jobId = record.job?.jobId ?? null;
  const [instance, surroundings, job, staleJobs] = await Promise.all([
    view.instance(record.temporaryInstance!.id),
    // A job that is configured has found them as they had to be; what changes then is for its precheck to find, if there is a master.
    record.job?.configured
      ? rds.describeInstance(record.request.masterInstanceId).then((master) => (master ? null : noMaster))
      : observeSurroundings(deps, record),
    jobId === null ? undefined : dts.describeJob(jobId),
    Promise.all(record.staleJobs.map(async (staleId) => [staleId, await dts.describeJob(staleId)] as const)),
  ]);
  return { instance, surroundings, job, staleJobs: new Map(staleJobs) };
}

const noMaster = "no-master";

/** Our addresses on both sides, the master's databases and, once the addresses are open, its tables. */
async function observeSurroundings(deps: Dependencies, record: RestoreRecord): Promise<Surroundings | typeof noMaster> {
  const { rds, dts, settings } = deps;
  const { masterInstanceId } = record.request;
  const temporaryId = record.temporaryInstance!.id;
  const [temporaryGroups, masterGroups, servers] = await Promise.all([
    rds.listWhitelist(temporaryId),
    rds.listWhitelist(masterInstanceId),
    dts.listServerAddresses(),
  ]);
  if (!masterGroups) return noMaster;
  const databases = await rds.listDatabases(masterInstanceId);
  const wantedAddresses = [...new Set([...settings.egressAddresses, ...servers])];
  const [onTemporary, onMaster] = await Promise.all([
    ourGroup(deps, record, temporaryId, temporaryGroups),
    ourGroup(deps, record, masterInstanceId, masterGroups),
  ]);
  const temporaryGroup = onTemporary.entries;
  const masterGroup = onMaster.entries;
  const open = [temporaryGroup, masterGroup].every((addresses) => sameAddresses(addresses, wantedAddresses));
  const survey = open ? await observeTarget(deps, record) : { target: null, targetProblem: null };
  const masterDatabases = databases.map((database) => database.name);
  return {
    temporaryGroup,
    masterGroup,
    freeTemporaryGroup: onTemporary.free,
    freeMasterGroup: onMaster.free,
    wantedAddresses,
    masterDatabases,
    ...survey,
  };
}
