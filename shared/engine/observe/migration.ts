import type { DtsJob } from "../../cloud/dts";
import { jobCondition } from "../../cloud/statuses";
import type { ConfiguringFacts, Surroundings } from "../../restore/decide/configuring";
import type { JobFacts } from "../../restore/decide/prechecking";
import type { StartingFacts } from "../../restore/decide/starting";
import { isFirstMiss, isJobStuck, type WithdrawingFacts } from "../../restore/decide/withdrawing";
import { restoreIdOfJobName } from "../../restore/names";
import { isClosedGroup, sameAddresses } from "../../restore/openings";
import type { RestoreRecord } from "../../restore/record";
import { isWriteSent } from "../../restore/written";
import type { Dependencies } from "../dependencies";
import type { CloudView } from "../view";
import { ourGroup } from "../whitelist-groups";
import { observeTarget, readTargets } from "./target";

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

/** prechecking, precheck-failed, awaiting-approval, writing: the instance and the job; its objects once the precheck has passed. */
export async function observeJob(deps: Dependencies, record: RestoreRecord, view: CloudView): Promise<JobFacts> {
  const jobId = record.job?.jobId ?? null;
  const [instance, job] = await Promise.all([
    view.instance(record.temporaryInstance!.id),
    jobId === null ? null : view.job(jobId),
  ]);
  const condition = job ? jobCondition(job.status) : null;
  const wantsItems =
    (record.status === "prechecking" || record.status === "writing") && condition === "precheck-failed";
  const wantsObjects = record.status === "prechecking" && condition === "precheck-passed";
  return {
    instance,
    job: job && wantsObjects ? await withObjects(deps, job) : job,
    precheckItems: job && wantsItems ? await deps.dts.listPrecheckItems(job.jobId) : [],
  };
}

async function withObjects(deps: Dependencies, job: DtsJob): Promise<DtsJob> {
  const detail = await deps.dts.describeJob(job.jobId);
  return { ...job, objects: detail?.objects ?? job.objects };
}

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
  return {
    instance,
    master,
    job,
    masterDatabases: databases,
    // Once the write was sent, tables of ours may be there.
    masterTables: !master || isWriteSent(record, deps.settings.dtsOrder) ? [] : await readTargets(deps, record),
  };
}

/** withdrawing: the jobs, and once they are missing for the second time or do not go, our groups and the instance. */
export async function observeWithdrawing(deps: Dependencies, record: RestoreRecord): Promise<WithdrawingFacts> {
  const { rds } = deps;
  const openGroups: { instanceId: string; group: string }[] = [];
  const unseenGroups: { instanceId: string; group: string }[] = [];
  const jobs = record.job ? await findJobs(deps, record) : [];
  const isTooEarly = jobs.length > 0 ? !isJobStuck(record) : isFirstMiss(record);
  if (isTooEarly) return { jobs, instance: undefined, openGroups, unseenGroups, missesOpening: false };
  const ours = record.temporaryInstance?.id;
  const instance = ours === undefined ? undefined : await rds.describeInstance(ours);
  let missesOpening = false;
  for (const { instanceId, group, state } of record.openings) {
    const groups = instanceId === ours && !instance ? null : await rds.listWhitelist(instanceId);
    const entries = groups?.get(group);
    if (!groups) unseenGroups.push({ instanceId, group });
    // A group that is used again was closed before: a replica may not know its opening either way.
    else if (!entries || isClosedGroup(entries)) missesOpening ||= state === "open";
    else openGroups.push({ instanceId, group });
  }
  return { jobs, instance, openGroups, unseenGroups, missesOpening };
}

/** Jobs of this restore that still exist: by the ids on the record, and by name, because an answer may have been lost. */
async function findJobs(deps: Dependencies, record: RestoreRecord): Promise<DtsJob[]> {
  const ids = [...new Set([record.job?.jobId ?? null, ...record.staleJobs])].filter((id) => id !== null);
  const known = await Promise.all(ids.map((id) => deps.dts.describeJob(id)));
  const named = (await deps.dts.listJobsByPrefix(record.restoreId)).filter(
    (job) => restoreIdOfJobName(job.name) === record.restoreId,
  );
  const found = new Map([...known.filter((job) => job !== null), ...named].map((job) => [job.jobId, job]));
  return [...found.values()];
}
