import { required, secondsTime, text, unplayed } from "../../rpc/parameters";
import { instanceId, rdsOperation } from "../rds-operation";
import { buyRecoveredInstance } from "../recovered-instance";
import { restoreErrors, restoreIntoInstance } from "../restore-into-instance";

/**
 * RecoveryDBInstance (rds-modern reference 2). With a target, databases arrive there under new names (documented until about 2020), and the
 * answer is a RequestId alone. Without a target it buys an instance, which is billed from then on.
 */
export const recoveryDbInstance = rdsOperation({
  action: "RecoveryDBInstance",
  parameters: {
    DBInstanceId: instanceId,
    TargetDBInstanceId: text(),
    DbNames: required(text()),
    BackupId: text(/^\d{1,16}$/, "InvalidBackupSetID"),
    RestoreTime: secondsTime("InvalidRestoreTime.Format"),
    Period: unplayed,
    UsedTime: unplayed,
  },
  errors: restoreErrors,
  run(region, { DBInstanceId, TargetDBInstanceId, DbNames, BackupId, RestoreTime }, refuse) {
    const source = region.require(DBInstanceId);
    if (TargetDBInstanceId === undefined) return buyRecoveredInstance(region, source, DbNames, RestoreTime);
    const target = region.find(TargetDBInstanceId);
    if (!target) throw refuse("InvalidTargetDBInstanceName.Format");
    const { restoreIntoMaster } = region.options.capabilities;
    if (target === source && restoreIntoMaster !== "recovery" && restoreIntoMaster !== "both")
      throw refuse("IncorrectDBInstanceType");
    restoreIntoInstance(
      region,
      { source, target, dbNames: DbNames, backupId: BackupId, restoreTimeMs: RestoreTime },
      refuse,
    );
    return {};
  },
});
