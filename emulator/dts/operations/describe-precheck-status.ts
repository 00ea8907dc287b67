import type { Job } from "../job";
import { type Operation, standardAnswer } from "../operation";
import { oneOf, required } from "../parameters";
import { errorKey } from "../progress";
import { invalidParameter } from "../refusal";
import { createTableText, targetDefinition } from "../target-definition";

/** One element of `JobProgress`, without the fields that every element carries alike. */
type Progress = Readonly<Record<string, unknown>>;

const STAGES = { "01": "预检查", "02": "结构迁移", "03": "全量迁移" } as const;

/**
 * DescribePreCheckStatus (help: 209718): items of the precheck (`01`), tables of the structure stage (`02`), tables of the
 * full load with their rows (`03`: `Current` a string, `Total` a number; that they count rows is not confirmed).
 */
export const describePreCheckStatus: Operation = (parameters, book) => {
  required(parameters, "DtsJobId");
  required(parameters, "JobCode");
  const code = oneOf(parameters, "JobCode", ["01", "02", "03"], "01");
  const pageNumber = Number(parameters["PageNo"] ?? 1);
  const pageSize = Number(parameters["PageSize"] ?? 20);
  if (!(pageNumber >= 1) || !(pageSize >= 1)) throw invalidParameter("PageNo", "it and PageSize must be 1 or more");
  const job = book.select(parameters);
  const all = progressOf(job, code).filter((item) => String(item["Names"]).includes(parameters["Name"] ?? ""));
  const page = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  return standardAnswer({
    Code: code,
    JobId: `${job.id}-${code}`,
    JobName: STAGES[code],
    State: { "01": job.precheck, "02": job.structure, "03": job.data }[code].status,
    Total: all.length,
    ErrorItem: all.filter((item) => item["State"] === "Failed").length,
    ErrorAnalysisItem: 0,
    PageNumber: pageNumber,
    PageRecordCount: page.length,
    TotalRecordCount: all.length,
    JobProgress: page.map((item, index) => ({
      Id: `${job.id}-${code}-${index + 1}`,
      OrderNum: index + 1,
      ...BLANK,
      ...item,
    })),
    AnalysisJobProgress: [],
    SubDistributedJobStatus: [],
    FullNetCheckJobStatus: [],
  });
};

const BLANK = {
  Skip: false,
  CanSkip: false,
  IgnoreFlag: "N",
  Current: "0",
  Total: 1,
  DiffRow: 0,
  DelaySeconds: 0,
  ErrMsg: "",
  ErrDetail: "",
  RepairMethod: "",
  SourceSchema: "",
  DestSchema: "",
  TargetNames: "",
  ParentObj: "",
  DdlSql: "",
  Sub: "[]",
  Logs: [],
} as const;

function progressOf(job: Job, code: keyof typeof STAGES): Progress[] {
  if (code === "01") return precheckItems(job);
  return code === "02" ? createdTables(job) : loadedTables(job);
}

function precheckItems(job: Job): Progress[] {
  return job.precheckItems.map(({ item, state, canSkip, reason }) => {
    const base = { Item: item, Names: `${item}_DETAIL`, State: state, CanSkip: canSkip };
    if (state !== "Failed") return base;
    const key = errorKey(item);
    return {
      ...base,
      ErrMsg: key,
      ErrDetail: `${key}_DETAIL`,
      RepairMethod: `${key}_REPAIR`,
      Logs: [{ ErrType: key, LogLevel: "ERROR", ErrMsg: key, ErrData: reason }],
    };
  });
}

function createdTables(job: Job): Progress[] {
  if (!job.configuration?.migrateStructure) return [];
  return job.tasks.map((task) => {
    const failed = task.structureError !== "";
    return {
      ...names(task),
      Item: "TABLE",
      State: task.created ? "Success" : failed ? "Failed" : "NotStarted",
      ErrMsg: failed ? `DTS-1020042: ${task.structureError}` : "",
      DdlSql: createTableText(targetDefinition(task)),
    };
  });
}

function loadedTables(job: Job): Progress[] {
  if (!job.configuration?.migrateData) return [];
  const current = job.tasks.find((task) => !task.rowsDone);
  return job.tasks.map((task) => ({
    ...names(task),
    Item: "TABLE",
    State: task.rowsDone
      ? "Success"
      : task === current && job.data.status !== "NotStarted"
        ? stateNow(job)
        : "NotStarted",
    ErrMsg: task === current && job.data.status === "Failed" ? job.errorMessage : "",
    Current: String(task.rowsRead),
    Total: task.rowsTotal,
  }));
}

function stateNow(job: Job): string {
  return job.data.status === "Failed" ? "Failed" : "Migrating";
}

function names(task: Job["tasks"][number]): Progress {
  return {
    SourceSchema: `${task.sourceDatabase}.${task.sourceSchema}`,
    DestSchema: `${task.targetDatabase}.${task.targetSchema}`,
    Names: task.sourceTable,
    TargetNames: task.targetTable,
  };
}
