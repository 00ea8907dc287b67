/** One data backup as DescribeBackups lists it. It is consistent to its end. */
export interface Backup {
  /** A number of 9 digits, as text. */
  readonly id: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly status: "Success" | "Failed";
  readonly mode: "Automated" | "Manual";
  readonly type: "FullBackup" | "IncrementalBackup";
  readonly available: boolean;
  readonly method: "Physical" | "Snapshot";
}

export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface BackupPolicy {
  /** Are data backups taken on schedule? */
  readonly dataBackups: boolean;
  readonly dataRetentionDays: number;
  readonly logRetentionDays: number;
  readonly logBackups: boolean;
  /** How data backups are made. */
  readonly method: Backup["method"];
}

export const defaultBackupPolicy: BackupPolicy = {
  dataBackups: true,
  dataRetentionDays: 7,
  logRetentionDays: 7,
  logBackups: true,
  method: "Physical",
};

const dayMs = 24 * 3600_000;
const fullBackupMs = 60_000;

/**
 * The backups of one instance, computed from when it was made and what time it is: a full backup at once, then one a day, half a
 * day off (so that an instance made some whole days ago is not being backed up just now), and log backups without a gap from the
 * first full one on. Holes and backups by hand are added on top.
 */
export class BackupHistory {
  readonly #byHand: Backup[] = [];
  readonly #failed = new Set<string>();
  readonly #holes: TimeRange[] = [];

  constructor(
    readonly instanceId: string,
    readonly instanceCreatedAtMs: number,
    readonly policy: BackupPolicy,
    readonly logBackupIntervalMs: number,
  ) {}

  /** Finished data backups inside the retention, oldest first. */
  finished(nowMs: number): Backup[] {
    const oldestMs = nowMs - this.policy.dataRetentionDays * dayMs;
    return [...this.#scheduled(oldestMs - fullBackupMs, nowMs), ...this.#byHand]
      .filter((backup) => backup.endedAtMs >= oldestMs && backup.endedAtMs <= nowMs)
      .map(
        (backup): Backup => (this.#failed.has(backup.id) ? { ...backup, status: "Failed", available: false } : backup),
      )
      .sort((left, right) => left.startedAtMs - right.startedAtMs);
  }

  /** Is a data backup under way? */
  running(nowMs: number): boolean {
    return [...this.#scheduled(nowMs - fullBackupMs, nowMs), ...this.#byHand].some(
      (backup) => backup.startedAtMs <= nowMs && nowMs < backup.endedAtMs,
    );
  }

  /** Finished log backups inside the retention that overlap the range, oldest first. */
  logs(range: TimeRange, nowMs: number): TimeRange[] {
    if (!this.policy.logBackups) return [];
    const interval = this.logBackupIntervalMs;
    const originMs = this.#firstFullEndMs;
    const oldestMs = Math.max(range.fromMs, nowMs - this.policy.logRetentionDays * dayMs);
    const logs: TimeRange[] = [];
    for (let index = Math.max(0, Math.floor((oldestMs - originMs) / interval)); ; index++) {
      const log = { fromMs: originMs + index * interval, toMs: originMs + (index + 1) * interval };
      if (log.toMs > nowMs || log.fromMs >= range.toMs) return logs;
      if (log.toMs > oldestMs && !this.#holes.some((hole) => overlap(hole, log))) logs.push(log);
    }
  }

  /** The full backup from which unbroken log backups lead to `restoreTimeMs`; undefined when nothing does. */
  baseFor(restoreTimeMs: number, nowMs: number): Backup | undefined {
    const base = this.finished(nowMs)
      .filter((backup) => backup.available && backup.type === "FullBackup" && backup.endedAtMs <= restoreTimeMs)
      .at(-1);
    if (!base) return undefined;
    let coveredToMs = base.endedAtMs;
    for (const log of this.logs({ fromMs: base.endedAtMs, toMs: restoreTimeMs }, nowMs)) {
      if (log.fromMs > coveredToMs) return undefined;
      coveredToMs = log.toMs;
    }
    return coveredToMs >= restoreTimeMs ? base : undefined;
  }

  /** The same for a time behind the last log backup, which one more log backup would reach. */
  baseBeyondLastLog(restoreTimeMs: number, nowMs: number): Backup | undefined {
    const lastLog = this.logs({ fromMs: 0, toMs: nowMs }, nowMs).at(-1);
    if (!lastLog || restoreTimeMs <= lastLog.toMs || restoreTimeMs > nowMs) return undefined;
    return this.baseFor(lastLog.toMs, nowMs);
  }

  /** When the next daily backup starts. */
  nextScheduledMs(nowMs: number): number {
    return this.#firstDailyMs + Math.max(0, Math.ceil((nowMs - this.#firstDailyMs) / dayMs)) * dayMs;
  }

  /** Adds a backup that the schedule does not make. */
  add(backup: Partial<Backup> & TimeRange): Backup {
    const { fromMs, toMs, ...given } = backup;
    const added: Backup = {
      id: this.#id(fromMs),
      startedAtMs: fromMs,
      endedAtMs: toMs,
      status: "Success",
      mode: "Manual",
      type: "FullBackup",
      available: given.status !== "Failed",
      method: this.policy.method,
      ...given,
    };
    this.#byHand.push(added);
    return added;
  }

  /** Turns a backup into one that failed. */
  fail(backupId: string): void {
    this.#failed.add(backupId);
  }

  /** No log backup exists that overlaps the hole; times inside and after it wait for the next full backup. */
  addLogHole(hole: TimeRange): void {
    this.#holes.push(hole);
  }

  get #firstFullEndMs(): number {
    return this.instanceCreatedAtMs + fullBackupMs;
  }

  get #firstDailyMs(): number {
    return this.instanceCreatedAtMs + dayMs / 2;
  }

  /** Scheduled backups that start in the range, both ends included. */
  #scheduled(fromMs: number, toMs: number): Backup[] {
    if (!this.policy.dataBackups) return [];
    const backups: Backup[] = [];
    const first = this.instanceCreatedAtMs;
    if (first >= fromMs && first <= toMs) backups.push(this.#automated(first));
    for (let startMs = this.nextScheduledMs(fromMs); startMs <= toMs; startMs += dayMs) {
      backups.push(this.#automated(startMs));
    }
    return backups;
  }

  #automated(startedAtMs: number): Backup {
    return {
      id: this.#id(startedAtMs),
      startedAtMs,
      endedAtMs: startedAtMs + fullBackupMs,
      status: "Success",
      mode: "Automated",
      type: "FullBackup",
      available: true,
      method: this.policy.method,
    };
  }

  /** The same start gives the same id in every answer, and other instances other ids. */
  #id(startedAtMs: number): string {
    return String(100_000_000 + (spread(`${this.instanceId} ${startedAtMs}`) % 900_000_000));
  }
}

/** A text as a number of 32 bits (FNV-1a). */
function spread(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}

function overlap(left: TimeRange, right: TimeRange): boolean {
  return left.fromMs < right.toMs && right.fromMs < left.toMs;
}
