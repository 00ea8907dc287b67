import type { RdsDatabase } from "../cloud/rds";
import { bracketed, listedByName, showName } from "../object-name";
import type { ChangingCall } from "./model/calls";
import { type DatabaseRestore, type DatabaseRestoreWay, databaseRestoreWays } from "./model/database-restore";
import { arrivingDatabaseName } from "./model/names";
import type { LeftObject, RestoreRecord } from "./model/record";

/** The databases that RDS restores for a restore by itself. @throws for a restore whose rows come by a migration job */
export function databaseRestoreOf({ restoreId, databaseRestore }: RestoreRecord): DatabaseRestore {
  if (!databaseRestore) throw new Error(`${restoreId} restores no databases by RDS`);
  return databaseRestore;
}

/** The record with the names under which its databases arrive, in the order of the request. @param nameMax the longest name, in characters */
export function withArrivingNames(record: RestoreRecord, nameMax: number): RestoreRecord {
  const present = listedByName(record.master?.databases ?? []);
  const names = record.request.objects.map(({ database }, index) => ({
    // As the master has it: RDS may tell apart what the server takes for one name.
    name: present.find(database)?.name ?? database,
    newName: arrivingDatabaseName(database, index, record.restoreId, nameMax),
  }));
  return { ...record, databaseRestore: { names, refused: [], sentAtMs: null, listed: [] } };
}

/** The first call that RDS has not refused; null: both were refused. */
export function nextWay({ refused }: DatabaseRestore): DatabaseRestoreWay | null {
  return databaseRestoreWays.find((way) => !refused.some((one) => one.way === way)) ?? null;
}

/** The call that restores them into the master. */
export function restoreCall(record: RestoreRecord, way: DatabaseRestoreWay): ChangingCall {
  const { masterInstanceId, backupId } = record.request;
  return {
    kind: "restore-databases",
    way,
    instanceId: masterInstanceId,
    targetInstanceId: masterInstanceId,
    databases: databaseRestoreOf(record).names,
    restoreTimeMs: record.restoreTimeMs,
    backupId,
  };
}

/** When a call that left no trace was sent first, epoch milliseconds; null: none is in doubt. What has our names by now is of that call. */
export function lostRestoreMs({ doubts }: RestoreRecord): number | null {
  return doubts.find(({ intent }) => intent.call.kind === "restore-databases")?.intent.sentAtMs ?? null;
}

/** How the databases stand among those that RDS lists. */
export interface Arrival {
  readonly running: readonly string[];
  /** Listed, and not ready to be read. */
  readonly underWay: readonly string[];
  readonly absent: readonly string[];
}

export function arrivalOf(
  { names }: DatabaseRestore,
  listed: readonly Pick<RdsDatabase, "name" | "status">[],
): Arrival {
  const present = listedByName(listed);
  const statusOf = (name: string) => present.find(name)?.status.toLowerCase();
  const wanted = names.map(({ newName }) => newName);
  return {
    running: wanted.filter((name) => statusOf(name) === "running"),
    underWay: wanted.filter((name) => ![undefined, "running"].includes(statusOf(name))),
    absent: wanted.filter((name) => statusOf(name) === undefined),
  };
}

/** As `shop -> shop_r0…`, for people. */
export function showArriving({ names }: DatabaseRestore): string {
  return names.map(({ name, newName }) => `${showName(name)} -> ${showName(newName)}`).join(", ");
}

/** What a restore of databases leaves on the master, listed before it is sent. */
export function restoredLeftovers(record: RestoreRecord, sentAtMs: number): LeftObject[] {
  return databaseRestoreOf(record).names.map(({ newName }) => ({
    kind: "database",
    name: newName,
    sizeBytes: null,
    sql: dropIfRestoredSince(newName, sentAtMs, record.master?.category),
  }));
}

/** So much may the server's clock be behind ours. */
const clockMarginMs = 5 * 60_000;

/**
 * The statement that drops a restored database. People give the copy the name of the live database, and the live one the name of the copy: so
 * the statement drops only what was made since the restore was sent. `create_date` is in the server's own zone; after a change to winter time
 * it may look an hour older, and then the statement refuses. HA and cluster instances have a procedure for it, because a mirrored database cannot be dropped (rds documentation, sp_rds_drop_database).
 */
function dropIfRestoredSince(name: string, sentAtMs: number, category: string | undefined): string {
  const since = new Date(sentAtMs - clockMarginMs).toISOString().slice(0, 19);
  const drop =
    category?.toLowerCase() === "basic"
      ? `DROP DATABASE ${bracketed(name)}`
      : `EXEC sp_rds_drop_database N'${name.replaceAll("'", "''")}'`;
  return [
    `IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'${name.replaceAll("'", "''")}'`,
    `AND DATEADD(minute, DATEDIFF(minute, GETDATE(), GETUTCDATE()), create_date) >= '${since}')`,
    `${drop};`,
    `ELSE RAISERROR('Not dropped: the database of this name is not the one that was restored.', 11, 1);`,
  ].join(" ");
}
