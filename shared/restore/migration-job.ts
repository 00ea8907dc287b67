import { jobName } from "./model/names";
import type { MigrationJob, RestoreRecord } from "./model/record";

export function freshJob(restoreId: string, attempt: number): MigrationJob {
  return {
    attempt,
    name: jobName(restoreId, attempt),
    jobId: null,
    dtsInstanceId: null,
    configured: false,
    started: false,
    buySent: false,
    missingSinceMs: null,
  };
}

export function withNewAttempt(record: RestoreRecord): RestoreRecord {
  const old = record.job;
  return {
    ...record,
    job: freshJob(record.restoreId, (old?.attempt ?? 0) + 1),
    staleJobs: old?.jobId ? [...record.staleJobs, old.jobId] : record.staleJobs,
    target: null,
    precheckItems: [],
    plan: null,
    planHash: null,
    approval: null,
  };
}
