import { OperationTable } from "../rpc/operation";
import { allocateInstancePublicConnection } from "./allocate-instance-public-connection";
import { createDatabase } from "./create-database";
import { createTempDbInstance } from "./create-temp-db-instance";
import { deleteDatabase } from "./delete-database";
import { deleteDbInstance } from "./delete-db-instance";
import { describeAccounts } from "./describe-accounts";
import { describeBackupPolicy } from "./describe-backup-policy";
import { describeBackups } from "./describe-backups";
import { describeDatabases } from "./describe-databases";
import { describeDbInstanceAttribute } from "./describe-db-instance-attribute";
import { describeDbInstanceIpArrayList } from "./describe-db-instance-ip-array-list";
import { describeDbInstanceNetInfo } from "./describe-db-instance-net-info";
import { describeDbInstances } from "./describe-db-instances";
import { describeLogBackupFiles } from "./describe-log-backup-files";
import { describeResourceUsage } from "./describe-resource-usage";
import { knownRdsActions } from "./known-actions";
import { listTagResources } from "./list-tag-resources";
import { modifyDbInstanceDescription } from "./modify-db-instance-description";
import { modifySecurityIps } from "./modify-security-ips";
import type { Region } from "./region";
import { releaseInstancePublicConnection } from "./release-instance-public-connection";
import { tagResources } from "./tag-resources";
import { untagResources } from "./untag-resources";

/** Every RDS operation that the local cloud plays. */
export const rdsOperations = new OperationTable<Region>(
  "rds",
  [
    allocateInstancePublicConnection,
    createDatabase,
    createTempDbInstance,
    deleteDatabase,
    deleteDbInstance,
    describeAccounts,
    describeBackupPolicy,
    describeBackups,
    describeDatabases,
    describeDbInstanceAttribute,
    describeDbInstanceIpArrayList,
    describeDbInstanceNetInfo,
    describeDbInstances,
    describeLogBackupFiles,
    describeResourceUsage,
    listTagResources,
    modifyDbInstanceDescription,
    modifySecurityIps,
    releaseInstancePublicConnection,
    tagResources,
    untagResources,
  ],
  knownRdsActions,
);
