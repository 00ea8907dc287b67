import type { Database } from "../data/database";
import { SqlError } from "../data/sql-error";
import type { Instance } from "../rds/instance";
import { requireUnlocked } from "../rds/lock";
import type { DatabaseSelection } from "./db-list";
import type { DtsWorld } from "./dts-world";
import type { Job } from "./job";
import type { TableTask } from "./table-task";
import { targetDefinition, targetForeignKeys } from "./target-definition";
import { writeTimeMs } from "./write-rows";

/**
 * Before the rows: databases that the target lacks (with the source's collation), the tables, and views and synonyms of whole databases. A table that exists makes
 * the stage fail, whatever the mode: mode 2 only skips the precheck. Tables made before a failure stay; a retry goes on
 * behind them.
 * @throws SqlError 2714 of the target, the table's task carries the message
 */
export function createTables(job: Job, source: Instance, target: Instance, world: DtsWorld, atMs: number): void {
  createDatabases(job, source, target, world);
  for (const task of job.tasks) {
    if (task.created) continue;
    const database = writableDatabase(target, task.targetDatabase);
    try {
      const change = { kind: "create-table", definition: targetDefinition(task) } as const;
      database.commit(writeTimeMs(database, atMs), [change]);
    } catch (error) {
      if (error instanceof SqlError) task.structureError = error.message;
      throw error;
    }
    task.created = true;
    task.structureError = "";
  }
  for (const selection of job.configuration?.databases ?? [])
    if (selection.tables === "whole") createObjects(selection, source, target, atMs);
}

/** The types, views and synonyms of a whole database; those that an earlier try made are there already. */
function createObjects(selection: DatabaseSelection, source: Instance, target: Instance, atMs: number): void {
  const database = writableDatabase(target, selection.targetDatabase);
  const from = source.data.database(selection.database);
  for (const definition of from?.names.types() ?? []) {
    if (database.names.type(definition.schema, definition.name)) continue;
    database.commit(writeTimeMs(database, atMs), [{ kind: "create-type", definition }]);
  }
  for (const definition of from?.objects() ?? []) {
    if (database.object(definition.schema, definition.name) === definition) continue;
    database.commit(writeTimeMs(database, atMs), [{ kind: "create-object", definition }]);
  }
}

/** After the rows: triggers of whole databases, and foreign keys where DTS brings them. */
export function addConstraints(job: Job, source: Instance, target: Instance, world: DtsWorld, atMs: number): void {
  for (const task of job.tasks) {
    const database = writableDatabase(target, task.targetDatabase);
    const table = database.table(task.targetSchema, task.targetTable);
    if (!task.created || !table) continue;
    const from = source.data.database(task.sourceDatabase);
    const brings = from && world.capabilities.migratesForeignKeys;
    const foreignKeys = brings ? targetForeignKeys(task, siblings(job, task), from) : [];
    const triggers = task.wholeDatabase ? task.sourceDefinition.triggers : [];
    if (foreignKeys.length + triggers.length === 0) continue;
    const definition = { ...table.definition, foreignKeys, triggers };
    database.commit(writeTimeMs(database, atMs), [{ kind: "alter-table", definition }]);
  }
}

/** @throws SqlError 911 when the target lost the database meanwhile, 3906 when it is locked */
export function writableDatabase(target: Instance, name: string): Database {
  requireUnlocked(target, { name });
  const database = target.data.database(name);
  if (!database)
    throw new SqlError(911, `Database '${name}' does not exist. Make sure that the name is entered correctly.`);
  return database;
}

function createDatabases(job: Job, source: Instance, target: Instance, world: DtsWorld): void {
  for (const selection of job.configuration?.databases ?? []) {
    if (target.data.database(selection.targetDatabase)) continue;
    requireUnlocked(target, { name: selection.targetDatabase });
    const collation = source.data.database(selection.database)?.collation ?? source.collation;
    world.instances.createDatabase(target, selection.targetDatabase, collation);
  }
}

/** A foreign key cannot leave its database. */
function siblings(job: Job, task: TableTask): TableTask[] {
  return job.tasks.filter((other) => other.targetDatabase.toLowerCase() === task.targetDatabase.toLowerCase());
}
