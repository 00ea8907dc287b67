import type { Capabilities } from "./capabilities";

type Values = { readonly [Switch in keyof Capabilities]: readonly Capabilities[Switch][] };

const yesOrNo = [true, false] as const;

/** The answers that each switch knows. A file or a request that names another one is refused. */
export const capabilityValues: Values = {
  unboughtJobPrechecks: yesOrNo,
  dtsTakesTemporarySource: yesOrNo,
  restoreIntoMaster: ["recovery", "copy", "both", "none"],
  snapshotPartialRestore: ["refused", "accepted"],
  restoreBeyondLastLogBackup: ["refused", "accepted"],
  restoredDatabaseListed: ["at-start", "at-end"],
  restoredNameLimit: [64, 16],
  bothBackupIdAndTime: ["refused", "backup-wins"],
  statusWhileDatabasesAreRestored: ["Running", "Restoring", "Importing"],
  masterStatusDuringClone: ["Running", "INS_CLONING"],
  cloneTokenLife: ["ten-minutes", "day"],
  cloneTokenMismatch: ["refused", "first-answer"],
  cloneBySubsetKeepsLogins: yesOrNo,
  deletedClone: ["absent", "Released"],
  priceSite: ["cn", "intl"],
  masterStatusWhileTempIsCreated: ["Running", "TempDBInstanceCreating"],
  tempStatusWhileCreated: ["Creating", "TempDBInstanceCreating", "Restoring"],
  tempInheritsWhitelist: yesOrNo,
  emptiedWhitelistGroup: ["refused", "removed"],
  configureOpensWhitelist: yesOrNo,
  tableKeys: ["bare", "schema-qualified"],
  temporaryInstanceVersions: ["today", "until-2020"],
  stateErrorStatus: [400, 403],
  tempAcceptsTags: yesOrNo,
  deleteMigratingJob: yesOrNo,
  temporaryInstanceRestoresTo: ["restore-time", "last-backup-before"],
  secondaryKeyConflict: ["skips", "fails"],
  serverMadeColumn: ["left-out", "fails"],
  migratesForeignKeys: yesOrNo,
  goneInstanceAnswer: ["error", "empty-list"],
  creationTimes: ["equal", "moments-apart"],
  engineNameInAnswers: ["MSSQL", "SQLServer"],
  tempAcceptsPublicConnection: yesOrNo,
  newTablestoreInstanceOpensToInternet: yesOrNo,
  newestTlsOf2008R2: ["TLSv1", "TLSv1.2"],
  failedHandler: ["repeated", "taken"],
};
