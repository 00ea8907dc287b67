import * as z from "zod";
import { canonicalJson } from "../../canonical-json";
import { looseBoolean, looseNumber, looseText, textOrNull } from "../rpc/answer";
import type { DtsJob, DtsPrecheckItem, DtsStage } from "./index";

/** Forms of DTS answers (dts documentation of each operation): extra fields ignored, drifting types tolerated, unset fields absent. */
const id = looseText.pipe(z.string().min(1));
const count = looseNumber.nullish().catch(null);

const stage = z
  .object({ Status: textOrNull, Percent: count, Progress: count, ErrorMessage: textOrNull })
  .transform(
    (raw): DtsStage => ({
      status: raw.Status ?? "",
      percent: raw.Percent ?? 0,
      progress: raw.Progress ?? 0,
      errorMessage: raw.ErrorMessage ?? "",
    }),
  )
  .nullish();

const reserved = z.object({ targetTableMode: looseText });
const migrationMode = z.object({ StructureInitialization: looseBoolean.nullish() }).nullish().catch(null);

const endpoint = z.object({ InstanceID: textOrNull }).nullish();

/** A job in a list or in detail; the detail call has no stages, the list without DbObject no objects. */
export const job = z
  .object({
    DtsJobId: id,
    DtsInstanceID: textOrNull,
    DtsJobName: textOrNull,
    Status: textOrNull,
    CreateTime: textOrNull,
    ErrorMessage: textOrNull,
    PrecheckStatus: stage,
    StructureInitializationStatus: stage,
    DataInitializationStatus: stage,
    DbObject: textOrNull,
    SourceEndpoint: endpoint,
    DestinationEndpoint: endpoint,
    Reserved: z.string().nullish().catch(null),
    MigrationMode: migrationMode,
  })
  .transform((raw): DtsJob => {
    const stages = [raw.PrecheckStatus, raw.StructureInitializationStatus, raw.DataInitializationStatus];
    return {
      jobId: raw.DtsJobId,
      dtsInstanceId: raw.DtsInstanceID,
      name: raw.DtsJobName ?? "",
      status: raw.Status ?? "",
      createdAtMs: raw.CreateTime === null ? null : Date.parse(raw.CreateTime) || null,
      // The job's own text may be empty while the stage that failed has one.
      errorMessage: raw.ErrorMessage ?? stages.map((each) => each?.errorMessage).find(Boolean) ?? "",
      precheck: raw.PrecheckStatus ?? null,
      structure: raw.StructureInitializationStatus ?? null,
      data: raw.DataInitializationStatus ?? null,
      objects: raw.DbObject === null ? null : normaliseObjects(raw.DbObject),
      sourceInstanceId: raw.SourceEndpoint?.InstanceID ?? null,
      destinationInstanceId: raw.DestinationEndpoint?.InstanceID ?? null,
      targetTableMode: raw.Reserved ? targetTableModeOf(raw.Reserved) : null,
      migratesStructure: raw.MigrationMode?.StructureInitialization ?? null,
    };
  });

export const jobList = z.object({ DtsJobList: z.array(job).nullish() }).transform((raw) => raw.DtsJobList ?? []);

const precheckItem = z
  .object({ Item: z.string(), State: textOrNull, ErrMsg: textOrNull, CanSkip: looseBoolean.nullish() })
  .transform(
    (raw): DtsPrecheckItem => ({
      item: raw.Item,
      state: raw.State ?? "",
      errorKey: raw.ErrMsg ?? "",
      canSkip: raw.CanSkip ?? false,
    }),
  );

export const precheck = z
  .object({ JobProgress: z.array(precheckItem).nullish() })
  .transform((raw) => raw.JobProgress ?? []);

/** The payload of DescribeDTSIP is in DynamicMessage. */
export const servers = z.object({ DynamicMessage: z.string() }).transform((raw) => [
  ...new Set(
    raw.DynamicMessage.split(",")
      .map((entry) => entry.trim())
      .filter(Boolean),
  ),
]);

export const configured = z
  .object({ DtsJobId: id, DtsInstanceId: textOrNull })
  .transform((raw) => ({ jobId: raw.DtsJobId, dtsInstanceId: raw.DtsInstanceId }));

export const bought = z
  .object({ JobId: id, InstanceId: id })
  .transform((raw) => ({ jobId: raw.JobId, dtsInstanceId: raw.InstanceId }));

export const anything = z.object({});

/** `Reserved` is JSON in a text, with whatever else DTS keeps there. */
function targetTableModeOf(text: string): string | null {
  try {
    return reserved.safeParse(JSON.parse(text)).data?.targetTableMode ?? null;
  } catch {
    return null;
  }
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
