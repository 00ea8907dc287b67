import { canonicalJson } from "../../canonical-json";
import type { DatabaseRestore } from "../model/database-restore";
import type { RestoreRecord } from "../model/record";
import { hashRequest } from "../request/new-record";
import { sourceOf } from "../source";
import { jobSettingsOf, writeBackOf } from "../write-back";
import { dtsObjects, plannedDatabases } from "./dts-objects";
import { databaseOfCopy, type Plan, type PlannedCheck, type PlannedDatabase } from "./plan";
import { type NeededName, neededNames } from "./taken-names";

type PlanFacts = Omit<Plan, "notes">;

/** Everything that a write follows from, as the record has it now; the notes only say it in words. */
export function planFacts(record: RestoreRecord): PlanFacts {
  const databases = plannedDatabases(record);
  const { request, master } = record;
  return {
    restoreId: record.restoreId,
    requestHash: hashRequest(request),
    masterInstanceId: request.masterInstanceId,
    masterVersion: master?.engineVersion ?? "",
    masterCollation: master?.collation ?? "",
    mode: request.writeBack,
    source: sourceOf(record).kind,
    restoreTimeMs: record.restoreTimeMs,
    databases,
    ...(record.databaseRestore ? byRds(record, record.databaseRestore) : byJob(record, databases)),
    targetKeys: record.target?.keys ?? [],
    neededNames: namesNeeded(record, databases),
    checksPassed: record.verification?.checks.length ?? 0,
    checks: plannedChecks(record, databases),
  };
}

type CarrierFacts = Pick<
  Plan,
  | "temporaryInstanceId"
  | "temporaryInstanceCreatedAtMs"
  | "jobId"
  | "jobName"
  | "jobSettings"
  | "dtsObjects"
  | "databaseRestore"
>;

function byJob(
  { request, temporaryInstance, job }: RestoreRecord,
  databases: readonly PlannedDatabase[],
): CarrierFacts {
  return {
    temporaryInstanceId: temporaryInstance!.id,
    temporaryInstanceCreatedAtMs: temporaryInstance!.createdAtMs ?? 0,
    jobId: job!.jobId!,
    jobName: job!.name,
    jobSettings: jobSettingsOf(request.writeBack),
    dtsObjects: dtsObjects(databases),
  };
}

function byRds({ request }: RestoreRecord, { names }: DatabaseRestore): CarrierFacts {
  return {
    temporaryInstanceId: null,
    temporaryInstanceCreatedAtMs: null,
    jobId: null,
    jobName: null,
    jobSettings: null,
    dtsObjects: null,
    databaseRestore: { targetInstanceId: request.masterInstanceId, backupId: request.backupId, names },
  };
}

/** As the backup was seen; where it could not be read, the tables' own names at least. */
export function namesNeeded(record: RestoreRecord, databases = plannedDatabases(record)): readonly NeededName[] {
  if (writeBackOf(record.request.writeBack).addsRows) return [];
  return record.target?.neededNames ?? neededNames(databases, []);
}

function plannedChecks(record: RestoreRecord, databases: readonly PlannedDatabase[]): PlannedCheck[] {
  const onMaster = record.verification?.route === "copy-first" || record.databaseRestore !== undefined;
  return record.request.checks.map((check) => ({
    name: check.name,
    runsOn: onMaster ? "master" : "temporary-instance",
    database: onMaster ? databaseOfCopy(check, databases) : check.database,
    sql: check.sql,
    expect: check.expect,
  }));
}

/**
 * The first fact of an approved plan that does not follow from the record any more; null: all do. A plan that an older version of the functions
 * froze has fewer of them.
 */
export function changedFact(plan: Plan, record: RestoreRecord): string | null {
  const approved = new Map<string, unknown>(Object.entries(plan));
  const changed = Object.entries(planFacts(record)).find(
    ([name, value]) => approved.has(name) && canonicalJson(approved.get(name)) !== canonicalJson(value),
  );
  return changed?.[0] ?? null;
}
