import { oneOf, required, secondsTime, text, withDefault } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";
import { restoreErrors, restoreIntoInstance } from "../restore-into-instance";

/**
 * CopyDatabaseBetweenInstances (rds-modern reference 3.1): databases of a backup set or a time into an instance that is there, under new names.
 * Answers a RequestId alone. Whether the source may be the target is unverified, and a switch. `SyncUserPrivilege` YES is not played.
 */
export const copyDatabaseBetweenInstances = rdsOperation({
  action: "CopyDatabaseBetweenInstances",
  parameters: {
    DBInstanceId: instanceId,
    TargetDBInstanceId: required(text()),
    DbNames: required(text()),
    BackupId: text(/^\d{1,16}$/, "InvalidBackupSetID"),
    RestoreTime: secondsTime("InvalidRestoreTime.Format"),
    SyncUserPrivilege: withDefault(oneOf(["NO"], "EmulatorNotImplemented"), "NO"),
  },
  errors: restoreErrors,
  run(region, { DBInstanceId, TargetDBInstanceId, DbNames, BackupId, RestoreTime }, refuse) {
    const source = region.require(DBInstanceId);
    const target = region.find(TargetDBInstanceId);
    if (!target) throw refuse("InvalidTargetDBInstanceName.Format");
    const { restoreIntoMaster } = region.options.capabilities;
    // No documented code names "source equals target"; this one is our choice.
    if (target === source && restoreIntoMaster !== "copy" && restoreIntoMaster !== "both")
      throw refuse("InvalidTargetDBInstanceName.Format");
    restoreIntoInstance(
      region,
      { source, target, dbNames: DbNames, backupId: BackupId, restoreTimeMs: RestoreTime },
      refuse,
    );
    return {};
  },
});
