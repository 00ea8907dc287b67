import type { DtsJob } from "../../cloud/dts";
import { jobCondition } from "../../cloud/statuses";
import type { JobFacts } from "../../restore/decide/prechecking";
import type { RestoreRecord } from "../../restore/model/record";
import type { CloudView } from "../cloud-view";
import type { Dependencies } from "../dependencies";

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
