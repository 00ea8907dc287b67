import { ServiceError } from "../core/service-error";
import { SqlError } from "../data/sql-error";
import type { Instance } from "../rds/instance";
import { connect } from "./connection";
import { allRowsCopied, copyNextChunk, nextChunkMs, parentsFirst, rewindCurrentTable } from "./data-stage";
import type { DtsWorld } from "./dts-world";
import type { Job, Stage } from "./job";
import type { JobConfiguration } from "./job-configuration";
import { checkingItems, precheck } from "./precheck";
import { selectTables } from "./selected-tables";
import { addConstraints, createTables } from "./structure-stage";
import { newTask } from "./table-task";

/**
 * How a job moves. Each function takes the moment at which the move happens; `nextAtMs` names the moment of the next one,
 * and `advance` makes it.
 *
 *   NotStarted → Prechecking → PrecheckFailed | PreCheckPass | Migrating (structure, rows, constraints) → Finished
 *   Migrating ⇄ Suspending;  Migrating ⇄ Retrying → MigrationFailed → Migrating (by hand or by itself)
 */
export function advance(job: Job, world: DtsWorld, atMs: number): void {
  job.nextAtMs = undefined;
  job.updatedAtMs = atMs;
  if (job.status === "Prechecking") finishPrecheck(job, world, atMs);
  else if (job.status === "MigrationFailed") resumeMigration(job, world, atMs);
  else migrate(job, world, atMs);
}

export function startPrecheck(job: Job, world: DtsWorld, atMs: number, migratesAfter: boolean): void {
  job.status = "Prechecking";
  job.errorMessage = "";
  job.migratesAfterPrecheck = migratesAfter;
  job.precheckStartedAtMs = atMs;
  job.precheckItems = checkingItems();
  setStage(job.precheck, "Checking");
  job.nextAtMs = atMs + world.timings.precheckMs;
}

/** From PreCheckPass. The selection is resolved now: the source may have changed since the precheck. */
export function startMigration(job: Job, world: DtsWorld, atMs: number): void {
  job.bootAtMs ??= atMs;
  resumeMigration(job, world, atMs);
}

/** Goes on where a pause or a failure stopped. */
export function resumeMigration(job: Job, world: DtsWorld, atMs: number): void {
  if (job.status === "MigrationFailed") rewindCurrentTable(job);
  job.status = "Migrating";
  job.errorMessage = "";
  job.retry = undefined;
  setStage(stageAtWork(job), "Migrating");
  job.nextAtMs = atMs + pauseBeforeStepMs(job, world);
}

/** The resting state of a pause; also what a hand in the console does. */
export function suspendMigration(job: Job): void {
  job.status = "Suspending";
  job.retry = undefined;
  job.nextAtMs = undefined;
  setStage(stageAtWork(job), "Suspending");
}

/** Final: `Finished` although not all rows are copied. What was written stays. */
export function stopJob(job: Job, atMs: number): void {
  const stage = job.status === "Prechecking" ? job.precheck : stageAtWork(job);
  if (stage.status === "Migrating" || stage.status === "Checking") setStage(stage, "Suspending");
  job.status = "Finished";
  job.retry = undefined;
  job.nextAtMs = undefined;
  job.finishedAtMs = atMs;
}

export function failMigration(job: Job, world: DtsWorld, atMs: number, message: string): void {
  const { resumeEveryMs, resumeForMs } = world.recovery;
  job.status = "MigrationFailed";
  job.errorMessage = message;
  job.retry = undefined;
  setStage(stageAtWork(job), "Failed", message);
  job.failedSinceMs ??= atMs;
  const resumes = resumeEveryMs !== undefined && atMs - job.failedSinceMs < resumeForMs;
  job.nextAtMs = resumes ? atMs + resumeEveryMs : undefined;
}

function finishPrecheck(job: Job, world: DtsWorld, atMs: number): void {
  job.precheckItems = precheck(configurationOf(job), world);
  const failed = job.precheckItems.filter((item) => item.state !== "Success");
  if (failed.length > 0) {
    job.status = "PrecheckFailed";
    setStage(job.precheck, "Failed", `CHECK__ERROR: ${failed.map((item) => item.item).join(",")}`);
    return;
  }
  setStage(job.precheck, "Finished");
  job.status = "PreCheckPass";
  if (job.migratesAfterPrecheck) startMigration(job, world, atMs);
}

/** One step: the structure as a whole, one chunk of rows, or the end. */
function migrate(job: Job, world: DtsWorld, atMs: number): void {
  const { source, destination } = configurationOf(job);
  const from = connect(source, world);
  const to = connect(destination, world);
  if ("problem" in from || "problem" in to) {
    if ("problem" in from) retryLater(job, world, atMs, "srcDB", from.problem);
    else if ("problem" in to) retryLater(job, world, atMs, "destDB", to.problem);
    return;
  }
  job.status = "Migrating";
  job.errorMessage = "";
  job.retry = undefined;
  try {
    step(job, from.instance, to.instance, world, atMs);
  } catch (error) {
    // The databases and RDS may refuse a write; anything else is a bug of the local cloud.
    if (!(error instanceof SqlError) && !(error instanceof ServiceError)) throw error;
    failMigration(job, world, atMs, `${errorCode(job, error)}: ${error.message}`);
  }
}

function step(job: Job, source: Instance, target: Instance, world: DtsWorld, atMs: number): void {
  const { migrateStructure, migrateData } = configurationOf(job);
  const opens = job.tasks.length === 0;
  if (opens) resolveTasks(job, source, target, world);
  if (migrateStructure && job.structure.status !== "Finished") {
    createTables(job, source, target, world, atMs);
    setStage(job.structure, "Finished");
    if (migrateData) setStage(job.data, "Migrating");
  } else if (migrateData && !opens) {
    copyNextChunk(job, source, target, world, atMs);
  }
  if (migrateData && !allRowsCopied(job)) {
    job.nextAtMs = atMs + nextChunkMs(job, world);
    return;
  }
  addConstraints(job, source, target, world, atMs);
  if (migrateData) setStage(job.data, "Finished");
  job.status = "Finished";
  job.finishedAtMs = atMs;
}

function resolveTasks(job: Job, source: Instance, target: Instance, world: DtsWorld): void {
  const selection = selectTables(configurationOf(job).databases, source.data, world.capabilities.tableKeys);
  const [problem] = selection.problems;
  if (problem) throw new SqlError(208, problem);
  const tasks = selection.tables.map((selected) => {
    const table = source.data.database(selected.sourceDatabase)!.table(selected.sourceSchema, selected.sourceTable)!;
    return newTask(selected, table.definition, table.rowCount);
  });
  job.tasks = parentsFirst(tasks, target);
}

function retryLater(job: Job, world: DtsWorld, atMs: number, end: "srcDB" | "destDB", problem: string): void {
  const sinceMs = job.retry?.sinceMs ?? atMs;
  if (atMs - sinceMs >= world.recovery.retryForMs) {
    failMigration(job, world, atMs, problem);
    return;
  }
  job.status = "Retrying";
  job.errorMessage = problem;
  job.retry = { sinceMs, count: (job.retry?.count ?? 0) + 1, end };
  job.nextAtMs = atMs + world.recovery.retryEveryMs;
}

function stageAtWork(job: Job): Stage {
  const structureIsNext = configurationOf(job).migrateStructure && job.structure.status !== "Finished";
  return structureIsNext ? job.structure : job.data;
}

function pauseBeforeStepMs(job: Job, world: DtsWorld): number {
  if (stageAtWork(job) === job.structure) return world.timings.structureMs;
  return nextChunkMs(job, world);
}

/** 1020042: an object could not be created; 30019: a column is missing on the target; 30020: SQL failed. */
function errorCode(job: Job, error: SqlError | ServiceError): string {
  if (stageAtWork(job) === job.structure) return "DTS-1020042";
  return error instanceof SqlError && error.number === 207 ? "DTS-30019" : "DTS-30020";
}

function configurationOf(job: Job): JobConfiguration {
  if (!job.configuration) throw new Error(`the job ${job.id} moves without a configuration`);
  return job.configuration;
}

function setStage(stage: Stage, status: Stage["status"], errorMessage = ""): void {
  stage.status = status;
  stage.errorMessage = errorMessage;
}
