import { deadlineMs } from "../restore/deadlines";
import type { ChangingCall } from "../restore/model/calls";
import type { Command } from "../restore/model/command";
import type { DataRead } from "../restore/model/data-read";
import type { Durations } from "../restore/model/durations";
import { type CheckResult, isSurveyed, type RestoreRecord, type TargetSurvey } from "../restore/model/record";
import { withoutValues } from "../restore/model/row-value";
import { states } from "../restore/model/states";
import type { Plan } from "../restore/plan/plan";
import { isKeySample } from "../verification/verdict";
import { RowData } from "./row-data";
import { showTime } from "./times";

/** A restore as the API answers it, before `disclose`: everything a person needs, nothing of the engine's bookkeeping. */
export function presentRestore(
  record: RestoreRecord,
  context: { readonly nowMs: number; readonly durations: Durations },
): Record<string, unknown> {
  const row = states[record.status];
  const deadline = record.status === "awaiting-approval" ? deadlineMs(record, context.durations) : null;
  return {
    ...summarize(record),
    trueWhile: row.trueWhile,
    possibleCommands: row.commands,
    cancelHere: row.cancel,
    source: record.source,
    restorePoint: record.restorePoint,
    temporaryInstance: record.temporaryInstance && {
      instanceId: record.temporaryInstance.id,
      createdAt: isoOrNull(record.temporaryInstance.createdAtMs),
      origin: record.temporaryInstance.origin,
    },
    instanceInDoubt: record.candidate && {
      instanceId: record.candidate.id,
      createdAt: isoOrNull(record.candidate.createdAtMs),
    },
    databaseRestore: record.databaseRestore
      ? { names: record.databaseRestore.names, sentAt: isoOrNull(record.databaseRestore.sentAtMs) }
      : null,
    migrationJob: record.job && { jobId: record.job.jobId, name: record.job.name, attempt: record.job.attempt },
    verification: record.verification && {
      route: record.verification.route,
      tables: record.verification.tables,
      checks: record.verification.checks.map(presentCheck),
    },
    masterSurvey: record.target && presentSurvey(record.target),
    precheckItems: record.precheckItems,
    plan: record.plan && presentPlan(record.plan),
    planHash: record.planHash,
    approveBefore: isoOrNull(deadline),
    approval: record.approval && { by: record.approval.by, at: isoOrNull(record.approval.atMs) },
    progress: record.progress,
    comparison: record.comparison && {
      tables: record.comparison.tables.map((table) => ({ ...table, samples: table.samples.map(presentSample) })),
      checks: record.comparison.checks.map(presentCheck),
      checksNotRun: record.comparison.checksNotRun ?? [],
    },
    leftOnMaster: record.leftOnMaster,
    whitelistGroups: record.openings,
    watched: record.doubts.map((doubt) => ({
      call: doubt.intent.call.kind,
      instanceId: instanceOf(doubt.intent.call),
      until: isoOrNull(doubt.untilMs),
      found: doubt.found,
    })),
    expiresAt: isoOrNull(record.expiresAtMs),
    request: {
      ...record.request,
      checks: record.request.checks.map(presentAskedCheck),
    },
  };
}

/** The hash is of the whole plan, for every reader. A plan of an older version has no checks in it. */
function presentPlan(plan: Plan): Record<string, unknown> {
  return { ...plan, checks: plan.checks?.map(presentAskedCheck) };
}

/** A check's statement and what it expects may hold values of rows. */
function presentAskedCheck<Asked extends { readonly sql: string; readonly expect: unknown }>(check: Asked) {
  return { ...check, sql: new RowData(check.sql), expect: new RowData(check.expect) };
}

/** The sentence has its values marked; the two fields are values as a whole. */
function presentCheck({ found, expected, ...check }: CheckResult): Record<string, unknown> {
  return {
    ...check,
    ...(found !== undefined && { found: new RowData(found) }),
    ...(expected !== undefined && { expected: new RowData(expected) }),
  };
}

function presentSample(sample: string): unknown {
  return isKeySample(sample) ? new RowData(sample) : sample;
}

/** Where the call would have its effect; null: the purchase of an empty DTS instance has no instance yet. */
function instanceOf(call: ChangingCall): string | null {
  if ("instanceId" in call) return call.instanceId;
  return "masterInstanceId" in call ? call.masterInstanceId : null;
}

/** What was seen on the master before anything was configured; rows in `missing` are those that missing-rows would add. */
function presentSurvey(survey: TargetSurvey): Record<string, unknown> {
  return {
    finished: isSurveyed(survey),
    obstacle: survey.obstacle,
    notes: survey.notes,
    tables:
      survey.before?.tables.map((table) => ({
        database: table.targetDatabase,
        schema: table.schema,
        name: table.targetName,
        rowsOfBackup: table.sourceRows,
        rowsOnMaster: table.targetRows,
        missing: table.missing,
        different: table.different,
      })) ?? null,
  };
}

/** A line of a list. */
export function summarize(record: RestoreRecord): Record<string, unknown> {
  return {
    restoreId: record.restoreId,
    masterInstanceId: record.request.masterInstanceId,
    status: record.status,
    statusSince: isoOrNull(record.statusSinceMs),
    outcome: record.outcome,
    reason: record.reason,
    restoreTime:
      record.restoreTimeMs === null
        ? null
        : showTime(record.restoreTimeMs, record.master?.timeZone ?? null, record.request.restoreTime),
    backupId: record.request.backupId,
    writeBack: record.request.writeBack,
    label: record.request.label,
    requestedBy: record.requestedBy,
    origin: record.origin,
    createdAt: isoOrNull(record.createdAtMs),
  };
}

/** What happened, and who was shown row values, in the order of time. */
export function presentEvents(record: RestoreRecord, reads: readonly DataRead[]): Record<string, unknown>[] {
  const told = reads.map(({ atMs, status, by }) => ({ atMs, status, text: `row values were shown to ${by}` }));
  return [...record.timeline, ...told]
    .sort((left, right) => left.atMs - right.atMs)
    .map((entry) => ({ at: isoOrNull(entry.atMs), status: entry.status, text: entry.text }));
}

export function presentCommand(command: Command): Record<string, unknown> {
  return {
    commandId: command.commandId,
    restoreId: command.restoreId,
    kind: command.kind,
    state: command.state,
    text: command.text && withoutValues(command.text),
    by: command.by,
    at: isoOrNull(command.atMs),
  };
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
