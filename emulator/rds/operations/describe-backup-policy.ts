import { oneOf } from "../../rpc/parameters";
import { minutesText } from "../../rpc/utc-time";
import { instanceId, rdsOperation } from "../rds-operation";

const hourMs = 3600_000;

/** DescribeBackupPolicy (rds reference 6.6): flat, without Items. */
export const describeBackupPolicy = rdsOperation({
  action: "DescribeBackupPolicy",
  parameters: {
    DBInstanceId: instanceId,
    BackupPolicyMode: oneOf(["DataBackupPolicy", "LogBackupPolicy"]),
  },
  errors: {},
  run(region, { DBInstanceId }) {
    const { backups } = region.require(DBInstanceId);
    const { policy } = backups;
    const next = backups.nextScheduledMs(region.nowMs);
    return {
      BackupRetentionPeriod: policy.dataRetentionDays,
      LogBackupRetentionPeriod: policy.logRetentionDays,
      PreferredBackupPeriod: "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday",
      PreferredBackupTime: `${minutesText(next).slice(11)}-${minutesText(next + hourMs).slice(11)}`,
      PreferredNextBackupTime: minutesText(next),
      EnableBackupLog: policy.logBackups ? "1" : "0",
      BackupLog: policy.logBackups ? "Enable" : "Disabled",
      LogBackupFrequency: "LogInterval",
      BackupMethod: "Physical",
      BackupInterval: "-1",
    };
  },
});
