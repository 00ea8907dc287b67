import type { RestoreRecord } from "../model/record";
import type { PrerequisiteFacts } from "./index";

type BackupLists = Pick<PrerequisiteFacts, "backups" | "logBackups">;

/**
 * What the restore is asked for and which backups cover it. RDS does not report the point that it reached: `atMs` is known only for a
 * backup that says to when it is consistent, everything else has to be shown by checks.
 */
export function restorePointOf(
  request: { readonly backupId: string | null; readonly restoreTimeMs: number | null },
  lists: BackupLists,
): NonNullable<RestoreRecord["restorePoint"]> {
  return request.backupId !== null ? ofBackup(request.backupId, lists) : ofTime(request.restoreTimeMs ?? 0, lists);
}

function ofBackup(backupId: string, { backups }: BackupLists): NonNullable<RestoreRecord["restorePoint"]> {
  const backup = backups.find((candidate) => candidate.backupId === backupId);
  const ended = backup ? `, which ended ${iso(backup.endedAtMs)}` : "";
  const consistent = backup?.consistentAtMs ?? null;
  const point = consistent === null ? "" : ` It is consistent to ${iso(consistent)}.`;
  return { atMs: consistent, evidence: `RDS was asked for backup ${backupId}${ended}.${point}` };
}

function ofTime(atMs: number, { backups, logBackups }: BackupLists): NonNullable<RestoreRecord["restorePoint"]> {
  const base = backups
    .filter((backup) => backup.usable && backup.full && backup.endedAtMs <= atMs)
    .sort((left, right) => right.endedAtMs - left.endedAtMs)[0];
  const log = logBackups.find((candidate) => candidate.beginMs <= atMs && candidate.endMs >= atMs);
  const full = base
    ? `full backup ${base.backupId}, which ended ${iso(base.endedAtMs)}`
    : "no full backup that is listed";
  const logs = log
    ? `the log backup of ${iso(log.beginMs)} to ${iso(log.endMs)} covers it`
    : "no log backup that is listed covers it";
  return {
    atMs: null,
    evidence: `RDS was asked for ${iso(atMs)}: it starts from ${full}, and ${logs}. RDS does not report the point it reached, so the checks have to show it.`,
  };
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.000Z$/, "Z");
}
