/** What a raw status string of the cloud means to us. The sets are open: an unknown status is busy, never ready, never failed. */
export type InstanceCondition = "running" | "leaving" | "busy";

/** RDS instance states (RDS documentation, "Instance state table"; read 2026-11). Compared without case. */
export function instanceCondition(status: string): InstanceCondition {
  switch (status.toLowerCase()) {
    case "running":
      return "running";
    case "deleting":
    case "released":
      return "leaving";
    default:
      return "busy";
  }
}

/** It is gone, and only the recycle bin still shows it. */
export function isReleased(status: string): boolean {
  return status.toLowerCase() === "released";
}

export type JobCondition =
  | "not-configured"
  | "not-started"
  | "prechecking"
  | "precheck-failed"
  | "precheck-passed"
  | "migrating"
  | "paused"
  | "failed"
  | "finished"
  | "unknown";

/** DTS job states of a full migration (DescribeDtsJobs and the SDK's comments on `Status`; read 2026-11). Compared without case. */
const jobConditions: ReadonlyMap<string, JobCondition> = new Map(
  Object.entries<JobCondition>({
    notconfigured: "not-configured",
    notstarted: "not-started",
    prechecking: "prechecking",
    precheckfailed: "precheck-failed",
    precheckpass: "precheck-passed",
    migrating: "migrating",
    retrying: "migrating",
    suspending: "paused",
    migrationfailed: "failed",
    failed: "failed",
    finished: "finished",
  }),
);

export function jobCondition(status: string): JobCondition {
  return jobConditions.get(status.toLowerCase()) ?? "unknown";
}

/** The copy of rows has begun: rows may be on the master. */
export function hasBegunToWrite(status: string): boolean {
  return mayStillWrite(status) || jobCondition(status) === "finished";
}

/** The job must be stopped before it is deleted: it writes, or could go on writing. */
export function mayStillWrite(status: string): boolean {
  return ["migrating", "paused", "failed"].includes(jobCondition(status));
}

/** Codes of RDS that mean "there is no such instance" (rds documentation, error codes); statuses vary, codes do not. */
const noInstanceCodes: ReadonlySet<string> = new Set([
  "InvalidDBInstanceId.NotFound",
  "InvalidDBInstanceName.NotFound",
  "InvalidDBInstance.NotFound",
  "Forbidden.InstanceNotFound",
]);

export function meansNoInstance(code: string): boolean {
  return noInstanceCodes.has(code);
}
