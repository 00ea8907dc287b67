import { OperationTable } from "../rpc/operation";
import { knownRdsActions } from "./known-actions";
import { allocateInstancePublicConnection } from "./operations/allocate-instance-public-connection";
import { cloneDbInstance } from "./operations/clone-db-instance";
import { copyDatabaseBetweenInstances } from "./operations/copy-database-between-instances";
import { createDatabase } from "./operations/create-database";
import { createTempDbInstance } from "./operations/create-temp-db-instance";
import { deleteDatabase } from "./operations/delete-database";
import { deleteDbInstance } from "./operations/delete-db-instance";
import { describeAccounts } from "./operations/describe-accounts";
import { describeAvailableClasses } from "./operations/describe-available-classes";
import { describeAvailableZones } from "./operations/describe-available-zones";
import { describeBackupPolicy } from "./operations/describe-backup-policy";
import { describeBackups } from "./operations/describe-backups";
import { describeDatabases } from "./operations/describe-databases";
import { describeDbInstanceAttribute } from "./operations/describe-db-instance-attribute";
import { describeDbInstanceIpArrayList } from "./operations/describe-db-instance-ip-array-list";
import { describeDbInstanceNetInfo } from "./operations/describe-db-instance-net-info";
import { describeDbInstances } from "./operations/describe-db-instances";
import { describeLogBackupFiles } from "./operations/describe-log-backup-files";
import { describePrice } from "./operations/describe-price";
import { describeResourceUsage } from "./operations/describe-resource-usage";
import { listTagResources } from "./operations/list-tag-resources";
import { modifyDbInstanceDescription } from "./operations/modify-db-instance-description";
import { modifySecurityIps } from "./operations/modify-security-ips";
import { recoveryDbInstance } from "./operations/recovery-db-instance";
import { releaseInstancePublicConnection } from "./operations/release-instance-public-connection";
import { tagResources } from "./operations/tag-resources";
import { untagResources } from "./operations/untag-resources";
import type { Region } from "./region";

/** Every RDS operation that the local cloud plays. */
export const rdsOperations = new OperationTable<Region>(
  "rds",
  [
    allocateInstancePublicConnection,
    cloneDbInstance,
    copyDatabaseBetweenInstances,
    createDatabase,
    createTempDbInstance,
    deleteDatabase,
    deleteDbInstance,
    describeAccounts,
    describeAvailableClasses,
    describeAvailableZones,
    describeBackupPolicy,
    describeBackups,
    describeDatabases,
    describeDbInstanceAttribute,
    describeDbInstanceIpArrayList,
    describeDbInstanceNetInfo,
    describeDbInstances,
    describeLogBackupFiles,
    describePrice,
    describeResourceUsage,
    listTagResources,
    modifyDbInstanceDescription,
    modifySecurityIps,
    recoveryDbInstance,
    releaseInstancePublicConnection,
    tagResources,
    untagResources,
  ],
  knownRdsActions,
);
