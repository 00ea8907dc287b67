import { storedDbList } from "./db-list";
import type { DtsWorld } from "./dts-world";
import type { Job } from "./job";
import type { Endpoint } from "./job-configuration";
import { wireTime } from "./operation";
import { dataProgress, precheckProgress, structureProgress } from "./progress";

/** One element of `DtsJobList` (help: DescribeDtsJobs, 209702). Fields without a value yet are absent. */
export function jobListItem(job: Job, world: DtsWorld, withDbList: boolean): Record<string, unknown> {
  const { configuration } = job;
  return Object.assign(sharedFields(job, withDbList), {
    JobType: "online",
    PayType: "PostPaid",
    MigrationMode: {
      StructureInitialization: configuration?.migrateStructure ?? false,
      DataInitialization: configuration?.migrateData ?? false,
      DataSynchronization: false,
      FullDataCheck: false,
      IncDataCheck: false,
    },
    PrecheckStatus: precheckProgress(job, world),
    StructureInitializationStatus: structureProgress(job),
    DataInitializationStatus: dataProgress(job),
    DataSynchronizationStatus: {
      Status: "NotStarted",
      Percent: "0",
      Progress: "0",
      ErrorMessage: "",
      NeedUpgrade: false,
    },
    FullDataCheckStatus: { Status: "NotStarted", Percent: "0", Progress: "", ErrorMessage: "", CanSwitch: false },
    Performance: { Flow: "0.00", Rps: job.status === "Migrating" ? String(world.timings.rowsPerSecond) : "0" },
    ErrorDetails: errorDetails(job),
    TagList: [],
    SourceEndpoint: configuration && endpoint(configuration.source, world),
    DestinationEndpoint: configuration && endpoint(configuration.destination, world),
  });
}

/** The flat answer of DescribeDtsJobDetail: times and retries, but no status of precheck, structure and data. */
export function jobDetail(job: Job, world: DtsWorld): Record<string, unknown> {
  const { configuration } = job;
  return Object.assign(sharedFields(job, true), {
    Code: 200,
    BootTime: wireTime(job.bootAtMs),
    FinishTime: wireTime(job.finishedAtMs),
    LastUpdateTime: wireTime(job.updatedAtMs),
    MigrationMode: {
      StructureInitialization: configuration?.migrateStructure ?? false,
      DataInitialization: configuration?.migrateData ?? false,
      DataSynchronization: false,
    },
    DataSynchronizationStatus: { Status: "NotStarted", Percent: "0", Progress: "0", ErrorMessage: "" },
    SubDistributedJob: [],
    SubSyncJob: [],
    SourceEndpoint: configuration && detailedEndpoint(configuration.source, world),
    DestinationEndpoint: configuration && detailedEndpoint(configuration.destination, world),
  });
}

function sharedFields(job: Job, withDbList: boolean): Record<string, unknown> {
  const { configuration } = job;
  return {
    DtsJobId: job.id,
    DtsInstanceID: job.instanceId,
    DtsJobName: job.name,
    DtsJobClass: job.instanceClass === "" ? undefined : job.instanceClass,
    Status: job.status,
    CreateTime: wireTime(job.createdAtMs),
    Delay: 0,
    ErrorMessage: job.errorMessage,
    Reserved: configuration?.reserveText,
    DbObject: configuration && withDbList ? storedDbList(configuration.dbListText) : undefined,
    RetryState: retryState(job),
  };
}

function endpoint(end: Endpoint, { capabilities }: DtsWorld): Record<string, string> {
  return {
    InstanceType: "RDS",
    InstanceID: end.instanceId,
    EngineName: capabilities.engineNameInAnswers,
    Region: end.region,
    Ip: "",
    Port: "",
    UserName: end.userName,
    DatabaseName: "",
    OracleSID: "",
    SslSolutionEnum: "DISABLE",
  };
}

function detailedEndpoint(end: Endpoint, world: DtsWorld): Record<string, unknown> {
  return Object.assign(endpoint(end, world), { AliyunUid: "", RoleName: "", CanModifyPassword: true });
}

function retryState(job: Job): Record<string, unknown> {
  return {
    Retrying: job.retry !== undefined,
    RetryCount: job.retry?.count ?? 0,
    RetryTime: job.retry ? Math.floor((job.updatedAtMs - job.retry.sinceMs) / 1000) : 0,
    MaxRetryTime: 7200,
    RetryTarget: job.retry?.end ?? "",
    Module: "",
    JobId: "",
    ErrMessage: job.retry ? job.errorMessage : "",
  };
}

function errorDetails(job: Job): { ErrorCode: string; HelpUrl: string }[] {
  const code = /^DTS-\d+/.exec(job.errorMessage)?.[0];
  return code ? [{ ErrorCode: code, HelpUrl: "" }] : [];
}
