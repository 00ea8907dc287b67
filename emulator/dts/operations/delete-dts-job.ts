import type { RpcParameters } from "../../core/rpc-service";
import type { Job } from "../job";
import type { JobBook } from "../job-book";
import { type Operation, standardAnswer } from "../operation";
import { listOf, oneOf, required } from "../parameters";
import { invalidParameter, wrongStatus } from "../refusal";

const JOBS_MAX = 10;

/** DeleteDtsJob: releases the job and its instance for good. */
export const deleteDtsJob: Operation = (parameters, book) => {
  requireMigration(parameters);
  const job = book.select(parameters);
  refuseWriting(job, book);
  book.remove(job);
  return standardAnswer();
};

/** DeleteDtsJobs: up to ten job ids, one verdict: all are deleted or none. */
export const deleteDtsJobs: Operation = (parameters, book) => {
  requireMigration(parameters);
  required(parameters, "DtsJobIds");
  const ids = listOf(parameters, "DtsJobIds") ?? [];
  if (ids.length > JOBS_MAX) throw invalidParameter("DtsJobIds", `more than ${JOBS_MAX} jobs`);
  const jobs = ids.map((id) => book.select({ ...parameters, DtsJobId: id }));
  for (const job of jobs) refuseWriting(job, book);
  for (const job of jobs) book.remove(job);
  return standardAnswer();
};

function requireMigration(parameters: RpcParameters): void {
  oneOf(parameters, "JobType", ["MIGRATION"], "MIGRATION");
}

function refuseWriting(job: Job, book: JobBook): void {
  const isWriting = job.status === "Migrating" || job.status === "Retrying";
  if (isWriting && !book.world.capabilities.deleteMigratingJob) throw wrongStatus("DeleteDtsJob", job.status);
}
