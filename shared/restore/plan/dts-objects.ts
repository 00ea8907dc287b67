import { canonicalJson } from "../../canonical-json";
import { databasesByName, isSameName, listedByName, tablesByName } from "../../object-name";
import type { RestoredName } from "../model/database-restore";
import { restoredDatabaseName } from "../model/names";
import type { MasterFacts, RestoreRecord, Verification } from "../model/record";
import type { ObjectSelection, RestoreRequest } from "../request/request";
import { writeBackOf } from "../write-back";
import type { PlannedDatabase } from "./plan";

/**
 * The `DbList` of a migration job: one function, because how SQL Server schemas appear in it is undocumented. Tables are
 * keyed by their bare names (dts documentation, "Objects of DTS tasks"), so one task cannot carry the same table name from two schemas.
 * Canonical JSON, so that what DTS stores can be compared with what was meant.
 */
export function dtsObjects(databases: readonly PlannedDatabase[]): string {
  const list = new Map<string, unknown>();
  for (const database of databases) {
    if (database.whole) {
      list.set(database.database, { name: database.targetDatabase, all: true });
      continue;
    }
    const tables = new Map(database.tables.map((table) => [table.name, { name: table.targetName, all: true }]));
    list.set(database.database, { name: database.targetDatabase, all: false, Table: tables });
  }
  return canonicalJson(list);
}

/** Opted in by naming the database itself: its tables arrive in it under new names. */
export function isBesideItself(object: ObjectSelection): boolean {
  return object.restoredName !== null && isSameName(object.restoredName, object.database, null) !== false;
}

/** The whole database is gone from the master and is made again. Where databases could not be listed, nothing is known. */
function isDropped(database: string, master: MasterFacts | null): boolean {
  return master?.databasesListed === true && !listedByName(master.databases).has(database);
}

/** What the request asks to be written, with every name decided. `arriving`: for each object, the name under which RDS restores it by itself. `verification` is what was seen on the temporary instance, when it was reachable. */
export function planDatabases(
  request: RestoreRequest,
  restoreId: string,
  restoreTimeMs: number,
  master: MasterFacts | null,
  verification: Pick<Verification, "tables" | "collations"> | null,
  arriving: readonly RestoredName[] = [],
): PlannedDatabase[] {
  const { arrivesAside, remakesDatabases } = writeBackOf(request.writeBack);
  return request.objects.map((object, index) => {
    const dropped = isDropped(object.database, master);
    const aside = arrivesAside && (dropped || !isBesideItself(object));
    const targetDatabase = aside
      ? (arriving[index]?.newName ??
        object.restoredName ??
        restoredDatabaseName(object.database, restoreTimeMs, restoreId))
      : object.database;
    const seen = (verification?.tables ?? []).filter((fact) => fact.database === object.database);
    const byName = tablesByName(seen);
    const wanted = object.tables ?? seen.map((fact) => ({ schema: fact.schema, name: fact.name, restoredName: null }));
    const collation = databasesByName(verification?.collations ?? []).find(object.database)?.collation;
    return {
      database: object.database,
      targetDatabase,
      createsDatabase: aside || (remakesDatabases && dropped),
      characterSet:
        listedByName(master?.databases ?? []).find(object.database)?.characterSet ??
        collation ??
        (master?.collation || "Chinese_PRC_CI_AS"),
      whole: object.tables === null,
      tables: wanted.map((table) => {
        // Under the name that the backup has: DTS may tell apart what the server takes for one.
        const fact = byName.find(table.schema, table.name);
        const { schema, name } = fact ?? table;
        return { schema, name, targetName: table.restoredName ?? name, rows: fact?.rows ?? null };
      }),
    };
  });
}

/** The databases of the restore with every name decided. */
export function plannedDatabases(record: RestoreRecord): PlannedDatabase[] {
  const restoreTimeMs = record.restoreTimeMs ?? record.createdAtMs;
  const { request, restoreId, master, verification, databaseRestore } = record;
  return planDatabases(request, restoreId, restoreTimeMs, master, verification, databaseRestore?.names);
}
