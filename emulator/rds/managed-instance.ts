import { SqlServerData } from "../data/sql-server-data";
import { BackupHistory, type BackupPolicy, defaultBackupPolicy } from "./backup-history";
import type { DatabaseRestore } from "./database-restore";
import type { Instance } from "./instance";

/** What RDS knows of an instance beyond what its SQL Server and its network show. */
export interface ManagedInstance {
  readonly instance: Instance;
  readonly backups: BackupHistory;
  /** Databases that CreateDatabase made, by lower-case name. */
  readonly databaseNotes: Map<string, DatabaseNote>;
  /** Whitelist groups that are hidden in the console, and the like. */
  readonly whitelistAttributes: Map<string, string>;
  readonly payType: "Postpaid" | "Prepaid";
  readonly deletionProtection: boolean;
  /** `Simple`: there are backup sets, and no times between them. */
  readonly recoveryModel: "Full" | "Simple";
  /** How many databases it may have. */
  readonly databasesMax: number;
  /** Databases on their way into it. */
  readonly databaseRestores: DatabaseRestore[];
  /** The next restore of databases into it is accepted, and comes to nothing. */
  failsNextDatabaseRestore: boolean;
  /** A disk figure set by hand; otherwise it follows from the data. */
  diskUsedBytes: number | undefined;
}

export interface DatabaseNote {
  readonly description: string;
  /** `Creating` until then. */
  readonly runningFromMs: number;
}

/** An instance to put into the region: everything left out takes the value of an ordinary 2008 R2 master that is ten days old. */
export interface InstanceSpec {
  readonly id: string;
  readonly type?: "Primary" | "Readonly";
  readonly masterInstanceId?: string;
  readonly engine?: Instance["engine"];
  readonly engineVersion?: string;
  readonly category?: Instance["category"];
  readonly storageType?: Instance["storageType"];
  readonly storageGb?: number;
  readonly instanceClass?: string;
  readonly networkType?: Instance["networkType"];
  readonly vpcId?: string;
  /** `cn-hangzhou-MAZ5(b,c)` is one in two zones. */
  readonly zoneId?: string;
  readonly vSwitchId?: string;
  readonly collation?: string;
  readonly timeZone?: string;
  readonly createdAtMs?: number;
  readonly description?: string;
  readonly encryption?: Instance["encryption"];
  readonly whitelist?: Readonly<Record<string, readonly string[]>>;
  readonly tags?: Readonly<Record<string, string>>;
  readonly data?: SqlServerData;
  readonly payType?: ManagedInstance["payType"];
  readonly deletionProtection?: boolean;
  readonly backupPolicy?: Partial<BackupPolicy>;
  readonly recoveryModel?: ManagedInstance["recoveryModel"];
  readonly databasesMax?: number;
}

const tenDaysMs = 10 * 24 * 3600_000;

/** Builds the instance of a spec, without an address. RDS's own default whitelist lets no client in. */
export function instanceOf(spec: InstanceSpec, nowMs: number): Instance {
  const networkType = spec.networkType ?? "VPC";
  const createdAtMs = spec.createdAtMs ?? nowMs - tenDaysMs;
  return {
    id: spec.id,
    type: spec.type ?? "Primary",
    masterInstanceId: spec.masterInstanceId,
    engine: spec.engine ?? "SQLServer",
    engineVersion: spec.engineVersion ?? "2008r2",
    category: spec.category ?? "HighAvailability",
    storageType: spec.storageType ?? "local_ssd",
    storageGb: spec.storageGb ?? 100,
    instanceClass: spec.instanceClass ?? "rds.mssql.s2.large",
    networkType,
    vpcId: networkType === "VPC" ? (spec.vpcId ?? "vpc-local") : undefined,
    zoneId: spec.zoneId,
    vSwitchId: spec.vSwitchId,
    collation: spec.collation ?? "Chinese_PRC_CI_AS",
    timeZone: spec.timeZone ?? "China Standard Time",
    createdAtMs,
    runningFromMs: createdAtMs,
    deletingSinceMs: undefined,
    goneAtMs: undefined,
    forcedStatus: undefined,
    lockMode: "Unlock",
    // Every SQL Server since 2005 has a certificate, its own if it was given none.
    encryption: spec.encryption ?? "offered",
    description: spec.description ?? spec.id,
    whitelist: whitelistOf(spec.whitelist ?? { default: ["127.0.0.1"] }),
    privateAddress: undefined,
    publicAddress: undefined,
    publicConnectionString: undefined,
    tags: new Map(Object.entries(spec.tags ?? {})),
    restoredToMs: undefined,
    data: spec.data ?? new SqlServerData(),
  };
}

/** Puts an instance under management: its backups begin with it. */
export function managed(
  instance: Instance,
  logBackupIntervalMs: number,
  spec: Pick<InstanceSpec, "payType" | "deletionProtection" | "backupPolicy" | "recoveryModel" | "databasesMax"> = {},
): ManagedInstance {
  const policy = { ...defaultBackupPolicy, ...spec.backupPolicy };
  return {
    instance,
    backups: new BackupHistory(instance.id, instance.createdAtMs, policy, logBackupIntervalMs),
    databaseNotes: new Map(),
    whitelistAttributes: new Map(),
    payType: spec.payType ?? "Postpaid",
    deletionProtection: spec.deletionProtection ?? false,
    recoveryModel: spec.recoveryModel ?? "Full",
    databasesMax: spec.databasesMax ?? 100,
    databaseRestores: [],
    failsNextDatabaseRestore: false,
    diskUsedBytes: undefined,
  };
}

function whitelistOf(groups: Readonly<Record<string, readonly string[]>>): Map<string, string[]> {
  return new Map(Object.entries(groups).map(([name, entries]) => [name, [...entries]]));
}
