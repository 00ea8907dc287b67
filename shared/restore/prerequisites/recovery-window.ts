import type { Durations } from "../model/durations";
import { wholeSecond } from "../request/whole-seconds";

/** A data backup or log backup as far as the window needs it. Epoch milliseconds. */
export interface BackupFacts {
  readonly backupId: string;
  readonly usable: boolean;
  readonly full: boolean;
  /** `Physical`, `Snapshot` …; null: RDS does not tell. */
  readonly method?: string | null;
  readonly endedAtMs: number;
  readonly consistentAtMs: number | null;
}

export interface LogBackupFacts {
  readonly beginMs: number;
  readonly endMs: number;
}

/** Times that can be restored: inside [fromMs, toMs] and outside every hole. */
export interface RecoveryWindow {
  readonly fromMs: number;
  readonly toMs: number;
  readonly holes: readonly Hole[];
  /** When the last log backup ended; later times need the next one. */
  readonly lastLogEndMs: number | null;
  readonly backups: readonly BackupFacts[];
}

/** A gap in the log backups, until the full backup after it. */
export interface Hole {
  readonly fromMs: number;
  readonly toMs: number;
  /** No full backup has ended it yet: `toMs` is where the window ends, and later times lie in it too. */
  readonly goesOn: boolean;
}

/** Two log backups that do not touch leave a hole only beyond this, the clock resolution of their listing. */
const logSeamMs = 60_000;

/**
 * The recovery window of a SQL Server instance, which RDS offers no call for: from the end of the first usable full backup to
 * the end of the last log backup, cut to the retention, to seven days and to half an hour ago; a gap in the chain of log
 * backups is a hole until the next full backup.
 */
export function recoveryWindow(
  backups: readonly BackupFacts[],
  logs: readonly LogBackupFacts[],
  retentionDays: number,
  nowMs: number,
  durations: Durations,
): RecoveryWindow | null {
  const full = backups
    .filter((backup) => backup.usable && backup.full)
    .sort((left, right) => left.endedAtMs - right.endedAtMs);
  const first = full[0];
  if (!first) return null;
  const earliest = nowMs - Math.min(retentionDays * 24 * 3_600_000, durations.restoreReachMs);
  const sorted = [...logs].sort((left, right) => left.beginMs - right.beginMs);
  const lastLogEndMs = sorted.reduce<number | null>((latest, log) => Math.max(latest ?? 0, log.endMs), null);
  // Whole seconds inside it: they are what can be asked for.
  const fromMs = -wholeSecond(-Math.max(first.endedAtMs, earliest));
  const toMs = wholeSecond(Math.min(lastLogEndMs ?? first.endedAtMs, nowMs - durations.restoreLagMs));
  return { fromMs, toMs, holes: holesOf(full, sorted, fromMs, toMs), lastLogEndMs, backups: full };
}

function holesOf(full: readonly BackupFacts[], logs: readonly LogBackupFacts[], fromMs: number, toMs: number): Hole[] {
  const holes: Hole[] = [];
  let coveredTo = full[0]!.endedAtMs;
  for (const log of logs) {
    if (log.beginMs > coveredTo + logSeamMs) {
      // After a gap the chain starts again only with a full backup that this log, or a later one, goes on from.
      const resumed = full.find(
        (backup) => backup.endedAtMs > coveredTo && backup.endedAtMs >= log.beginMs - logSeamMs,
      )?.endedAtMs;
      holes.push({ fromMs: coveredTo, toMs: resumed ?? Number.MAX_SAFE_INTEGER, goesOn: resumed === undefined });
      if (resumed === undefined) break;
      coveredTo = Math.max(resumed, coveredTo);
    }
    coveredTo = Math.max(coveredTo, log.endMs);
  }
  return holes
    .filter((hole) => hole.toMs > fromMs && hole.fromMs < toMs)
    .map((hole) => ({ ...hole, fromMs: Math.max(hole.fromMs, fromMs), toMs: Math.min(hole.toMs, toMs) }));
}

export type RestoreTimeVerdict =
  | { readonly kind: "restorable" }
  | { readonly kind: "too-recent"; readonly restorableAtMs: number }
  | { readonly kind: "too-old" }
  | { readonly kind: "future" }
  | { readonly kind: "hole"; readonly fromMs: number; readonly toMs: number }
  | { readonly kind: "no-backup" };

/** Can this time be restored now; and if it is too recent, when is it likely to be? */
export function judgeRestoreTime(
  window: RecoveryWindow | null,
  restoreTimeMs: number,
  nowMs: number,
  durations: Durations,
): RestoreTimeVerdict {
  if (restoreTimeMs > nowMs) return { kind: "future" };
  if (!window) return { kind: "no-backup" };
  if (restoreTimeMs < window.fromMs) return { kind: "too-old" };
  const hole = window.holes.find(
    ({ fromMs, toMs, goesOn }) => restoreTimeMs > fromMs && (goesOn || restoreTimeMs < toMs),
  );
  if (hole) return { kind: "hole", fromMs: hole.fromMs, toMs: hole.toMs };
  if (restoreTimeMs <= window.toMs && restoreTimeMs < nowMs - durations.restoreLagMs) return { kind: "restorable" };
  // Half an hour must pass, and a log backup must reach the time; these come every half hour or so.
  const byRule = restoreTimeMs + durations.restoreLagMs + 1_000;
  const byLog =
    window.lastLogEndMs !== null && window.lastLogEndMs >= restoreTimeMs
      ? nowMs
      : Math.max(nowMs, (window.lastLogEndMs ?? nowMs) + durations.restoreLagMs);
  return { kind: "too-recent", restorableAtMs: Math.max(byRule, byLog) };
}
