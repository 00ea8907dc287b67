import type { RpcParameters } from "../../core/rpc-service";
import type { Job } from "../job";
import { jobListItem } from "../job-answer";
import type { JobBook } from "../job-book";
import { type Operation, standardAnswer } from "../operation";
import { booleanOf, listOf, oneOf, refuseParameters, required } from "../parameters";
import { invalidParameter } from "../refusal";

const UNPLAYED = [
  "InstanceId",
  "InstanceType",
  "SrcProductType",
  "DestProductType",
  "Tags",
  "GroupId",
  "DedicatedClusterId",
];

/** DescribeDtsJobs (help: 209702): filters, order, and pages of 10, 20 or 30. `JobType` defaults to MIGRATION and hides the rest. */
export const describeDtsJobs: Operation = (parameters, book) => {
  refuseParameters(parameters, UNPLAYED);
  const pageNumber = Number(parameters["PageNumber"] ?? 1);
  if (!Number.isInteger(pageNumber) || pageNumber < 1) throw invalidParameter("PageNumber", "it must be 1 or more");
  const pageSize = Number(oneOf(parameters, "PageSize", ["10", "20", "30"], "20"));
  const withDbList = !(booleanOf(parameters, "WithoutDbList") ?? false);
  const jobs = ordered(selected(parameters, book), parameters);
  const page = jobs.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  return standardAnswer({
    PageNumber: pageNumber,
    PageRecordCount: page.length,
    TotalRecordCount: jobs.length,
    EtlDemoList: [],
    DtsJobList: page.map((job) => jobListItem(job, book.world, withDbList)),
  });
};

function selected(parameters: RpcParameters, book: JobBook): Job[] {
  const jobType = oneOf(parameters, "JobType", ["MIGRATION", "SYNC", "SUBSCRIBE", "CHECK"], "MIGRATION");
  const region = parameters["Region"] ?? book.world.regionId;
  if (jobType !== "MIGRATION" || region !== book.world.regionId) return [];
  const jobIds = listOf(parameters, "DtsJobId");
  const instanceIds = listOf(parameters, "DtsInstanceId");
  const status = parameters["Status"]?.toLowerCase();
  const matches = search(parameters);
  return book
    .listed()
    .filter(
      (job) =>
        (!jobIds || jobIds.includes(job.id)) &&
        (!instanceIds || (job.instanceId !== undefined && instanceIds.includes(job.instanceId))) &&
        (!status || job.status.toLowerCase() === status) &&
        matches(job),
    );
}

/** `Type` says what `Params` is looked for in; names are searched fuzzily. */
function search(parameters: RpcParameters): (job: Job) => boolean {
  if (!parameters["Type"]) return () => true;
  const type = oneOf(parameters, "Type", ["instance", "name", "srcRds", "rds"], "name");
  const wanted = required(parameters, "Params");
  switch (type) {
    case "instance":
      return (job) => job.instanceId === wanted || job.id === wanted;
    case "name":
      return (job) => job.name.toLowerCase().includes(wanted.toLowerCase());
    case "srcRds":
      return (job) => job.configuration?.source.instanceId === wanted;
    case "rds":
      return (job) => job.configuration?.destination.instanceId === wanted;
  }
}

/** By `CreateTime` ascending unless asked otherwise; jobs of one moment are in the order of their making. */
function ordered(jobs: Job[], parameters: RpcParameters): Job[] {
  const column = oneOf(parameters, "OrderColumn", ["CreateTime", "FinishTime"], "CreateTime");
  const direction = oneOf(parameters, "OrderDirection", ["ASC", "DESC"], "ASC");
  const timeOf = (job: Job): number => (column === "CreateTime" ? job.createdAtMs : (job.finishedAtMs ?? 0));
  const ascending = [...jobs].sort((a, b) => timeOf(a) - timeOf(b));
  return direction === "ASC" ? ascending : ascending.reverse();
}
