import { secondsTime, text, unplayed } from "../../rpc/parameters";
import type { ManagedInstance } from "../managed-instance";
import { instanceId, rdsOperation } from "../rds-operation";
import type { Region } from "../region";
import {
  acceptsTemporaryInstance,
  createTemporaryInstance,
  type RestorePoint,
  restorableMs,
} from "../temporary-instance";

/**
 * CreateTempDBInstance (rds reference 6.1; errors of the pages of 2018-2026). Not idempotent. Which code a malformed or out-of-window
 * RestoreTime gets, and what giving both points means, is unverified.
 */
export const createTempDbInstance = rdsOperation({
  action: "CreateTempDBInstance",
  parameters: {
    DBInstanceId: instanceId,
    BackupId: text(/^\d{1,16}$/, "ParamTypeError"),
    RestoreTime: secondsTime("InvalidRestoreTime.Format"),
    ResourceGroupId: unplayed,
  },
  errors: {
    MissingParameter: [
      400,
      "One of the input parameters BackupId and RestoreTime is mandatory for processing this request.",
    ],
    InvalidParameterCombination: [400, "The parameters BackupId and RestoreTime must not be used together."],
    "OperationDenied.DBInstanceType": [403, "The operation is not permitted due to type of the instance."],
    "OperationDenied.DBInstanceEngine": [403, "The operation is not permitted due to engine of the instance."],
    "OperationDenied.CurrentEngineVersion": [
      403,
      "The operation is not permitted due to engine version of the instance.",
    ],
    "OperationDenied.LockMode": [403, "The operation is not permitted when the instance is locked."],
    "OperationDenied.TempDBInstanceExists": [403, "The operation is not permitted due to temp instance exist."],
    "OperationDenied.BackupJobExists": [403, "The operation is not permitted due to backup job exist."],
    "OperationDenied.NotFoundBackup": [403, "The operation is not permitted due to no backup."],
    "OperationDenied.BackupStatus": [403, "The operation is not permitted due to status of the backup."],
    "InvalidBackupId.NotFound": [404, "The available backup does not exist in recent 7 days."],
    "InvalidRestoreTime.Malformed": [400, "The specified parameter RestoreTime is not valid."],
  },
  run(region, { DBInstanceId, BackupId, RestoreTime }, refuse) {
    if (BackupId === undefined && RestoreTime === undefined) throw refuse("MissingParameter");
    if (BackupId !== undefined && RestoreTime !== undefined) throw refuse("InvalidParameterCombination");
    const master = region.require(DBInstanceId);
    const { instance, backups } = master;
    if (instance.type !== "Primary") throw refuse("OperationDenied.DBInstanceType");
    if (instance.engine !== "SQLServer") throw refuse("OperationDenied.DBInstanceEngine");
    const { temporaryInstanceVersions } = region.options.capabilities;
    if (!acceptsTemporaryInstance(instance, temporaryInstanceVersions))
      throw refuse("OperationDenied.CurrentEngineVersion");
    if (instance.lockMode !== "Unlock") throw refuse("OperationDenied.LockMode");
    if (region.temporaryOf(instance.id)) throw refuse("OperationDenied.TempDBInstanceExists");
    region.requireRunning(instance);
    if (backups.running(region.nowMs)) throw refuse("OperationDenied.BackupJobExists");
    const point =
      RestoreTime === undefined
        ? pointOfBackup(region, master, BackupId as string)
        : pointInTime(region, master, RestoreTime);
    if (typeof point === "string") throw refuse(point);
    return { TempDBInstanceId: createTemporaryInstance(region, master, point).id };
  },
});

function pointOfBackup(region: Region, { backups }: ManagedInstance, backupId: string) {
  const backup = backups.finished(region.nowMs).find((candidate) => candidate.id === backupId);
  if (!backup) return "InvalidBackupId.NotFound";
  if (backup.status !== "Success" || !backup.available) return "OperationDenied.BackupStatus";
  return { atMs: backup.endedAtMs, lastBackupAtMs: backup.endedAtMs } satisfies RestorePoint;
}

function pointInTime(region: Region, { backups }: ManagedInstance, restoreTimeMs: number) {
  const { nowMs } = region;
  if (restoreTimeMs < nowMs - restorableMs || restoreTimeMs > nowMs - region.restoreLagMs)
    return "InvalidRestoreTime.Malformed";
  const base = backups.baseFor(restoreTimeMs, nowMs);
  if (!base) return "OperationDenied.NotFoundBackup";
  return { atMs: restoreTimeMs, lastBackupAtMs: base.endedAtMs } satisfies RestorePoint;
}
