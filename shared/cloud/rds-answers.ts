import type { Fields } from "./answer";
import * as read from "./answer";
import type { RdsAddress, RdsBackup, RdsInstance } from "./rds";

/** Forms of RDS answers (rds documentation of each operation): extra fields ignored, drifting types tolerated. */
export function attribute(answer: Fields): RdsInstance[] {
  return read.part(answer, "Items", (found) => read.list(found, "DBInstanceAttribute", instance));
}

export function instances(answer: Fields): RdsInstance[] {
  return read.part(answer, "Items", (found) => read.list(found, "DBInstance", instance));
}

function instance(raw: Fields): RdsInstance {
  return {
    id: read.text(raw, "DBInstanceId"),
    type: read.textOr(raw, "DBInstanceType", "Primary"),
    status: read.text(raw, "DBInstanceStatus"),
    masterInstanceId: read.textOrNull(raw, "MasterInstanceId"),
    temporaryInstanceId: read.textOrNull(raw, "TempDBInstanceId"),
    engine: read.textOr(raw, "Engine", ""),
    engineVersion: read.textOr(raw, "EngineVersion", ""),
    category: read.textOrNull(raw, "Category"),
    storageType: read.textOrNull(raw, "DBInstanceStorageType"),
    storageGb: read.numberOrNull(raw, "DBInstanceStorage"),
    networkType: read.textOr(raw, "InstanceNetworkType", ""),
    vpcId: read.textOrNull(raw, "VpcId"),
    lockMode: read.textOr(raw, "LockMode", ""),
    collation: read.textOrNull(raw, "Collation"),
    timeZone: read.textOrNull(raw, "TimeZone"),
    // The list says CreateTime, the attribute CreationTime.
    createdAtMs: read.utcTimeOrNull(raw, "CreationTime") ?? read.utcTimeOrNull(raw, "CreateTime") ?? 0,
  };
}

/** Null for a backup without its times, one that is still running: it is no restore point, and counts for the length of a page. */
export function backups(answer: Fields): (RdsBackup | null)[] {
  return read.part(answer, "Items", (found) => read.listOrNulls(found, "Backup", backup));
}

function backup(raw: Fields): RdsBackup {
  const consistentSeconds = read.numberIn(raw, "ConsistentTime");
  return {
    backupId: read.looseText(raw, "BackupId"),
    status: read.text(raw, "BackupStatus"),
    type: read.text(raw, "BackupType"),
    available: raw["IsAvail"] === undefined || read.looseBoolean(raw, "IsAvail"),
    startedAtMs: read.utcTime(raw, "BackupStartTime"),
    endedAtMs: read.utcTime(raw, "BackupEndTime"),
    // Epoch seconds; 0 means that there is none.
    consistentAtMs: consistentSeconds ? consistentSeconds * 1000 : null,
  };
}

/** Null for a log backup without its times; as for backups. */
export function logBackups(answer: Fields): ({ beginMs: number; endMs: number } | null)[] {
  return read.part(answer, "Items", (found) => read.listOrNulls(found, "BinLogFile", logBackup));
}

function logBackup(raw: Fields): { beginMs: number; endMs: number } {
  return { beginMs: read.utcTime(raw, "LogBeginTime"), endMs: read.utcTime(raw, "LogEndTime") };
}

export function backupPolicy(answer: Fields) {
  const dataRetentionDays = read.looseNumber(answer, "BackupRetentionPeriod");
  return {
    dataRetentionDays,
    logRetentionDays: read.numberOrNull(answer, "LogBackupRetentionPeriod") ?? dataRetentionDays,
    logBackupEnabled: read.booleanOrNull(answer, "EnableBackupLog") ?? true,
  };
}

export function databases(answer: Fields): { name: string; status: string; characterSet: string }[] {
  return read.part(answer, "Databases", (found) => read.list(found, "Database", database));
}

function database(raw: Fields): { name: string; status: string; characterSet: string } {
  return {
    name: read.text(raw, "DBName"),
    status: read.textOr(raw, "DBStatus", "Running"),
    characterSet: read.textOr(raw, "CharacterSetName", ""),
  };
}

/** Bytes; -1 is RDS for "no data". */
export function diskUsed(answer: Fields): number | null {
  const bytes = read.looseNumber(answer, "DiskUsed");
  return bytes < 0 ? null : bytes;
}

const kinds: Readonly<Record<string, RdsAddress["kind"]>> = { private: "private", inner: "inner", public: "public" };

export function addresses(answer: Fields): RdsAddress[] {
  const found = read.part(answer, "DBInstanceNetInfos", (infos) => read.list(infos, "DBInstanceNetInfo", address));
  return found.filter((each) => each !== null);
}

/** Null for an address of a kind that is not ours to use. */
function address(raw: Fields): RdsAddress | null {
  const host = read.text(raw, "ConnectionString");
  const kind = kinds[read.text(raw, "IPType").toLowerCase()];
  const port = read.looseNumber(raw, "Port");
  return kind ? { kind, host, port } : null;
}

/** The entries of each group. */
export function whitelist(answer: Fields): [string, string[]][] {
  return read.part(answer, "Items", (found) => read.list(found, "DBInstanceIPArray", group));
}

function group(raw: Fields): [string, string[]] {
  return [read.text(raw, "DBInstanceIPArrayName"), read.entries(read.textOr(raw, "SecurityIPList", ""))];
}

export function createdTemporaryInstance(answer: Fields): { instanceId: string } {
  return { instanceId: read.id(answer, "TempDBInstanceId") };
}

export function publicConnection(answer: Fields): { connectionString: string } {
  return { connectionString: read.text(answer, "ConnectionString") };
}
