import type { Database } from "../data/database";
import { SqlError } from "../data/sql-error";
import type { Instance } from "../rds/instance";
import type { DtsWorld } from "./dts-world";
import type { Job } from "./job";
import { writableDatabase } from "./structure-stage";
import type { TableTask } from "./table-task";
import { writeRows } from "./write-rows";

const CHUNK_ROWS_MAX = 5_000;

/** Copies the next chunk. @throws SqlError of either side */
export function copyNextChunk(job: Job, source: Instance, target: Instance, world: DtsWorld, atMs: number): void {
  const task = currentTask(job);
  if (!task) return;
  const rows = openRows(task, source);
  const chunk = rows.slice(task.rowsRead, task.rowsRead + chunkRows(task, world));
  const database = writableDatabase(target, task.targetDatabase);
  const table = database.table(task.targetSchema, task.targetTable);
  if (!table) throw new SqlError(208, `Invalid object name '${task.targetSchema}.${task.targetTable}'.`);
  const from = { database: databaseOf(source, task.sourceDatabase), definition: task.sourceDefinition };
  writeRows({ instance: target, database, table }, from, chunk, world, atMs);
  task.rowsRead += chunk.length;
  if (task.rowsRead < rows.length) return;
  task.rowsDone = true;
  task.rows = undefined;
}

/** Are all rows copied? */
export function allRowsCopied(job: Job): boolean {
  return currentTask(job) === undefined;
}

/** How long the next chunk takes. */
export function nextChunkMs(job: Job, world: DtsWorld): number {
  const task = currentTask(job);
  return task ? (chunkRows(task, world) / world.timings.rowsPerSecond) * 1000 : 0;
}

/** After a failure the table at hand is read again from its beginning: keyed rows are found, keyless ones appended twice. */
export function rewindCurrentTable(job: Job): void {
  const task = currentTask(job);
  if (!task) return;
  task.rowsRead = 0;
  task.rows = undefined;
}

/** Parents before children, by the foreign keys on the target; otherwise in the order of the selection. */
export function parentsFirst(tasks: readonly TableTask[], target: Instance): TableTask[] {
  const parents = parentsOf(tasks, target);
  const waiting = [...tasks];
  const ordered = new Set<TableTask>();
  while (waiting.length > 0) {
    const free = waiting.findIndex((task) => parents.get(task)?.every((parent) => ordered.has(parent)));
    // A cycle has no right order; the target decides.
    for (const task of waiting.splice(Math.max(free, 0), 1)) ordered.add(task);
  }
  return [...ordered];
}

/** Of each task the others whose rows its own refer to. */
function parentsOf(tasks: readonly TableTask[], target: Instance): Map<TableTask, TableTask[]> {
  const keyOf = (database: string, schema: string, table: string) =>
    `${database.toLowerCase()}\u0000${target.data.database(database)?.tableKey(schema, table)}`;
  const byKey = new Map(
    tasks.map((task) => [keyOf(task.targetDatabase, task.targetSchema, task.targetTable), task] as const),
  );
  const parents = (task: TableTask) => {
    const { targetDatabase, targetSchema, targetTable } = task;
    const table = target.data.database(targetDatabase)?.table(targetSchema, targetTable);
    const referenced = table?.definition.foreignKeys ?? [];
    return referenced
      .flatMap((key) => byKey.get(keyOf(targetDatabase, key.referencedSchema, key.referencedTable)) ?? [])
      .filter((parent) => parent !== task);
  };
  return new Map(tasks.map((task) => [task, parents(task)]));
}

function currentTask(job: Job): TableTask | undefined {
  return job.tasks.find((task) => !task.rowsDone);
}

function databaseOf(source: Instance, name: string): Database {
  const database = source.data.database(name);
  if (!database)
    throw new SqlError(911, `Database '${name}' does not exist. Make sure that the name is entered correctly.`);
  return database;
}

function openRows(task: TableTask, source: Instance): NonNullable<TableTask["rows"]> {
  if (!task.rows) {
    const table = databaseOf(source, task.sourceDatabase).table(task.sourceSchema, task.sourceTable);
    if (!table) throw new SqlError(208, `Invalid object name '${task.sourceSchema}.${task.sourceTable}'.`);
    task.rows = [...table.rows.values()];
    task.rowsTotal = task.rows.length;
  }
  return task.rows;
}

/** Half a second of work, so that a reader sees rows arrive. */
function chunkRows(task: TableTask, world: DtsWorld): number {
  const size = Math.min(CHUNK_ROWS_MAX, Math.max(1, Math.floor(world.timings.rowsPerSecond / 2)));
  return Math.min(size, task.rowsTotal - task.rowsRead);
}
