import type { DtsJob } from "../../cloud/dts";
import type { WithdrawingFacts } from "../../restore/decide/withdrawing";
import { isFirstMiss, isJobStuck } from "../../restore/decide/withdrawing";
import { leftTableName, tablesInDoubt } from "../../restore/leftovers";
import { restoreIdOfJobName } from "../../restore/model/names";
import type { RestoreRecord } from "../../restore/model/record";
import { isClosedGroup } from "../../restore/openings";
import { plannedDatabases } from "../../restore/plan/dts-objects";
import { targetTables } from "../../restore/plan/target-obstacle";
import { shapesByDatabase } from "../../verification/target-survey";
import { reachableAddress, withSession } from "../connect";
import type { Dependencies } from "../dependencies";

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
  const looks = jobs.length === 0 && tablesInDoubt(record).length > 0;
  const leftTables = looks ? { leftTables: await readLeftTables(deps, record) } : {};
  return { jobs, instance, openGroups, unseenGroups, missesOpening, ...leftTables };
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

/** Names of the tables at the places that were to be written to; null: they cannot be read, or the login may not see all of them. */
async function readLeftTables(deps: Dependencies, record: RestoreRecord): Promise<ReadonlySet<string> | null> {
  const address = await reachableAddress(deps, record.request.masterInstanceId);
  if (!address) return null;
  const wanted = targetTables(record.plan?.databases ?? plannedDatabases(record));
  const read = await withSession(deps, record, "master", address, async (master) => {
    for (const database of new Set(wanted.map((table) => table.database)))
      if (!(await master.permissions(database)).select) return null;
    const shapes = await shapesByDatabase(master, wanted);
    return new Set(shapes.map((shape) => leftTableName(shape.database, shape.schema, shape.name)));
  });
  return read.value;
}
