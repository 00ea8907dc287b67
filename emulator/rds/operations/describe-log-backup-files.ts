import { page } from "../../rpc/paging";
import { integer, minutesTime, required, withDefault } from "../../rpc/parameters";
import { secondsText } from "../../rpc/utc-time";
import { instanceId, rdsOperation } from "../rds-operation";

const logBackupBytes = 65_536;

/** DescribeLogBackupFiles (rds reference 6.8; SQL Server only): here the counters are numbers. */
export const describeLogBackupFiles = rdsOperation({
  action: "DescribeLogBackupFiles",
  parameters: {
    DBInstanceId: instanceId,
    StartTime: required(minutesTime("InvalidStartTime.Format")),
    EndTime: required(minutesTime("InvalidEndTime.Format")),
    PageSize: withDefault(integer({ least: 30, most: 1000 }, "InvalidPageSize.Malformed"), 30),
    PageNumber: withDefault(integer({ least: 1, most: 1_000_000 }, "InvalidPageNumbers.Malformed"), 1),
  },
  errors: {
    IncorrectDBInstanceEngine: [403, "Current DB instance engine does not support this operation."],
    InvalidParameterCombination: [400, "The end time must be later than the start time."],
  },
  run(region, { DBInstanceId, StartTime, EndTime, PageSize, PageNumber }, refuse) {
    const { instance, backups } = region.require(DBInstanceId);
    if (instance.engine !== "SQLServer") throw refuse("IncorrectDBInstanceEngine");
    if (EndTime <= StartTime) throw refuse("InvalidParameterCombination");
    const found = backups.logs({ fromMs: StartTime, toMs: EndTime }, region.nowMs).reverse();
    const items = page(found, PageNumber, PageSize);
    return {
      PageNumber,
      PageRecordCount: items.length,
      TotalRecordCount: found.length,
      TotalFileSize: found.length * logBackupBytes,
      Items: {
        BinLogFile: items.map((log) => ({
          LogBeginTime: secondsText(log.fromMs),
          LogEndTime: secondsText(log.toMs),
          FileSize: logBackupBytes,
          DownloadLink: "",
          IntranetDownloadLink: "",
          LinkExpiredTime: "",
        })),
      },
    };
  },
});
