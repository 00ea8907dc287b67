import type { Database } from "../data/database";
import type { Backup } from "./backup-history";
import type { ManagedInstance } from "./managed-instance";
import type { Region } from "./region";

/** A database of the backup and its name on the target. */
export interface RestoredName {
  readonly name: string;
  readonly newName: string;
}

/** Databases on their way into an instance that is there. RDS answers no id: they are found by their names. */
export interface DatabaseRestore {
  readonly databases: readonly { readonly newName: string; readonly past: Database; readonly rights: Rights }[];
  /** From then on they are there. */
  readonly finishAtMs: number;
  /** It was accepted, and will come to nothing. */
  readonly fails: boolean;
}

/** Rights of logins of the backup in one database, by login. */
type Rights = ReadonlyMap<string, "ReadOnly" | "ReadWrite" | "DBOwner">;

/** A moment that a backup chain covers, or the code by which RDS refuses it. */
export type PointOrCode = { readonly atMs: number; readonly base: Backup } | { readonly code: string };

/** A backup set is consistent to its end. */
export function pointOfSet(region: Region, { backups }: ManagedInstance, backupId: string): PointOrCode {
  const base = backups.finished(region.nowMs).find((backup) => backup.id === backupId);
  if (base?.status !== "Success" || !base.available) return { code: "InvalidBackupSetID" };
  return { atMs: base.endedAtMs, base };
}

export function pointInTime(region: Region, { backups, recoveryModel }: ManagedInstance, atMs: number): PointOrCode {
  const { nowMs } = region;
  if (recoveryModel === "Simple") return { code: "CurrentRecoveryModelNotSupportThisAction" };
  const base = backups.baseFor(atMs, nowMs) ?? backups.baseBeyondLastLog(atMs, nowMs);
  const isBeyond = base !== undefined && backups.baseFor(atMs, nowMs) === undefined;
  const takesLog = region.options.capabilities.restoreBeyondLastLogBackup === "accepted";
  if (!base || atMs > nowMs || (isBeyond && !takesLog)) return { code: "InvalidParamTableMeta.RestoreTime" };
  return { atMs, base };
}

/** Begins the restore of databases as they were. @returns undefined: the source did not have one of them */
export function beginDatabaseRestore(
  region: Region,
  source: ManagedInstance,
  target: ManagedInstance,
  names: readonly RestoredName[],
  atMs: number,
): boolean {
  const databases = names.map(({ name, newName }) => {
    const past = source.instance.data.databaseAt(name, atMs);
    return past && { newName, past, rights: source.instance.data.rightsAt(name, atMs) };
  });
  if (databases.includes(undefined)) return false;
  target.databaseRestores.push({
    databases: databases.filter((one) => one !== undefined),
    finishAtMs: region.nowMs + region.options.timings.restoreDatabaseMs,
    fails: target.failsNextDatabaseRestore,
  });
  target.failsNextDatabaseRestore = false;
  return true;
}

/**
 * Puts what is finished by now on the instance. A name that somebody took meanwhile is skipped. Users of the database keep the rights of the
 * backup where their logins are still there; logins that were made since have none.
 */
export function finishDatabaseRestores(managed: ManagedInstance, nowMs: number): void {
  const { data } = managed.instance;
  for (const restore of managed.databaseRestores.filter(({ finishAtMs }) => finishAtMs <= nowMs)) {
    managed.databaseRestores.splice(managed.databaseRestores.indexOf(restore), 1);
    if (restore.fails) continue;
    for (const { newName, past, rights } of restore.databases) {
      if (data.database(newName)) continue;
      data.attachDatabase(past.copyAs(newName, restore.finishAtMs));
      for (const login of data.logins()) {
        const right = rights.get(login.name.toLowerCase());
        if (right) data.setLogin({ ...login, rights: { ...login.rights, [newName]: right } }, restore.finishAtMs);
      }
    }
  }
}

/** What is listed before it is there, by a switch. */
export function arrivingDatabases(region: Region, { databaseRestores }: ManagedInstance): readonly Database[] {
  if (region.options.capabilities.restoredDatabaseListed === "at-end") return [];
  return databaseRestores.flatMap(({ databases }) =>
    databases.map(({ newName, past }) => past.copyAs(newName, region.nowMs)),
  );
}
