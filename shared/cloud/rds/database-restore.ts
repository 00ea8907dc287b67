/**
 * `DbNames` of RecoveryDBInstance with a target and of CopyDatabaseBetweenInstances: a JSON object from the old name to the new one (rds
 * documentation, CopyDatabaseBetweenInstances). A list with commas would be taken for one odd name.
 */
export function renamedDatabases(databases: readonly { readonly name: string; readonly newName: string }[]): string {
  return JSON.stringify(Object.fromEntries(databases.map(({ name, newName }) => [name, newName])));
}

/** Codes of the two calls after which nothing was done (rds documentation, error tables of both and of the gateway). */
const documented = new Set([
  "Api.NotSupport",
  "CanNotCopyDBHasTDEEnabled",
  "CurrentRecoveryModelNotSupportThisAction",
  "DBCountLimitExceeded",
  "EngineNotSupported",
  "ErrorParametersConflict",
  "NoPermission",
  "ProductInstanceReleased",
  "ReadDBInstanceNotSupport",
  "ReadOnlyInstanceNotSupport",
  "RequiredParam.NotFound",
  "StorageLimitExceeded",
  "TargetInstanceEngineNotSupported",
  "IncorrectDBInstanceState",
  "IncorrectDBInstanceType",
  "IncorrectMasterDBInstanceState",
  "MasterDBInstanceState.NotSupport",
]);

/** Families of codes by which RDS and its gateway refuse a request before any work. */
const families = /^(Invalid|Forbidden|OperationDenied|BackupRestoreNotSupported|UnsupportedCopyDb|Missing|NoTarget$)/;

/** Was nothing done? Any other code may be a text of SQL Server, and leaves the outcome open. */
export function isRefusalOfRestore(code: string): boolean {
  return documented.has(code) || families.test(code);
}
