import { CloudError } from "../cloud-error";
import type { DatabaseRestore } from "./index";

/** The fields that both calls have, as the official request models name them. */
export function restoreFields({ instanceId, targetInstanceId, databases, restoreTimeMs, backupId }: DatabaseRestore) {
  return {
    DBInstanceId: instanceId,
    targetDBInstanceId: targetInstanceId,
    dbNames: renamedDatabases(databases),
    backupId: backupId ?? undefined,
    // `yyyy-MM-ddTHH:mm:ssZ`.
    restoreTime: restoreTimeMs === null ? undefined : `${new Date(restoreTimeMs).toISOString().slice(0, 19)}Z`,
  };
}

/**
 * Looks at what is about to be signed: a target that the model drops would make a purchase of the call.
 * @throws CloudError `refused` with the code `NoTarget`
 */
export function requireTarget(
  action: string,
  query: Readonly<Record<string, unknown>>,
  { targetInstanceId }: DatabaseRestore,
): void {
  if (targetInstanceId !== "" && query["TargetDBInstanceId"] === targetInstanceId) return;
  throw new CloudError("refused", "rds", action, "NoTarget", `rds ${action} was not sent: it carries no target`);
}

/** The code of a failure can be anything that SQL Server says (rds documentation): only known codes are refusals. */
export async function onlyKnownRefusals<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind !== "refused" || isRefusalOfRestore(error.code)) throw error;
    throw new CloudError("unknown-outcome", error.service, error.action, error.code, error.message, error.details);
  }
}

/**
 * `DbNames` of RecoveryDBInstance with a target and of CopyDatabaseBetweenInstances: a JSON object from the old name to the new one (rds
 * documentation, CopyDatabaseBetweenInstances). A list with commas would be taken for one odd name.
 */
function renamedDatabases(databases: readonly { readonly name: string; readonly newName: string }[]): string {
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
function isRefusalOfRestore(code: string): boolean {
  return documented.has(code) || families.test(code);
}
