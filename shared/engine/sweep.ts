import type { DtsJob } from "../cloud/dts";
import type { RdsInstance } from "../cloud/rds";
import { jobCondition } from "../cloud/statuses";
import { isOurs } from "../restore/decide/source";
import { jobNamePrefix, restoreIdOfJobName } from "../restore/names";
import type { Dependencies } from "./dependencies";

export interface SweepReport {
  readonly deletedJobs: readonly string[];
  readonly deletedInstances: readonly string[];
  /** Temporary instances that no restore of ours made, and jobs with our kind of name that no restore of this store knows. */
  readonly foreign: readonly string[];
  /** Bought and never configured: nothing tells whose they are. */
  readonly unconfigured: readonly string[];
}

/**
 * Looks for what should not be there: jobs of closed restores are stopped and deleted, instances of closed restores are deleted after
 * the same three-fold check as ever; everything else that is strange is reported and left alone.
 */
export async function sweep(deps: Dependencies): Promise<SweepReport> {
  const jobs = await sweepJobs(deps);
  const instances = await sweepInstances(deps);
  const report = {
    deletedJobs: jobs.deleted,
    deletedInstances: instances.deleted,
    foreign: [...jobs.foreign, ...instances.foreign],
    unconfigured: await unconfiguredPurchases(deps),
  };
  const isNews = report.deletedJobs.length + report.deletedInstances.length + report.unconfigured.length > 0;
  deps.log(isNews ? "warn" : "info", "sweep", { ...report });
  return report;
}

async function sweepJobs(deps: Dependencies): Promise<{ deleted: string[]; foreign: string[] }> {
  const deleted: string[] = [];
  const foreign: string[] = [];
  for (const job of await deps.dts.listJobsByPrefix(jobNamePrefix)) {
    const restoreId = restoreIdOfJobName(job.name);
    if (restoreId === null) continue;
    const owner = await deps.store.read(restoreId);
    // A job of another deployment's restore looks like this: it is named, not touched.
    if (!owner) foreign.push(`job ${job.jobId} (${job.name})`);
    else if (owner.record.status === "closed") deleted.push(await removeJob(deps, job));
  }
  return { deleted, foreign };
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

async function removeJob(deps: Dependencies, job: DtsJob): Promise<string> {
  if (["migrating", "paused", "failed"].includes(jobCondition(job.status))) await deps.dts.stopJob(job.jobId);
  await deps.dts.deleteJob(job.jobId);
  return job.jobId;
}

async function sweepInstances(deps: Dependencies): Promise<{ deleted: string[]; foreign: string[] }> {
  const deleted: string[] = [];
  const foreign: string[] = [];
  for (const listed of await deps.rds.listTemporaryInstances()) {
    const owner = await ownerOf(deps, listed);
    if (!owner) foreign.push(`instance ${listed.id} (created ${new Date(listed.createdAtMs).toISOString()})`);
    if (owner?.status !== "closed") continue;
    const instance = await deps.rds.describeInstance(listed.id);
    if (!instance || !isOurs(owner, instance) || instance.status.toLowerCase() !== "running") continue;
    await deps.rds.deleteInstance(instance.id);
    deleted.push(instance.id);
  }
  return { deleted, foreign };
}

/** The restore whose ledger names the instance: its id came from the create's answer or from a person. */
async function ownerOf(deps: Dependencies, instance: RdsInstance) {
  if (instance.masterInstanceId === null) return null;
  const restores = await deps.store.list({ masterInstanceId: instance.masterInstanceId, limit: 50 });
  return restores.find((record) => record.temporaryInstance?.id === instance.id) ?? null;
}
