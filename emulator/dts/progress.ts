import type { DtsWorld } from "./dts-world";
import type { Job } from "./job";

/** A stage as DescribeDtsJobs shows it: `Percent` and `Progress` are strings. */
export interface StageProgress {
  readonly Status: string;
  readonly Percent: string;
  readonly ErrorMessage: string;
}

export function precheckProgress(job: Job, world: DtsWorld): StageProgress & { readonly Detail: readonly object[] } {
  const checked = job.precheckItems.filter((item) => item.state === "Success" || item.state === "Failed");
  const elapsedMs = world.clock.nowMs() - job.precheckStartedAtMs;
  const percent = { Checking: share(elapsedMs, world.timings.precheckMs), NotStarted: 0 };
  return {
    Status: job.precheck.status,
    Percent: String(percent[job.precheck.status as keyof typeof percent] ?? 100),
    ErrorMessage: job.precheck.errorMessage,
    Detail: checked.map((item) => ({
      CheckItem: item.item,
      CheckItemDescription: `${item.item}_DETAIL`,
      CheckResult: item.state,
      FailedReason: item.state === "Failed" ? errorKey(item.item) : "",
      RepairMethod: item.state === "Failed" ? `${errorKey(item.item)}_REPAIR` : "",
    })),
  };
}

/** `Progress` counts tables. */
export function structureProgress(job: Job): StageProgress & { readonly Progress: string } {
  const created = job.tasks.filter((task) => task.created).length;
  return {
    Status: job.structure.status,
    Percent: job.structure.status === "Finished" ? "100" : String(share(created, job.tasks.length)),
    Progress: String(created),
    ErrorMessage: job.structure.errorMessage,
  };
}

/** `Progress` counts rows, also those that were left as they are on the target. */
export function dataProgress(job: Job): StageProgress & { readonly Progress: string } {
  const read = job.tasks.reduce((sum, task) => sum + task.rowsRead, 0);
  const total = job.tasks.reduce((sum, task) => sum + task.rowsTotal, 0);
  return {
    Status: job.data.status,
    Percent: job.data.status === "Finished" ? "100" : String(share(read, total)),
    Progress: String(read),
    ErrorMessage: job.data.errorMessage,
  };
}

/** `CHECK_SAME_OBJ` → `CHECK__ERROR_SAME_OBJ`: DTS answers i18n keys, not prose. */
export function errorKey(item: string): string {
  return item.replace(/^CHECK_/, "CHECK__ERROR_");
}

/** Whole percent; 100 is reserved for a finished stage. */
function share(done: number, total: number): number {
  return total === 0 ? 0 : Math.min(99, Math.floor((done / total) * 100));
}
