import type { ServiceError } from "../core/service-error";
import { beginDatabaseRestore, pointInTime, pointOfSet, type RestoredName } from "./database-restore";
import type { ManagedInstance } from "./managed-instance";
import type { Region } from "./region";

/** Errors of RecoveryDBInstance and CopyDatabaseBetweenInstances (rds-modern reference 3.3; those of the former are inferred). */
export const restoreErrors = {
  "InvalidBackupIdOrRestoreTime.NotFound": [400, "BackupId or RestoreTime is required."],
  ErrorParametersConflict: [400, "BackupId and RestoreTime can only exist one."],
  "InvalidRecoveryDBNames.Format": [400, "The specified DbNames is not valid."],
  "InvalidBackupDBNames.NotFound": [400, "A database of DbNames is not in the backup."],
  InvalidBackupSetID: [400, "The backup set is not valid."],
  "InvalidDBName.Format": [
    400,
    "The database name has at most 16 characters: lower-case letters, digits, underscores.",
  ],
  "InvalidDBName.Duplicate": [400, "Specified DB name already exists in the Aliyun RDS."],
  DBCountLimitExceeded: [400, "The number of databases exceeds the limit."],
  EngineNotSupported: [400, "The engine of the instance is not supported."],
  ReadDBInstanceNotSupport: [400, "A read-only instance is not supported."],
  "InvalidTargetDBInstanceName.Format": [400, "The specified target instance is not valid."],
  "BackupRestoreNotSupported.BasicHA": [400, "Restoring between Basic and High-availability is not supported."],
  InvalidInstanceVersion: [403, "The version of the source is newer than that of the target."],
  IncorrectDBInstanceType: [403, "The instance type does not support this operation."],
  IncorrectDBInstanceState: [403, "The instance state does not support this operation."],
  StorageLimitExceeded: [403, "The storage of the target is not enough."],
  "Forbidden.SnapshotRecovery": [403, "Snapshot backup does not support partial restore."],
  "InvalidParamTableMeta.RestoreTime": [403, "The restore time is not covered by the backups."],
  CurrentRecoveryModelNotSupportThisAction: [403, "The current recovery model does not support this action."],
} as const satisfies Record<string, readonly [number, string]>;

type Refuse = (code: keyof typeof restoreErrors) => ServiceError;

export interface RestoreIntoInstance {
  readonly source: ManagedInstance;
  readonly target: ManagedInstance;
  readonly dbNames: string;
  readonly backupId: string | undefined;
  readonly restoreTimeMs: number | undefined;
}

/** Restores databases into an instance that is there: what both operations check, and begin. */
export function restoreIntoInstance(region: Region, wanted: RestoreIntoInstance, refuse: Refuse): void {
  const { source, target, backupId, restoreTimeMs } = wanted;
  const { capabilities } = region.options;
  if (backupId === undefined && restoreTimeMs === undefined) throw refuse("InvalidBackupIdOrRestoreTime.NotFound");
  if (backupId !== undefined && restoreTimeMs !== undefined && capabilities.bothBackupIdAndTime === "refused")
    throw refuse("ErrorParametersConflict");
  const names = renamed(wanted.dbNames);
  if (!names) throw refuse("InvalidRecoveryDBNames.Format");
  requireKinds(source, target, refuse);
  for (const { instance } of [source, target])
    if (region.status(instance) !== "Running") throw refuse("IncorrectDBInstanceState");
  const point =
    backupId === undefined ? pointInTime(region, source, restoreTimeMs!) : pointOfSet(region, source, backupId);
  if ("code" in point) throw refuse(point.code as keyof typeof restoreErrors);
  if (point.base.method === "Snapshot" && capabilities.snapshotPartialRestore === "refused")
    throw refuse("Forbidden.SnapshotRecovery");
  requireRoom(region, wanted, names, refuse);
  if (!beginDatabaseRestore(region, source, target, names, point.atMs)) throw refuse("InvalidBackupDBNames.NotFound");
}

/** `{"old":"new"}`; undefined: it is none, as a list of names with commas. */
function renamed(dbNames: string): RestoredName[] | undefined {
  try {
    const map: unknown = JSON.parse(dbNames);
    if (typeof map !== "object" || map === null || Array.isArray(map)) return undefined;
    const names = Object.entries(map).map(([name, newName]) => ({ name, newName: String(newName) }));
    return names.length === 0 ? undefined : names;
  } catch {
    return undefined;
  }
}

function requireKinds({ instance: source }: ManagedInstance, { instance: target }: ManagedInstance, refuse: Refuse) {
  for (const instance of [source, target]) {
    // 2012 and later (rds-modern reference 2).
    if (instance.engine !== "SQLServer" || yearOf(instance.engineVersion) < 2012) throw refuse("EngineNotSupported");
    if (instance.type !== "Primary") throw refuse("ReadDBInstanceNotSupport");
  }
  if (yearOf(source.engineVersion) > yearOf(target.engineVersion)) throw refuse("InvalidInstanceVersion");
  if ((source.category === "Basic") !== (target.category === "Basic"))
    throw refuse("BackupRestoreNotSupported.BasicHA");
}

function yearOf(engineVersion: string): number {
  return Number(engineVersion.slice(0, 4));
}

function requireRoom(
  region: Region,
  { source, target }: RestoreIntoInstance,
  names: readonly RestoredName[],
  refuse: Refuse,
): void {
  const { restoredNameLimit } = region.options.capabilities;
  const { data, storageGb } = target.instance;
  for (const { newName } of names) {
    if (!/^[a-z][a-z0-9_]*[a-z0-9]$/.test(newName) || newName.length > restoredNameLimit)
      throw refuse("InvalidDBName.Format");
    if (data.database(newName)) throw refuse("InvalidDBName.Duplicate");
  }
  if (new Set(names.map(({ newName }) => newName)).size < names.length) throw refuse("InvalidDBName.Duplicate");
  if (data.databases().length + names.length > target.databasesMax) throw refuse("DBCountLimitExceeded");
  const bytes = names.reduce((sum, { name }) => sum + (source.instance.data.database(name)?.sizeBytes() ?? 0), 0);
  if ((target.diskUsedBytes ?? data.sizeBytes()) + bytes > storageGb * 1024 ** 3) throw refuse("StorageLimitExceeded");
}
