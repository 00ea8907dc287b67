import type { RpcParameters, RpcService } from "../core/rpc-service";
import { notEmulated, ServiceError } from "../core/service-error";
import { type DtsWorld, defaultRecovery } from "./dts-world";
import type { Job, JobStatus } from "./job";
import { type DtsAccount, JobBook } from "./job-book";
import { failMigration, suspendMigration } from "./migration";
import type { Operation } from "./operation";
import { configureDtsJob } from "./operations/configure-dts-job";
import { createDtsInstance } from "./operations/create-dts-instance";
import { deleteDtsJob, deleteDtsJobs } from "./operations/delete-dts-job";
import { describeDtsIp } from "./operations/describe-dts-ip";
import { describeDtsJobDetail } from "./operations/describe-dts-job-detail";
import { describeDtsJobs } from "./operations/describe-dts-jobs";
import { describePreCheckStatus } from "./operations/describe-precheck-status";
import { modifyDtsJobPassword } from "./operations/modify-dts-job-password";
import { resetDtsJob } from "./operations/reset-dts-job";
import { startDtsJob } from "./operations/start-dts-job";
import { stopDtsJob } from "./operations/stop-dts-job";
import { suspendDtsJob } from "./operations/suspend-dts-job";
import { Refusal } from "./refusal";

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    CreateDtsInstance: createDtsInstance,
    ConfigureDtsJob: configureDtsJob,
    StartDtsJob: startDtsJob,
    SuspendDtsJob: suspendDtsJob,
    StopDtsJob: stopDtsJob,
    DeleteDtsJob: deleteDtsJob,
    DeleteDtsJobs: deleteDtsJobs,
    DescribeDtsJobs: describeDtsJobs,
    DescribeDtsJobDetail: describeDtsJobDetail,
    DescribePreCheckStatus: describePreCheckStatus,
    DescribeDTSIP: describeDtsIp,
    ModifyDtsJobPassword: modifyDtsJobPassword,
    ResetDtsJob: resetDtsJob,
  }),
);

/** Operations of DTS 2020-01-01 that are known and not played. */
const KNOWN: ReadonlySet<string> = new Set(
  `AuthorizeFileUpload ConfigureMigrationJob ConfigureSubscription CountJobByCondition CreateJobMonitorRule
  CreateMigrationJob DeleteMigrationJob DescribeConnectionStatus DescribeDataCheckReportUrl DescribeDataCheckTableDetails
  DescribeDataCheckTableDiffDetails DescribeDtsServiceLog DescribeEndpointSwitchStatus DescribeInitializationStatus
  DescribeMigrationJobDetail DescribeMigrationJobStatus DescribeMigrationJobs InitDtsRdsInstance ListJobStep ModifyDtsJob
  ModifyDtsJobName ShieldPrecheck SkipFullJobTable SkipPreCheck StartDtsJobs StartMigrationJob StopDtsJobs StopMigrationJob
  SummaryJobDetail SuspendDtsJobs SuspendMigrationJob WhiteIpList`.split(/\s+/),
);

/**
 * DTS 2020-01-01 for full migrations between RDS SQL Server instances, which really copies rows. Jobs move by computing
 * from their records and the clock: every call first settles what is due. A caller that looks at an instance's rows, or is about to
 * take an instance away, calls `settle` before, because a late settlement sees the instances as they are then.
 */
export class DtsService implements RpcService {
  readonly product = "dts";
  readonly version = "2020-01-01";
  readonly #book: JobBook;

  constructor(world: Omit<DtsWorld, "recovery"> & Partial<Pick<DtsWorld, "recovery">>) {
    this.#book = new JobBook({ ...world, recovery: world.recovery ?? defaultRecovery });
  }

  /** @throws ServiceError for refusals of the gateway's shape; the other shape is an answer with `Success: "false"` */
  call(action: string, parameters: RpcParameters): Record<string, unknown> {
    const operation = OPERATIONS.get(action);
    if (!operation) throw KNOWN.has(action) ? notEmulated("DTS", action) : unknownAction(action);
    this.settle();
    try {
      return operation(parameters, this.#book);
    } catch (error) {
      if (error instanceof Refusal) return error.body();
      throw error;
    }
  }

  /** Moves every job up to `nowMs` (the clock's time); each write carries the moment at which it was due. */
  settle(nowMs: number = this.#book.world.clock.nowMs()): void {
    this.#book.settle(nowMs);
  }

  /** The account's troubles, to be set by hand. */
  get account(): DtsAccount {
    return this.#book.account;
  }

  /** The jobs that exist, in the order of their making. */
  jobs(): readonly Job[] {
    return this.#book.jobs();
  }

  /** @param id of the job or of its DTS instance */
  job(id: string): Job | undefined {
    return this.#book.job(id);
  }

  /** A fault: the migration fails now with `message`; DTS may resume it by itself later. */
  failJob(id: string, message: string): void {
    const job = this.#settled(id, ["Migrating", "Retrying", "Suspending"]);
    failMigration(job, this.#book.world, this.#book.world.clock.nowMs(), message);
  }

  /** Somebody pauses the migrating job in the console. */
  pauseByHand(id: string): void {
    suspendMigration(this.#settled(id, ["Migrating", "Retrying"]));
  }

  /** Somebody deletes the job in the console, whatever it is doing. */
  deleteByHand(id: string): void {
    this.#book.remove(this.#settled(id));
  }

  /** The job as it is now. @throws Error when the caller asks for what cannot happen */
  #settled(id: string, statuses?: readonly JobStatus[]): Job {
    this.settle();
    const job = this.job(id);
    if (!job) throw new Error(`there is no job ${id}`);
    if (statuses && !statuses.includes(job.status)) throw new Error(`the job ${id} is ${job.status}`);
    return job;
  }
}

function unknownAction(action: string): ServiceError {
  return new ServiceError(
    404,
    "InvalidAction.NotFound",
    `Specified api is not found, please check your url and method: ${action}.`,
  );
}
