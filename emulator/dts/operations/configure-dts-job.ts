import type { RpcParameters } from "../../core/rpc-service";
import { ServiceError } from "../../core/service-error";
import { parseDbList } from "../db-list";
import { DTS_WHITELIST_GROUP, dtsServerNetworks } from "../dts-servers";
import type { Job, JobStatus } from "../job";
import type { JobBook } from "../job-book";
import type { Endpoint, JobConfiguration } from "../job-configuration";
import { startPrecheck } from "../migration";
import type { Operation } from "../operation";
import { booleanOf, refuseParameters, required } from "../parameters";
import { beyondThisEmulator, Refusal } from "../refusal";
import { parseReserve } from "../reserve";

const CONFIGURABLE: readonly JobStatus[] = ["NotConfigured", "NotStarted", "PrecheckFailed", "PreCheckPass"];
const UNPLAYED = ["DataCheckConfigure", "Checkpoint", "DedicatedClusterId", "FileOssUrl", "SynchronizationDirection"];

/**
 * ConfigureDtsJob (help: 208399). With ids it configures a bought job, which then starts by itself unless
 * `Reserve.autoStartModulesAfterConfig` is `none`; without ids it makes an unbought job. Every call without ids makes one more.
 */
export const configureDtsJob: Operation = (parameters, book) => {
  refuseParameters(parameters, UNPLAYED);
  if (book.account.isRoleMissing) throw roleMissing();
  const name = required(parameters, "DtsJobName");
  if (required(parameters, "JobType") !== "MIGRATION") throw beyondThisEmulator("other jobs than MIGRATION");
  const hasIds = Boolean(parameters["DtsJobId"] || parameters["DtsInstanceId"]);
  const existing = hasIds ? book.select(parameters) : undefined;
  if (existing && !CONFIGURABLE.includes(existing.status)) throw alreadyStarted(existing);
  const configuration = readConfiguration(parameters, book);

  const job = existing ?? book.add();
  job.name = name;
  job.configuration = configuration;
  job.status = "NotStarted";
  job.updatedAtMs = book.world.clock.nowMs();
  job.precheckItems = [];
  job.precheck.status = "NotStarted";
  job.precheck.errorMessage = "";
  if (book.world.capabilities.configureOpensWhitelist) openWhitelists(configuration, book);
  if (job.instanceId !== undefined && configuration.reserve.startsByItself)
    startPrecheck(job, book.world, book.world.clock.nowMs(), true);
  return {
    DtsInstanceId: job.instanceId,
    DtsJobId: job.id,
    Success: "true",
    HttpStatusCode: "200",
    ErrCode: "",
    ErrMessage: "",
  };
};

function readConfiguration(parameters: RpcParameters, book: JobBook): JobConfiguration {
  const structure = booleanOf(parameters, "StructureInitialization");
  const data = booleanOf(parameters, "DataInitialization");
  const synchronization = booleanOf(parameters, "DataSynchronization");
  if (structure === undefined || data === undefined || synchronization === undefined || !(structure || data))
    throw new ServiceError(403, "InvalidParameter", "You must specify the parameter MigrationMode.");
  if (synchronization) throw beyondThisEmulator("DataSynchronization, only full migration");
  const dbListText = required(parameters, "DbList");
  const reserveText = required(parameters, "Reserve");
  return {
    source: readEndpoint(parameters, "Source", book),
    destination: readEndpoint(parameters, "Destination", book),
    migrateStructure: structure,
    migrateData: data,
    databases: parseDbList(dbListText),
    reserve: parseReserve(reserveText),
    dbListText,
    reserveText,
  };
}

function readEndpoint(parameters: RpcParameters, side: "Source" | "Destination", book: JobBook): Endpoint {
  const read = (member: string): string => required(parameters, `${side}Endpoint${member}`);
  const instanceType = read("InstanceType");
  if (instanceType !== "RDS") throw beyondThisEmulator(`endpoints of type ${instanceType}, only RDS`);
  const engineName = read("EngineName");
  if (engineName !== "MSSQL")
    throw new ServiceError(403, `DbTypeNotSupport.${side}`, `The database type ${engineName} is not supported.`);
  const region = read("Region");
  const instanceId = read("InstanceID");
  const instance = book.world.instances.instance(instanceId);
  const isRefused = instance?.type === "Temp" && !book.world.capabilities.dtsTakesTemporarySource;
  // Read-only instances cannot be sources, and cannot be written to.
  if (region !== book.world.regionId || instance?.engine !== "SQLServer" || instance.type === "Readonly" || isRefused)
    throw new Refusal("DTS.Msg.InvalidEndpoint", "The endpoint %s is invalid or does not exist.", instanceId);
  return { instanceId, region, userName: read("UserName"), password: read("Password") };
}

function openWhitelists(configuration: JobConfiguration, book: JobBook): void {
  for (const { instanceId } of [configuration.source, configuration.destination])
    book.world.instances.instance(instanceId)?.whitelist.set(DTS_WHITELIST_GROUP, [...dtsServerNetworks]);
}

/** `AliyunDTSDefaultRole` was never authorised; the status is unverified. */
function roleMissing(): ServiceError {
  return new ServiceError(403, "Abnormal.RamCheckUserRole", "The service role AliyunDTSDefaultRole is not authorized.");
}

function alreadyStarted(job: Job): ServiceError {
  return new ServiceError(
    403,
    "UpdateJob.OperationDenied.InitStatus",
    `The job ${job.id} is ${job.status}; only a job that has not started can be configured.`,
  );
}
