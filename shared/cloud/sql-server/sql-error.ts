import { CloudError, type CloudErrorKind } from "../cloud-error";

/** SQL Server's error numbers (sys.messages) that mean something to a restore; every other one is a `sql-error`. */
const meanings: ReadonlyMap<number, { readonly kind: CloudErrorKind; readonly code: string }> = new Map([
  ...numbers([18456, 18452, 18470, 18486, 18487, 18488], "refused", "login-failed"),
  ...numbers([911, 4060], "refused", "no-database"),
  ...numbers([208], "refused", "no-table"),
  // 916: the login is no user of the database; 297, 300: server and database state.
  ...numbers([229, 230, 262, 297, 300, 916], "refused", "no-permission"),
  ...numbers([1205], "unavailable", "deadlock"),
  ...numbers([1222], "unavailable", "lock-timeout"),
  // A database that recovers, is being restored or is offline for the moment.
  ...numbers([904, 921, 922, 927, 942, 952], "unavailable", "database-not-ready"),
  // Memory is short.
  ...numbers([701, 802, 8645, 8651], "unavailable", "no-memory"),
]);

/** The driver's own codes (tedious `errors.ts`): no answer in time, or no connection. */
const withoutAnswer: ReadonlyMap<string, string> = new Map([
  ["ETIMEOUT", "Timeout"],
  ["ECANCEL", "Timeout"],
  ["ESOCKET", "ConnectionLost"],
  ["ECLOSE", "ConnectionLost"],
  ["EINVALIDSTATE", "ConnectionLost"],
]);

/**
 * A failure of the driver or the server as the port promises it.
 * @param loginError the number of an error that the server sent before it refused a login; the driver drops it.
 */
export function toCloudError(action: string, error: unknown, loginError?: number): CloudError {
  const cause = firstOf(error);
  const message = cause.message || "no connection";
  const number = numberOf(cause) ?? loginError;
  const meaning = number === undefined ? undefined : meanings.get(number);
  if (meaning) return new CloudError(meaning.kind, "sql-server", action, meaning.code, message, { cause });
  if (number !== undefined) {
    // Severity 20 and above ends the connection (sys.messages).
    if (severityOf(cause) >= 20)
      return new CloudError("unavailable", "sql-server", action, "ConnectionLost", message, { cause });
    return new CloudError("refused", "sql-server", action, "sql-error", `${message} (error ${number})`, { cause });
  }
  const driverCode = codeOf(cause);
  if (driverCode === "ELOGIN")
    return new CloudError("refused", "sql-server", action, "login-failed", message, { cause });
  const code = withoutAnswer.get(driverCode) ?? "ConnectionLost";
  return new CloudError("unavailable", "sql-server", action, code, message, { cause });
}

/** The number of SQL Server's error behind a CloudError of ours; undefined for any other error. */
export function sqlErrorNumber(error: unknown): number | undefined {
  return error instanceof CloudError && error.cause instanceof Error ? numberOf(error.cause) : undefined;
}

/** A batch that fails in several ways reports all; the first one is the reason, the others follow from it. */
function firstOf(error: unknown): Error {
  if (error instanceof AggregateError && error.errors[0] instanceof Error) return error.errors[0];
  return error instanceof Error ? error : new Error(String(error));
}

function numberOf(error: Error): number | undefined {
  return "number" in error && typeof error.number === "number" ? error.number : undefined;
}

function severityOf(error: Error): number {
  return "class" in error && typeof error.class === "number" ? error.class : 0;
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

function numbers(list: readonly number[], kind: CloudErrorKind, code: string) {
  return list.map((number) => [number, { kind, code }] as const);
}
