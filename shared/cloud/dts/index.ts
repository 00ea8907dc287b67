/** A login at one end of a migration. Lives only in memory between the secret store and the call. */
export interface Credentials {
  readonly userName: string;
  readonly password: string;
}

export interface DtsStage {
  readonly status: string;
  readonly percent: number;
  readonly progress: number;
  readonly errorMessage: string;
}

export interface DtsJob {
  readonly jobId: string;
  readonly dtsInstanceId: string | null;
  readonly name: string;
  /** Open set; compare through shared/cloud/statuses. */
  readonly status: string;
  readonly createdAtMs: number | null;
  readonly errorMessage: string;
  /** Absent in the detail call. */
  readonly precheck: DtsStage | null;
  readonly structure: DtsStage | null;
  readonly data: DtsStage | null;
  /** DbObject as stored, without DTS's own additions (`state`); null where the call does not carry it. */
  readonly objects: string | null;
  readonly sourceInstanceId: string | null;
  readonly destinationInstanceId: string | null;
  /** `targetTableMode` of what was reserved (see DtsJobSpecification); null where the call does not carry it. */
  readonly targetTableMode: string | null;
  readonly migratesStructure: boolean | null;
}

export interface DtsPrecheckItem {
  readonly item: string;
  readonly state: string;
  readonly errorKey: string;
  readonly canSkip: boolean;
}

export interface DtsJobSpecification {
  readonly name: string;
  /** The bought, empty job to configure; null makes a new, unbought one. */
  readonly jobId: string | null;
  readonly dtsInstanceId: string | null;
  readonly sourceInstanceId: string;
  readonly sourceCredentials: Credentials;
  readonly destinationInstanceId: string;
  readonly destinationCredentials: Credentials;
  /** The DbList text (see shared/restore/dts-objects). */
  readonly objects: string;
  readonly migrateStructure: boolean;
  /** `0` report existing objects, `2` keep existing rows and add the missing ones. */
  readonly targetTableMode: "0" | "2";
}

/** DTS 2020-01-01 as the restore needs it. Every method throws CloudError; a 200 with `Success:false` is a refusal. */
export interface Dts {
  /** DescribeDtsJobs by ids, in batches of 30; ids that are missing from the answer are missing from the map (no proof of anything). */
  describeJobs(jobIds: readonly string[]): Promise<ReadonlyMap<string, DtsJob>>;
  /** DescribeDtsJobs by name, exact matches only, all pages. */
  findJobsByName(name: string): Promise<DtsJob[]>;
  /** Every migration job whose name has the given prefix; for the hourly sweep. */
  listJobsByPrefix(prefix: string): Promise<DtsJob[]>;
  /** Migration jobs that were bought and never configured, whosever they are; for the hourly sweep. */
  listUnconfiguredJobs(): Promise<DtsJob[]>;
  /** DescribeDtsJobDetail; null when it is gone. */
  describeJob(jobId: string): Promise<DtsJob | null>;
  /** DescribePreCheckStatus, JobCode 01. */
  listPrecheckItems(jobId: string): Promise<DtsPrecheckItem[]>;
  /** DescribeDTSIP: CIDRs of the DTS servers of the region. */
  listServerAddresses(): Promise<string[]>;

  /** ConfigureDtsJob, full migration only, nothing starts by itself (`autoStartModulesAfterConfig: none`). */
  configureJob(
    specification: DtsJobSpecification,
  ): Promise<{ readonly jobId: string; readonly dtsInstanceId: string | null }>;
  /** CreateDtsInstance: for a configured job (with AutoStart), or an empty one. Not idempotent. */
  buy(input: {
    readonly jobId: string | null;
    readonly autoStart: boolean;
  }): Promise<{ readonly jobId: string; readonly dtsInstanceId: string }>;
  startJob(jobId: string): Promise<void>;
  stopJob(jobId: string): Promise<void>;
  /** DeleteDtsJob; not found is success. */
  deleteJob(jobId: string): Promise<void>;
}
