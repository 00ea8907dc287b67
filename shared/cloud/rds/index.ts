/** An instance as DescribeDBInstanceAttribute or DescribeDBInstances tells it; raw strings where the set of values is open. */
export interface RdsDatabase {
  readonly name: string;
  readonly status: string;
  readonly characterSet: string;
}

export interface RdsInstance {
  readonly id: string;
  /** Text of the owner's; exactly ours where a restore made it. */
  readonly description: string | null;
  /** `Primary`, `Readonly`, `Guard`, `Temp` … */
  readonly type: string;
  /** Open set; compare through shared/cloud/statuses. */
  readonly status: string;
  readonly masterInstanceId: string | null;
  readonly temporaryInstanceId: string | null;
  readonly engine: string;
  readonly engineVersion: string;
  readonly category: string | null;
  readonly storageType: string | null;
  readonly storageGb: number | null;
  readonly instanceClass: string | null;
  readonly networkType: string;
  readonly vpcId: string | null;
  readonly vSwitchId: string | null;
  /** Of its primary node, where RDS says it; else that of the instance, which may name several zones. */
  readonly zoneId: string | null;
  readonly lockMode: string;
  readonly collation: string | null;
  /** Windows name. */
  readonly timeZone: string | null;
  /** `Simple`, `Full` …; null: not told, as in lists. */
  readonly recoveryModel?: string | null;
  /** How many databases it may have; null: not told. */
  readonly databasesMax?: number | null;
  readonly createdAtMs: number;
}

export interface RdsBackup {
  readonly backupId: string;
  readonly status: string;
  readonly type: string;
  /** `Physical`, `Snapshot` …; null: not told. */
  readonly method?: string | null;
  readonly available: boolean;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** The moment the backup is consistent to, where RDS says so. */
  readonly consistentAtMs: number | null;
}

export interface RdsAddress {
  readonly kind: "private" | "inner" | "public";
  /** The VPC of a private address. */
  readonly vpcId: string | null;
  readonly host: string;
  readonly port: number;
}

/** What an instance is and where it lies, as far as it decides whether it is sold and for how much. */
export interface RdsOffering {
  readonly engineVersion: string;
  readonly category: string;
  readonly storageType: string;
  readonly zoneId: string;
}

/** A class on sale, with the disks that it takes, GB. */
export interface RdsClass {
  readonly name: string;
  readonly storage: { readonly least: number; readonly most: number; readonly step: number };
}

export interface HourlyPrice {
  readonly amount: number;
  /** Three letters. */
  readonly currency: string;
}

/** A pay-as-you-go clone in one zone of a VPC, down to everything that is sent. */
export interface CloneOrder {
  readonly masterInstanceId: string;
  readonly restoreTimeMs: number | null;
  readonly backupId: string | null;
  /** The same for the same order: RDS then makes no second clone, for as long as it knows the token. */
  readonly clientToken: string;
  readonly description: string;
  readonly instanceClass: string;
  readonly storageType: string;
  readonly storageGb: number;
  readonly vpcId: string;
  readonly vSwitchId: string;
  readonly zoneId: string;
}

/** Databases of a backup or of a time, each with the name under which it arrives. */
export interface DatabaseRestore {
  /** The instance whose backups are used. */
  readonly instanceId: string;
  /** Where the databases arrive; may be the same instance. */
  readonly targetInstanceId: string;
  readonly databases: readonly { readonly name: string; readonly newName: string }[];
  /** Exactly one of the two is given. */
  readonly restoreTimeMs: number | null;
  readonly backupId: string | null;
}

/** RDS 2014-08-15 as the restore needs it. Every method throws CloudError; reads of a gone instance answer null. */
export interface Rds {
  /** DescribeDBInstanceAttribute; null for the not-found family and for an empty list. */
  describeInstance(instanceId: string): Promise<RdsInstance | null>;
  /** DescribeDBInstances of type Temp, all pages; lists lag, absence proves nothing. */
  listTemporaryInstances(): Promise<RdsInstance[]>;
  /** DescribeDBInstances of type Primary whose id or description holds the text, all pages; as above. */
  listPrimaries(searchKey: string): Promise<RdsInstance[]>;
  /** DescribeAvailableClasses, pay as you go, for SQL Server. */
  listClasses(offering: RdsOffering): Promise<RdsClass[]>;
  /**
   * DescribePrice for an hour of one such instance. The site of the account decides the commodity and the currency, and no call tells
   * it: that of `currency` is tried first, then the other one.
   */
  hourlyPrice(
    offering: RdsOffering & { readonly instanceClass: string; readonly storageGb: number },
    currency: string | null,
  ): Promise<HourlyPrice>;
  /** DescribeBackups between two times (epoch ms), all pages. */
  listBackups(instanceId: string, fromMs: number, toMs: number): Promise<RdsBackup[]>;
  /** DescribeLogBackupFiles between two times, all pages. */
  listLogBackups(
    instanceId: string,
    fromMs: number,
    toMs: number,
  ): Promise<{ readonly beginMs: number; readonly endMs: number }[]>;
  describeBackupPolicy(instanceId: string): Promise<{
    readonly dataRetentionDays: number;
    readonly logRetentionDays: number;
    readonly logBackupEnabled: boolean;
  }>;
  /** DescribeDatabases, all pages. */
  listDatabases(instanceId: string): Promise<RdsDatabase[]>;
  /** DescribeResourceUsage; null where RDS has no figure (-1). */
  describeDiskUsed(instanceId: string): Promise<number | null>;
  /** DescribeDBInstanceNetInfo. */
  listAddresses(instanceId: string): Promise<RdsAddress[]>;
  /** DescribeDBInstanceIPArrayList: group name to entries; null: there is no such instance. */
  listWhitelist(instanceId: string): Promise<ReadonlyMap<string, readonly string[]> | null>;

  /** CreateTempDBInstance: not idempotent, never repeated blindly. Exactly one of the two is given. */
  createTemporaryInstance(input: {
    readonly masterInstanceId: string;
    readonly restoreTimeMs: number | null;
    readonly backupId: string | null;
  }): Promise<{ readonly instanceId: string }>;
  /** CloneDBInstance, always pay as you go. */
  cloneInstance(order: CloneOrder): Promise<{ readonly instanceId: string }>;
  /** DeleteDBInstance; the not-found family is success. */
  deleteInstance(instanceId: string): Promise<void>;
  /** ModifySecurityIps with ModifyMode Cover on a group of our own. */
  coverWhitelistGroup(instanceId: string, group: string, addresses: readonly string[]): Promise<void>;
  allocatePublicConnection(
    instanceId: string,
    prefix: string,
    port: number,
  ): Promise<{ readonly connectionString: string }>;
  createDatabase(input: {
    readonly instanceId: string;
    readonly name: string;
    readonly characterSet: string;
    readonly description: string;
  }): Promise<void>;
  /**
   * RecoveryDBInstance into an instance that exists: not idempotent, answers no id; the databases are found by their names.
   * @throws CloudError `refused` with the code `NoTarget`, and sends nothing, without a target: RDS would sell an instance instead
   */
  recoverDatabases(restore: DatabaseRestore): Promise<void>;
  /** CopyDatabaseBetweenInstances: as recoverDatabases, by the other call of RDS. Rights of accounts are never copied. */
  copyDatabases(restore: DatabaseRestore): Promise<void>;
}
