import { instanceId, rdsOperation } from "../rds-operation";

const logBytesPerCommit = 512;

/** DescribeResourceUsage (rds reference, addendum): bytes, flat, -1 where RDS has no figure. */
export const describeResourceUsage = rdsOperation({
  action: "DescribeResourceUsage",
  parameters: { DBInstanceId: instanceId },
  errors: {},
  run(region, { DBInstanceId }) {
    const { instance, diskUsedBytes } = region.require(DBInstanceId);
    const commits = instance.data.databases().reduce((sum, database) => sum + database.sequence, 0);
    const logBytes = commits * logBytesPerCommit;
    const dataBytes = diskUsedBytes === undefined ? instance.data.sizeBytes() : Math.max(0, diskUsedBytes - logBytes);
    return {
      DBInstanceId: instance.id,
      Engine: instance.engine,
      DiskUsed: diskUsedBytes ?? dataBytes + logBytes,
      DataSize: dataBytes,
      LogSize: logBytes,
      SQLSize: 0,
      BackupSize: -1,
      ColdBackupSize: -1,
    };
  },
});
