/**
 * Behaviours that the public documents leave open or contradict. Each is a named switch, so that the product is tested both
 * ways; docs and the emulator's README list them as unverified.
 */
export interface Capabilities {
  /** Does StartDtsJob run the precheck of a job that was configured but not bought? (DTS, "configure first") */
  readonly unboughtJobPrechecks: boolean;
  /** Which call restores databases into the instance that owns the backup: documents of 2018 to 2026 contradict each other. */
  readonly restoreIntoMaster: "recovery" | "copy" | "both" | "none";
  /** Does RDS restore single databases from a snapshot? */
  readonly snapshotPartialRestore: "refused" | "accepted";
  /** May a restore of databases reach behind the last log backup, by taking one? */
  readonly restoreBeyondLastLogBackup: "refused" | "accepted";
  /** When DescribeDatabases lists a database that is being restored: from the beginning, as Creating, or once it is Running. */
  readonly restoredDatabaseListed: "at-start" | "at-end";
  /** The longest name that a restored database may have. */
  readonly restoredNameLimit: 64 | 16;
  /** What a restore of databases with a backup set and a time means: an error, or the set. */
  readonly bothBackupIdAndTime: "refused" | "backup-wins";
  /** Status that an instance shows while databases are restored into it. */
  readonly statusWhileDatabasesAreRestored: "Running" | "Restoring" | "Importing";
  /** Status that the master shows while its temporary instance is being built. */
  readonly masterStatusWhileTempIsCreated: "Running" | "TempDBInstanceCreating";
  /** Status of the temporary instance while it is being built. */
  readonly tempStatusWhileCreated: "Creating" | "TempDBInstanceCreating" | "Restoring";
  /** Does a temporary instance start with the master's whitelist? */
  readonly tempInheritsWhitelist: boolean;
  /** Does ConfigureDtsJob itself add the DTS servers to the whitelist of RDS endpoints? */
  readonly configureOpensWhitelist: boolean;
  /** Keys of `DbList.<db>.Table` for SQL Server: `orders` or `dbo.orders`. */
  readonly tableKeys: "bare" | "schema-qualified";
  /** Which masters CreateTempDBInstance accepts: 2008 R2 local disk only, or the 2018-2020 list as well. */
  readonly temporaryInstanceVersions: "today" | "until-2020";
  /** HTTP status of OperationDenied.DBInstanceStatus. */
  readonly stateErrorStatus: 400 | 403;
  /** Do temporary instances accept tags? */
  readonly tempAcceptsTags: boolean;
  /** May a Migrating job be deleted without stopping it first? */
  readonly deleteMigratingJob: boolean;
  /** Is a temporary instance restored to the chosen time, or to the last backup before it (a 2020 guide)? */
  readonly temporaryInstanceRestoresTo: "restore-time" | "last-backup-before";
  /** What DTS does with a row whose key the target does not have, but whose values in another unique key it has: leave it out, or fail. */
  readonly secondaryKeyConflict: "skips" | "fails";
  /** What DTS does with a value whose column the target makes itself (computed, rowversion): leave it out, or name it in its INSERT and fail. */
  readonly serverMadeColumn: "left-out" | "fails";
  /** Does DTS bring foreign keys of the selected tables? */
  readonly migratesForeignKeys: boolean;
  /** What DescribeDBInstanceAttribute says of an instance that is gone: InvalidDBInstanceId.NotFound, or status 200 without an item. */
  readonly goneInstanceAnswer: "error" | "empty-list";
  /** Creation time of an instance in DescribeDBInstances and DescribeDBInstanceAttribute: one moment, or half a minute later in the latter. */
  readonly creationTimes: "equal" | "moments-apart";
  /** Status that a master shows while a clone of it is made. */
  readonly masterStatusDuringClone: "Running" | "INS_CLONING";
  /** How long CloneDBInstance knows a ClientToken again: no document says. */
  readonly cloneTokenLife: "ten-minutes" | "day";
  /** What CloneDBInstance answers to a token that it knows, with other parameters: a refusal, or the first answer. */
  readonly cloneTokenMismatch: "refused" | "first-answer";
  /** Does a clone of some databases bring the logins of all of them? */
  readonly cloneBySubsetKeepsLogins: boolean;
  /** What is shown of a pay-as-you-go primary that was deleted: nothing, or status Released for the 8 days of the recycle bin. */
  readonly deletedClone: "absent" | "Released";
  /** The site of the account, which decides the commodity and the currency of its prices. */
  readonly priceSite: "cn" | "intl";
  /** How DTS spells the engine of an endpoint in its answers. */
  readonly engineNameInAnswers: "MSSQL" | "SQLServer";
  /** Does AllocateInstancePublicConnection work on a temporary instance? */
  readonly tempAcceptsPublicConnection: boolean;
  /** May a new Tablestore instance be reached from the Internet by itself? (the API page says so; new instances were seen to refuse it) */
  readonly newTablestoreInstanceOpensToInternet: boolean;
  /** The newest TLS of a 2008 R2 instance: 1.2 with SQL Server's last patches, 1.0 without. */
  readonly newestTlsOf2008R2: "TLSv1" | "TLSv1.2";
}

export const defaultCapabilities: Capabilities = {
  unboughtJobPrechecks: true,
  restoreIntoMaster: "both",
  snapshotPartialRestore: "refused",
  restoreBeyondLastLogBackup: "refused",
  restoredDatabaseListed: "at-start",
  restoredNameLimit: 64,
  bothBackupIdAndTime: "refused",
  statusWhileDatabasesAreRestored: "Running",
  masterStatusWhileTempIsCreated: "Running",
  tempStatusWhileCreated: "Creating",
  tempInheritsWhitelist: false,
  configureOpensWhitelist: false,
  tableKeys: "bare",
  temporaryInstanceVersions: "today",
  stateErrorStatus: 403,
  tempAcceptsTags: false,
  deleteMigratingJob: false,
  temporaryInstanceRestoresTo: "restore-time",
  secondaryKeyConflict: "skips",
  serverMadeColumn: "left-out",
  migratesForeignKeys: false,
  goneInstanceAnswer: "error",
  creationTimes: "equal",
  masterStatusDuringClone: "Running",
  cloneTokenLife: "day",
  cloneTokenMismatch: "refused",
  cloneBySubsetKeepsLogins: true,
  deletedClone: "absent",
  priceSite: "cn",
  engineNameInAnswers: "MSSQL",
  tempAcceptsPublicConnection: true,
  newTablestoreInstanceOpensToInternet: false,
  newestTlsOf2008R2: "TLSv1.2",
};

/** How long the local cloud's work takes. Real durations are hours; a laptop's are seconds. */
export interface Timings {
  readonly createTemporaryInstanceMs: number;
  readonly createCloneMs: number;
  readonly deleteInstanceMs: number;
  readonly createDatabaseMs: number;
  /** A restore of databases into an instance that is there. */
  readonly restoreDatabaseMs: number;
  readonly precheckMs: number;
  /** Structure stage before the rows. */
  readonly structureMs: number;
  readonly rowsPerSecond: number;
  /** How long a new or deleted instance is missing from, or still in, lists. */
  readonly listLagMs: number;
  /** Log backups are taken this often. */
  readonly logBackupIntervalMs: number;
}

export const laptopTimings: Timings = {
  createTemporaryInstanceMs: 4_000,
  createCloneMs: 4_000,
  deleteInstanceMs: 1_500,
  createDatabaseMs: 800,
  restoreDatabaseMs: 2_500,
  precheckMs: 1_500,
  structureMs: 800,
  rowsPerSecond: 20_000,
  listLagMs: 0,
  logBackupIntervalMs: 5 * 60_000,
};
