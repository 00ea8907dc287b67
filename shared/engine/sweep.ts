import { CloudError } from "../cloud/cloud-error";
import type { DtsJob } from "../cloud/dts";
import type { RdsInstance } from "../cloud/rds";
import { mayStillWrite } from "../cloud/statuses";
import { jobNamePrefix, restoreIdOfJobName } from "../restore/model/names";
import type { RestoreRecord } from "../restore/model/record";
import { closedGroup, isClosedGroup } from "../restore/openings";
import { isOurs } from "../restore/temporary-instance";
import { watchedGroups } from "../restore/watched-calls";
import type { Dependencies } from "./dependencies";
import { duePages } from "./due";
import { recentRestores } from "./history";
import { type CloneAlarm, sweepClones } from "./sweep-clones";
import { isUsedByAnother } from "./whitelist-groups";

export interface SweepReport {
  readonly deletedJobs: readonly string[];
  readonly deletedInstances: readonly string[];
  /** Groups of ours that a late call had opened again. */
  readonly closedGroups: readonly string[];
  /** Temporary instances that no restore of ours made, and jobs with our kind of name that no restore of this store knows. */
  readonly foreign: readonly string[];
  /** Clones that are billed and should be gone. */
  readonly costlyClones: readonly CloneAlarm[];
  /** Bought and never configured: nothing tells whose they are. */
  readonly unconfigured: readonly string[];
}

interface Swept {
  readonly deleted: string[];
  readonly foreign: string[];
}

/**
 * Looks for what should not be there: jobs of restores that are withdrawn are stopped and deleted, their addresses closed, instances
 * of closed restores deleted after a check of id, kind and age. Everything else that is unexpected is reported and left alone.
 */
export async function sweep(deps: Dependencies): Promise<SweepReport> {
  const nothing = { deleted: [], foreign: [] };
  const jobs = await isolated(deps, "the jobs", () => sweepJobs(deps), nothing);
  const closedGroups = await isolated(deps, "the addresses", () => sweepAddresses(deps), []);
  const instances = await isolated(deps, "the instances", () => sweepInstances(deps), nothing);
  const guarded = (what: string, work: () => Promise<void>) => isolated(deps, what, work, undefined);
  const clones = await isolated(deps, "the clones", () => sweepClones(deps, guarded), { ...nothing, alarms: [] });
  const report = {
    deletedJobs: jobs.deleted,
    deletedInstances: [...instances.deleted, ...clones.deleted],
    closedGroups,
    foreign: [...jobs.foreign, ...instances.foreign, ...clones.foreign],
    costlyClones: clones.alarms,
    unconfigured: await isolated(deps, "the purchases", () => unconfiguredPurchases(deps), []),
  };
  const mended = report.deletedJobs.length + report.deletedInstances.length + closedGroups.length;
  deps.log(mended + report.unconfigured.length > 0 ? "warn" : "info", "sweep", { ...report });
  return report;
}

/** From `holding` on a restore has no job and no open address: what is there was made by a call that landed late. */
function isWithdrawn({ status }: RestoreRecord): boolean {
  return status === "holding" || status === "cleaning-up" || status === "closed";
}

/** What cannot be read or mended now does not keep the rest from it; the next sweep finds it again. */
async function isolated<Result>(
  deps: Dependencies,
  what: string,
  work: () => Promise<Result>,
  otherwise: Result,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CloudError) {
      const { service, action, code } = error;
      deps.log("warn", "the sweep could not mend", { what, service, action, code });
    } else {
      deps.log("error", "the sweep failed by an error of our own", {
        what,
        error: error instanceof Error ? error.message : String(error),
      });
    }
    return otherwise;
  }
}

async function sweepJobs(deps: Dependencies): Promise<Swept> {
  const swept: Swept = { deleted: [], foreign: [] };
  for (const job of await deps.dts.listJobsByPrefix(jobNamePrefix))
    await isolated(deps, job.jobId, () => sweepJob(deps, job, swept), undefined);
  return swept;
}

async function sweepJob(deps: Dependencies, job: DtsJob, swept: Swept): Promise<void> {
  const restoreId = restoreIdOfJobName(job.name);
  if (restoreId === null) return;
  const owner = await deps.store.read(restoreId);
  // A job of another deployment's restore looks like this: it is named, not touched.
  if (!owner) swept.foreign.push(`job ${job.jobId} (${job.name})`);
  if (!owner || !isWithdrawn(owner.record)) return;
  if (mayStillWrite(job.status)) await deps.dts.stopJob(job.jobId);
  await deps.dts.deleteJob(job.jobId);
  swept.deleted.push(job.jobId);
}

/**
 * Buy-first: a purchase whose answer was lost carries no name, so it cannot be told from anybody else's. Named once it is older than any
 * restore keeps a job of its own unconfigured, for as long as it exists.
 */
async function unconfiguredPurchases(deps: Dependencies): Promise<string[]> {
  if (deps.settings.dtsOrder !== "buy-first") return [];
  const ageMs = deps.durations.configureDeadlineMs + deps.durations.settleMs;
  return (await deps.dts.listUnconfiguredJobs())
    .filter((job) => job.createdAtMs !== null && job.createdAtMs < deps.clock.nowMs() - ageMs)
    .map(
      (job) =>
        `DTS instance ${job.dtsInstanceId ?? job.jobId} (bought ${new Date(job.createdAtMs!).toISOString()}) was never configured; it may be a purchase of a restore whose answer was lost. Release it in the DTS console if nobody needs it.`,
    );
}

/** Openings that were lost and may have landed since: our group is closed again wherever it admits somebody. */
async function sweepAddresses(deps: Dependencies): Promise<string[]> {
  const { sweepMs, leaseMs } = deps.durations;
  const closed: string[] = [];
  // A restore with doubts stays in the due list, and no pause is longer.
  for await (const page of duePages(deps, deps.clock.nowMs() + sweepMs + leaseMs)) {
    for (const { restoreId } of page) {
      const record = await isolated(deps, restoreId, () => withdrawn(deps, restoreId), null);
      for (const { instanceId, group } of record ? watchedGroups(record) : []) {
        const what = `${group} on ${instanceId}`;
        if (await isolated(deps, what, () => closeGroup(deps, record!, instanceId, group), false)) closed.push(what);
      }
    }
  }
  return closed;
}

async function withdrawn(deps: Dependencies, restoreId: string): Promise<RestoreRecord | null> {
  const record = (await deps.store.read(restoreId))?.record;
  return record && isWithdrawn(record) ? record : null;
}

async function closeGroup(
  deps: Dependencies,
  record: RestoreRecord,
  instanceId: string,
  group: string,
): Promise<boolean> {
  const entries = (await deps.rds.listWhitelist(instanceId))?.get(group);
  if (!entries || isClosedGroup(entries) || (await isUsedByAnother(deps, record, instanceId, group))) return false;
  await deps.rds.coverWhitelistGroup(instanceId, group, closedGroup);
  return true;
}

async function sweepInstances(deps: Dependencies): Promise<Swept> {
  const swept: Swept = { deleted: [], foreign: [] };
  for (const listed of await deps.rds.listTemporaryInstances())
    await isolated(deps, listed.id, () => sweepInstance(deps, listed, swept), undefined);
  return swept;
}

async function sweepInstance(deps: Dependencies, listed: RdsInstance, swept: Swept): Promise<void> {
  const owner = await ownerOf(deps, listed);
  if (!owner) swept.foreign.push(`instance ${listed.id} (created ${new Date(listed.createdAtMs).toISOString()})`);
  if (owner?.status === "closed" && (await removeInstance(deps, owner, listed.id))) swept.deleted.push(listed.id);
}

async function removeInstance(deps: Dependencies, owner: RestoreRecord, instanceId: string): Promise<boolean> {
  const instance = await deps.rds.describeInstance(instanceId);
  if (!instance || !isOurs(owner, instance) || instance.status.toLowerCase() !== "running") return false;
  await deps.rds.deleteInstance(instance.id);
  return true;
}

/** The restore whose ledger names the instance: its id came from the create's answer or from a person. */
async function ownerOf(deps: Dependencies, instance: RdsInstance) {
  if (instance.masterInstanceId === null) return null;
  const restores = await recentRestores(deps, instance.masterInstanceId);
  return restores.find((record) => record.temporaryInstance?.id === instance.id) ?? null;
}
