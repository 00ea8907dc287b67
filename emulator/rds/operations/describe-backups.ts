import { page } from "../../rpc/paging";
import { integer, minutesTime, oneOf, text, withDefault } from "../../rpc/parameters";
import { secondsText } from "../../rpc/utc-time";
import type { Backup } from "../backup-history";
import type { ManagedInstance } from "../managed-instance";
import { instanceId, rdsOperation } from "../rds-operation";

/** DescribeBackups (rds reference 6.5): times without seconds in the question, with them in the answer; counters are strings. */
export const describeBackups = rdsOperation({
  action: "DescribeBackups",
  parameters: {
    DBInstanceId: instanceId,
    BackupId: text(),
    BackupStatus: oneOf(["Success", "Failed"]),
    BackupMode: oneOf(["Automated", "Manual"]),
    BackupType: oneOf(["FullBackup", "IncrementalBackup"]),
    StartTime: minutesTime("InvalidStartTime.Format"),
    EndTime: minutesTime("InvalidEndTime.Format"),
    PageSize: withDefault(integer({ allowed: [30, 50, 100] }, "InvalidPageSize.Malformed"), 30),
    PageNumber: withDefault(integer({ least: 1, most: 1_000_000 }, "InvalidPageNumbers.Malformed"), 1),
  },
  errors: {
    "InvalidDBInstance.NotFound": [404, "The specified instance does not exist or is not support."],
    InvalidParameterCombination: [400, "The end time must be later than the start time."],
  },
  run(region, parameters, refuse) {
    const managed = region.require(parameters.DBInstanceId, () => refuse("InvalidDBInstance.NotFound"));
    const { StartTime = Number.NEGATIVE_INFINITY, EndTime = Number.POSITIVE_INFINITY } = parameters;
    if (EndTime <= StartTime) throw refuse("InvalidParameterCombination");
    const found = managed.backups
      .finished(region.nowMs)
      .filter((backup) => backup.startedAtMs >= StartTime && backup.startedAtMs <= EndTime)
      .filter((backup) => (parameters.BackupId ?? backup.id) === backup.id)
      .filter((backup) => (parameters.BackupStatus ?? backup.status) === backup.status)
      .filter((backup) => (parameters.BackupMode ?? backup.mode) === backup.mode)
      .filter((backup) => (parameters.BackupType ?? backup.type) === backup.type)
      .reverse();
    const items = page(found, parameters.PageNumber, parameters.PageSize);
    return {
      PageNumber: String(parameters.PageNumber),
      PageRecordCount: String(items.length),
      TotalRecordCount: String(found.length),
      TotalEcsSnapshotSize: 0,
      Items: { Backup: items.map((backup) => backupAnswer(managed, backup)) },
    };
  },
});

function backupAnswer({ instance }: ManagedInstance, backup: Backup) {
  return {
    BackupId: backup.id,
    DBInstanceId: instance.id,
    HostInstanceID: "1",
    BackupStatus: backup.status,
    BackupStartTime: secondsText(backup.startedAtMs),
    BackupEndTime: secondsText(backup.endedAtMs),
    BackupType: backup.type,
    BackupMode: backup.mode,
    BackupMethod: backup.method,
    BackupSize: instance.data.sizeBytes(),
    StoreStatus: "Disabled",
    IsAvail: backup.available ? 1 : 0,
    ConsistentTime: Math.floor(backup.endedAtMs / 1000),
    CopyOnlyBackup: "0",
    Engine: instance.engine,
    EngineVersion: instance.engineVersion,
    Encryption: "{}",
    BackupDownloadURL: "",
    BackupIntranetDownloadURL: "",
    BackupDownloadLinkByDB: { BackupDownloadLinkByDB: [] },
  };
}
