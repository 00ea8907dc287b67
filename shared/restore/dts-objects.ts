import { restoredDatabaseName } from "./names";
import { canonicalJson, type PlannedDatabase } from "./plan";
import type { MasterFacts, Verification } from "./record";
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

/** The whole database is gone from the master and is made again. Where databases could not be listed, nothing is known. */
function isDropped(database: string, master: MasterFacts | null): boolean {
  return master?.databasesListed === true && master.characterSets[database] === undefined;
}

/** What the request asks to be written, with every name decided. `verification` is what was seen on the temporary instance, when it was reachable. */
export function planDatabases(
  request: RestoreRequest,
  restoreId: string,
  restoreTimeMs: number,
  master: MasterFacts | null,
  verification: Pick<Verification, "tables" | "collations"> | null,
): PlannedDatabase[] {
  return request.objects.map((object) => {
    const source = object.database.toLowerCase();
    const dropped = isDropped(source, master);
    const aside = request.writeBack === "side-by-side" && (dropped || !isBesideItself(object));
    const targetDatabase = aside
      ? (object.restoredName ?? restoredDatabaseName(object.database, restoreTimeMs, restoreId))
      : object.database;
    const seen = (verification?.tables ?? []).filter((fact) => fact.database.toLowerCase() === source);
    // Of names that differ by case only, the first counts.
    const rows = new Map(seen.toReversed().map((fact) => [nameOf(fact), fact.rows]));
    const wanted = object.tables ?? seen.map((fact) => ({ schema: fact.schema, name: fact.name, restoredName: null }));
    return {
      database: object.database,
      targetDatabase,
      createsDatabase: aside || (request.writeBack === "same-name" && dropped),
      characterSet:
        master?.characterSets[source] ?? verification?.collations[source] ?? (master?.collation || "Chinese_PRC_CI_AS"),
      whole: object.tables === null,
      tables: wanted.map((table) => ({
        schema: table.schema,
        name: table.name,
        targetName: table.restoredName ?? table.name,
        rows: rows.get(nameOf(table)) ?? null,
      })),
    };
  });
}

function nameOf(table: { readonly schema: string; readonly name: string }): string {
  return `${table.schema}.${table.name}`.toLowerCase();
}
