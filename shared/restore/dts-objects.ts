import { restoredDatabaseName } from "./names";
import { canonicalJson, type PlannedDatabase } from "./plan";
import type { TableFacts } from "./record";
import type { ObjectSelection, RestoreRequest } from "./request";

/**
 * The `DbList` of a migration job: one function, because how SQL Server schemas appear in it is undocumented. Tables are
 * keyed by their bare names (dts documentation, "Objects of DTS tasks"), so one task cannot carry the same table name from two schemas.
 * Canonical JSON, so that what DTS stores can be compared with what was meant.
 */
export function dtsObjects(databases: readonly PlannedDatabase[]): string {
  const list: Record<string, unknown> = {};
  for (const database of databases) {
    if (database.whole) {
      list[database.database] = { name: database.targetDatabase, all: true };
      continue;
    }
    const tables: Record<string, unknown> = {};
    for (const table of database.tables) tables[table.name] = { name: table.targetName, all: true };
    list[database.database] = { name: database.targetDatabase, all: false, Table: tables };
  }
  return canonicalJson(list);
}

/** Opted in by naming the database itself: its tables arrive in it under new names. */
export function isBesideItself(object: ObjectSelection): boolean {
  return object.restoredName?.toLowerCase() === object.database.toLowerCase();
}

/** What the request asks to be written, with every name decided. `facts` are the tables seen on the temporary instance, when it was reachable. */
export function planDatabases(
  request: RestoreRequest,
  restoreId: string,
  restoreTimeMs: number,
  characterSets: ReadonlyMap<string, string>,
  facts: readonly TableFacts[],
): PlannedDatabase[] {
  return request.objects.map((object) => {
    const createsDatabase = request.writeBack === "side-by-side" && !isBesideItself(object);
    const targetDatabase = createsDatabase
      ? (object.restoredName ?? restoredDatabaseName(object.database, restoreTimeMs, restoreId))
      : object.database;
    const seen = facts.filter((fact) => fact.database.toLowerCase() === object.database.toLowerCase());
    const wanted = object.tables ?? seen.map((fact) => ({ schema: fact.schema, name: fact.name, restoredName: null }));
    return {
      database: object.database,
      targetDatabase,
      createsDatabase,
      characterSet: characterSets.get(object.database.toLowerCase()) ?? "Chinese_PRC_CI_AS",
      whole: object.tables === null,
      tables: wanted.map((table) => ({
        schema: table.schema,
        name: table.name,
        targetName: table.restoredName ?? table.name,
        rows:
          seen.find(
            (fact) =>
              fact.schema.toLowerCase() === table.schema.toLowerCase() &&
              fact.name.toLowerCase() === table.name.toLowerCase(),
          )?.rows ?? null,
      })),
    };
  });
}
