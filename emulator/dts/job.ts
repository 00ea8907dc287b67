import type { JobConfiguration } from "./job-configuration";
import type { PrecheckItem } from "./precheck";
import type { TableTask } from "./table-task";

/** Exact strings of `Status` for a full migration (note the casing). `Suspending` is the lasting state of a pause. */
export type JobStatus =
  | "NotConfigured"
  | "NotStarted"
  | "Prechecking"
  | "PrecheckFailed"
  | "PreCheckPass"
  | "Migrating"
  | "Retrying"
  | "Suspending"
  | "MigrationFailed"
  | "Finished";

export type StageStatus = "NotStarted" | "Suspending" | "Checking" | "Migrating" | "Failed" | "Finished";

export interface Stage {
  status: StageStatus;
  errorMessage: string;
}

/** One migration job: plain state plus the moment at which it moves by itself (see migration.ts); nothing runs on a timer. */
export interface Job {
  readonly id: string;
  readonly createdAtMs: number;
  name: string;
  /** Set once bought. */
  instanceId: string | undefined;
  instanceClass: string;
  configuration: JobConfiguration | undefined;
  status: JobStatus;
  nextAtMs: number | undefined;
  updatedAtMs: number;
  /** First start of the migration, and its end. */
  bootAtMs: number | undefined;
  finishedAtMs: number | undefined;
  /** Set once deleted; until the list lag has passed, lists still show it. */
  deletedAtMs: number | undefined;
  errorMessage: string;
  precheckStartedAtMs: number;
  /** A started, bought job goes on to write; an unbought one rests after the precheck. */
  migratesAfterPrecheck: boolean;
  readonly precheck: Stage;
  precheckItems: readonly PrecheckItem[];
  readonly structure: Stage;
  readonly data: Stage;
  /** The selected tables, from the start of the migration on. */
  tasks: TableTask[];
  /** Present while an end cannot be reached. */
  retry: { readonly sinceMs: number; readonly count: number; readonly end: "srcDB" | "destDB" } | undefined;
  /** First failure; resuming by itself ends some days after it. */
  failedSinceMs: number | undefined;
}

export function newJob(id: string, createdAtMs: number): Job {
  const notStarted = (): Stage => ({ status: "NotStarted", errorMessage: "" });
  return {
    id,
    createdAtMs,
    name: "",
    instanceId: undefined,
    instanceClass: "",
    configuration: undefined,
    status: "NotConfigured",
    nextAtMs: undefined,
    updatedAtMs: createdAtMs,
    bootAtMs: undefined,
    finishedAtMs: undefined,
    deletedAtMs: undefined,
    errorMessage: "",
    precheckStartedAtMs: createdAtMs,
    migratesAfterPrecheck: false,
    precheck: notStarted(),
    precheckItems: [],
    structure: notStarted(),
    data: notStarted(),
    tasks: [],
    retry: undefined,
    failedSinceMs: undefined,
  };
}
