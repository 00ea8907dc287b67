import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { World } from "../world";
import type { Break } from "./promise-broken";

/** Whoever reads that others took something away or stopped it acts on it: it must be so. */
export function judgeBlame(record: RestoreRecord, { rds, dts }: World, broken: Break): void {
  const untrue = (fact: string) =>
    broken("true-outcome", `${record.restoreId} ended by ${record.reason?.code}, but ${fact}`);
  const instanceId = record.temporaryInstance?.id;
  const job = record.job?.jobId ? dts.job(record.job.jobId) : undefined;
  switch (record.reason?.code) {
    case "source-released":
      if (instanceId && rds.instance(instanceId) && rds.status(instanceId) !== "Deleting")
        throw untrue(`${instanceId} is ${rds.status(instanceId)}`);
      break;
    case "job-stopped":
      if (job?.data.status === "Finished") throw untrue(`${job.name} has copied everything`);
      break;
    case "job-deleted":
      if (job && job.deletedAtMs === undefined) throw untrue(`${job.name} is ${job.status}`);
      break;
  }
}
