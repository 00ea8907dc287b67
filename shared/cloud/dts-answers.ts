import { canonicalJson } from "../restore/plan";
import type { Fields } from "./answer";
import * as read from "./answer";
import type { DtsJob, DtsPrecheckItem, DtsStage } from "./dts";

/** Forms of DTS answers (dts documentation of each operation): extra fields ignored, drifting types tolerated, unset fields absent. */
export function jobList(answer: Fields): DtsJob[] {
  return read.listOrNone(answer, "DtsJobList", job);
}

/** A job in a list or in detail; the detail call has no stages, the list without DbObject no objects. */
export function job(raw: Fields): DtsJob {
  const createdAt = read.textOrNull(raw, "CreateTime");
  const objects = read.textOrNull(raw, "DbObject");
  const precheck = read.partOrNull(raw, "PrecheckStatus", stage);
  const structure = read.partOrNull(raw, "StructureInitializationStatus", stage);
  const data = read.partOrNull(raw, "DataInitializationStatus", stage);
  // The job's own text may be empty while the stage that failed has one.
  const ofStages = precheck?.errorMessage || structure?.errorMessage || data?.errorMessage || "";
  return {
    jobId: read.id(raw, "DtsJobId"),
    dtsInstanceId: read.textOrNull(raw, "DtsInstanceID"),
    name: read.textOrNull(raw, "DtsJobName") ?? "",
    status: read.textOrNull(raw, "Status") ?? "",
    createdAtMs: createdAt === null ? null : Date.parse(createdAt) || null,
    errorMessage: read.textOrNull(raw, "ErrorMessage") ?? ofStages,
    precheck,
    structure,
    data,
    objects: objects === null ? null : normaliseObjects(objects),
    sourceInstanceId: read.partOrNull(raw, "SourceEndpoint", endpointInstance),
    destinationInstanceId: read.partOrNull(raw, "DestinationEndpoint", endpointInstance),
  };
}

function stage(raw: Fields): DtsStage {
  return {
    status: read.textOrNull(raw, "Status") ?? "",
    percent: read.numberIn(raw, "Percent") ?? 0,
    progress: read.numberIn(raw, "Progress") ?? 0,
    errorMessage: read.textOrNull(raw, "ErrorMessage") ?? "",
  };
}

function endpointInstance(raw: Fields): string | null {
  return read.textOrNull(raw, "InstanceID");
}

export function precheck(answer: Fields): DtsPrecheckItem[] {
  return read.listOrNone(answer, "JobProgress", precheckItem);
}

function precheckItem(raw: Fields): DtsPrecheckItem {
  return {
    item: read.text(raw, "Item"),
    state: read.textOrNull(raw, "State") ?? "",
    errorKey: read.textOrNull(raw, "ErrMsg") ?? "",
    canSkip: read.booleanOrNull(raw, "CanSkip") ?? false,
  };
}

/** The payload of DescribeDTSIP is in DynamicMessage. */
export function servers(answer: Fields): string[] {
  return [...new Set(read.entries(read.text(answer, "DynamicMessage")))];
}

export function configured(answer: Fields): { jobId: string; dtsInstanceId: string | null } {
  return { jobId: read.id(answer, "DtsJobId"), dtsInstanceId: read.textOrNull(answer, "DtsInstanceId") };
}

export function bought(answer: Fields): { jobId: string; dtsInstanceId: string } {
  return { jobId: read.id(answer, "JobId"), dtsInstanceId: read.id(answer, "InstanceId") };
}

/** The object list as it was meant: DTS adds `state` members of its own, and the order of keys is not kept. */
export function normaliseObjects(text: string): string {
  try {
    return canonicalJson(withoutState(JSON.parse(text)));
  } catch {
    // Not JSON: shown as it is, and equal to nothing that was configured.
    return text;
  }
}

/** A database or table may itself be called `state`: only texts of that name are DTS's own. */
function withoutState(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutState);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) =>
      key === "state" && typeof part === "string" ? [] : [[key, withoutState(part)]],
    ),
  );
}
