import type { ChangingCall } from "../restore/calls";
import type { Command } from "../restore/command";
import { deadlineMs } from "../restore/deadlines";
import type { Durations } from "../restore/durations";
import { isSurveyed, type RestoreRecord, type TargetSurvey } from "../restore/record";
import { states } from "../restore/states";
import { showTime } from "./times";

/** A restore as the API answers it: everything a person needs, nothing of the engine's bookkeeping. */
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
    migrationJob: record.job && { jobId: record.job.jobId, name: record.job.name, attempt: record.job.attempt },
    verification: record.verification && {
      route: record.verification.route,
      tables: record.verification.tables,
      checks: record.verification.checks,
    },
    masterSurvey: record.target && presentSurvey(record.target),
    precheckItems: record.precheckItems,
    plan: record.plan,
    planHash: record.planHash,
    approveBefore: isoOrNull(deadline),
    approval: record.approval && { by: record.approval.by, at: isoOrNull(record.approval.atMs) },
    progress: record.progress,
    comparison: record.comparison && {
      tables: record.comparison.tables,
      checks: record.comparison.checks,
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
    request: record.request,
  };
}

/** Where the call would have its effect; null: the purchase of an empty DTS instance is nobody's. */
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

export function presentEvents(record: RestoreRecord): Record<string, unknown>[] {
  return record.timeline.map((entry) => ({ at: isoOrNull(entry.atMs), status: entry.status, text: entry.text }));
}

export function presentCommand(command: Command): Record<string, unknown> {
  return {
    commandId: command.commandId,
    restoreId: command.restoreId,
    kind: command.kind,
    state: command.state,
    text: command.text,
    by: command.by,
    at: isoOrNull(command.atMs),
  };
}

function isoOrNull(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}
