import type { RpcParameters } from "../../core/rpc-service";
import { ServiceError } from "../../core/service-error";
import type { Job } from "../job";
import type { JobBook } from "../job-book";
import { startMigration, startPrecheck } from "../migration";
import type { Operation } from "../operation";
import { booleanOf, oneOf, refuseParameters, required } from "../parameters";
import { beyondThisEmulator, invalidParameter, jobNotFound, wrongStatus } from "../refusal";

const CLASSES = ["small", "medium", "large", "xlarge", "xxlarge"] as const;

/**
 * CreateDtsInstance (help: 208270). Without `JobId` it buys an empty job; with it, it buys a configured one and, with
 * `AutoStart`, starts it. There is no client token: every call buys.
 */
export const createDtsInstance: Operation = (parameters, book) => {
  refuseParameters(parameters, ["DatabaseCount", "ComputeUnit", "Du", "MinDu", "MaxDu", "InsightModule"]);
  oneOf(parameters, "PayType", ["PostPaid"], "PostPaid");
  const instanceClass = oneOf(parameters, "InstanceClass", CLASSES, "small");
  const startsByItself = booleanOf(parameters, "AutoStart") ?? false;
  if (!parameters["JobId"] && startsByItself) throw invalidParameter("AutoStart", "it needs a valid JobId");
  if (book.account.isInArrears) throw new ServiceError(403, "LXBuyError", "Buy instance error.ARREARAGE");
  const job = parameters["JobId"] ? unboughtJob(parameters["JobId"], book) : emptyJob(parameters, book);
  job.instanceId = `dts${job.id}`;
  job.instanceClass = instanceClass;
  if (startsByItself) start(job, book);
  return { InstanceId: job.instanceId, JobId: job.id, Success: "true", ErrCode: "", ErrMessage: "" };
};

function unboughtJob(jobId: string, book: JobBook): Job {
  const job = book.job(jobId);
  if (!job || job.id !== jobId) throw jobNotFound();
  if (job.instanceId !== undefined) throw wrongStatus("CreateDtsInstance", `${job.status} (purchased)`);
  return job;
}

function emptyJob(parameters: RpcParameters, book: JobBook): Job {
  if (required(parameters, "Type").toUpperCase() !== "MIGRATION") throw beyondThisEmulator("other jobs than MIGRATION");
  for (const name of ["SourceRegion", "DestinationRegion"]) {
    if (required(parameters, name) !== book.world.regionId) throw beyondThisEmulator("more than one region");
  }
  for (const name of ["SourceEndpointEngineName", "DestinationEndpointEngineName"]) {
    // The documented default is MySQL, so leaving it out is another engine too.
    if (parameters[name] !== "MSSQL") throw beyondThisEmulator(`${name} ${parameters[name] ?? "MySQL"}, only MSSQL`);
  }
  return book.add();
}

function start(job: Job, book: JobBook): void {
  const nowMs = book.world.clock.nowMs();
  if (job.status === "PreCheckPass") startMigration(job, book.world, nowMs);
  else if (job.status === "Prechecking") job.migratesAfterPrecheck = true;
  else startPrecheck(job, book.world, nowMs, true);
}
