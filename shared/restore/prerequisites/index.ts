import type { RdsInstance } from "../../cloud/rds";
import type { Durations } from "../model/durations";
import type { RestoreRequest } from "../request/request";
import type { SourceRow } from "../source";
import type { OfferFacts } from "../source/offer";
import { writeBackOf } from "../write-back";
import { judgeObjects } from "./judge-objects";
import {
  type BackupFacts,
  judgeRestoreTime,
  type LogBackupFacts,
  type RecoveryWindow,
  recoveryWindow,
} from "./recovery-window";
import { fail, type Prerequisite, pass, unknown, wait } from "./verdict";

/** What was read about the master before anything is made. `null` where a read was refused or carries no figure. */
export interface PrerequisiteFacts {
  readonly master: RdsInstance | null;
  readonly databases: readonly { readonly name: string; readonly characterSet: string }[] | null;
  readonly backups: readonly BackupFacts[];
  readonly logBackups: readonly LogBackupFacts[];
  readonly retentionDays: number;
  readonly logBackupEnabled: boolean;
  /** Temporary instances of this master, ours or not. */
  readonly temporaryInstances: readonly {
    readonly id: string;
    readonly status: string;
    readonly createdAtMs: number;
  }[];
  /** What a clone would be and cost, where the request may come to one. */
  readonly offer: OfferFacts;
  readonly diskUsedBytes: number | null;
  /** What the files of databases take on the master, where that could be read. Left out: no source asks for it. */
  readonly databaseFiles?: readonly {
    readonly database: string;
    readonly bytes: number;
    readonly isEncrypted: boolean;
  }[];
  readonly secrets: readonly { readonly name: string; readonly readable: boolean; readonly text: string }[];
  /** How functions may reach a temporary instance: through a VPC of theirs, through a public endpoint that admits their addresses. */
  readonly routes: { readonly vpc: boolean; readonly publicEndpoint: boolean };
}

const dayMs = 24 * 3_600_000;

/** Every prerequisite of a restore by this source with its verdict. */
export function judgePrerequisites(
  source: SourceRow,
  request: RestoreRequest,
  facts: PrerequisiteFacts,
  nowMs: number,
  durations: Durations,
): Prerequisite[] {
  const { master } = facts;
  if (!master)
    return [
      fail("master-exists", "master-not-found", `There is no instance ${request.masterInstanceId} in this region.`),
    ];
  const engine = judgeEngine(source, master);
  if (engine.verdict === "fail") return [pass("master-exists", "The master exists."), engine];
  return [
    pass("master-exists", "The master exists."),
    engine,
    ...judgeMode(source, request),
    judgeState(master),
    judgeLock(master),
    judgeWindow(request, facts, nowMs, durations),
    ...source.judge(request, facts),
    ...(source.movesRowsByDts
      ? [judgeDisk(request, facts, master), ...judgeRoutes(source, request, facts), ...judgeObjects(request, facts)]
      : []),
    ...facts.secrets.map(judgeSecret),
  ];
}

function judgeEngine(source: SourceRow, master: RdsInstance): Prerequisite {
  const name = "engine-and-version";
  if (master.type.toLowerCase() !== "primary")
    return fail(
      name,
      "not-a-master",
      `${master.id} is of type ${master.type}; only a master instance can be restored from.`,
    );
  if (master.engine.toLowerCase() !== "sqlserver") {
    return fail(
      name,
      "engine-not-supported",
      `${master.id} runs ${master.engine}. Temporary instances exist for SQL Server only; restore MySQL, PostgreSQL and MariaDB to a clone instance (CloneDBInstance).`,
    );
  }
  return source.judgeVersion(master);
}

/** Left out where the source serves every mode. */
function judgeMode({ refusesMode }: SourceRow, { writeBack }: RestoreRequest): Prerequisite[] {
  const refusal = refusesMode(writeBack);
  return refusal === null ? [] : [fail("write-back-mode", "mode-not-possible", refusal)];
}

function judgeState(master: RdsInstance): Prerequisite {
  if (master.status.toLowerCase() === "running") return pass("master-running", "The master is Running.");
  return wait(
    "master-running",
    "master-busy",
    `The master is ${master.status}; a temporary instance can be made once it is Running.`,
    null,
  );
}

function judgeLock(master: RdsInstance): Prerequisite {
  if (master.lockMode.toLowerCase() === "unlock" || master.lockMode === "")
    return pass("master-unlocked", "The master is not locked.");
  return fail("master-unlocked", "master-locked", `The master is locked (${master.lockMode}); unlock it first.`);
}

function judgeWindow(
  request: RestoreRequest,
  facts: PrerequisiteFacts,
  nowMs: number,
  durations: Durations,
): Prerequisite {
  const name = "recovery-window";
  const window = recoveryWindow(facts.backups, facts.logBackups, facts.retentionDays, nowMs, durations);
  if (request.backupId !== null) {
    const backup = facts.backups.find((candidate) => candidate.backupId === request.backupId);
    if (!backup)
      return fail(
        name,
        "backup-not-found",
        `There is no backup ${request.backupId} among those of the last ${Math.round(durations.restoreReachMs / dayMs) + 1} days; no older ones are looked at.`,
      );
    if (!backup.usable)
      return fail(name, "backup-not-usable", `Backup ${request.backupId} did not succeed or is not available.`);
    return pass(name, `Backup ${request.backupId} ended ${iso(backup.endedAtMs)}.`);
  }
  const restoreTimeMs = Date.parse(request.restoreTime ?? "");
  const verdict = judgeRestoreTime(window, restoreTimeMs, nowMs, durations);
  const shown = window ? `The window is ${iso(window.fromMs)} to ${iso(window.toMs)}.` : "";
  switch (verdict.kind) {
    case "restorable":
      return pass(name, `${iso(restoreTimeMs)} can be restored. ${shown}`);
    case "future":
      return fail(name, "restore-time-in-future", `${iso(restoreTimeMs)} has not happened yet.`);
    case "no-backup":
      return fail(name, "no-data-backup", "The master has no usable full backup.");
    case "too-old":
      return fail(name, "restore-time-too-old", `${iso(restoreTimeMs)} is before the recovery window. ${shown}`);
    case "hole":
      return fail(
        name,
        "restore-time-in-hole",
        `No log backup covers ${iso(verdict.fromMs)} to ${iso(verdict.toMs)}. ${shown}`,
      );
    case "too-recent":
      if (request.whenTooRecent === "refuse") {
        return fail(
          name,
          "restore-time-too-recent",
          `${iso(restoreTimeMs)} is too recent; it becomes restorable about ${iso(verdict.restorableAtMs)}. ${shown}`,
        );
      }
      return wait(
        name,
        "restore-time-too-recent",
        `${iso(restoreTimeMs)} becomes restorable about ${iso(verdict.restorableAtMs)}. ${shown}`,
        verdict.restorableAtMs,
      );
  }
}

function judgeDisk(request: RestoreRequest, facts: PrerequisiteFacts, master: RdsInstance): Prerequisite {
  const name = "free-disk";
  const { job, addsRows } = writeBackOf(request.writeBack);
  if (!job) return pass(name, "Nothing is written to the master.");
  if (facts.diskUsedBytes === null || master.storageGb === null)
    return unknown(name, "RDS reports no disk usage of the master.");
  const totalBytes = master.storageGb * 1024 ** 3;
  const freeBytes = totalBytes - facts.diskUsedBytes;
  // A copy takes at most what the whole instance uses now; a master that fills up is locked, so the rule errs on the safe side.
  if (freeBytes < Math.min(facts.diskUsedBytes, totalBytes * 0.1)) {
    if (addsRows)
      return unknown(
        name,
        `The master has ${gigabytes(freeBytes)} GB free of ${master.storageGb} GB; only missing rows are added, and RDS locks a full instance.`,
      );
    return fail(
      name,
      "disk-too-full",
      `The master has ${gigabytes(freeBytes)} GB free of ${master.storageGb} GB; a restored copy could fill it, and RDS locks a full instance.`,
    );
  }
  return pass(name, `${gigabytes(freeBytes)} GB of ${master.storageGb} GB are free.`);
}

/** These modes write into databases that are there, so the data is looked at first. */
function judgeRoutes(source: SourceRow, request: RestoreRequest, { routes }: PrerequisiteFacts): Prerequisite[] {
  const { writeBack } = request;
  if (!writeBackOf(writeBack).readsSourceFirst) return [];
  const name = "source-reachable";
  if (source.liesInOurVpc)
    return [pass(name, `The functions read the ${source.noun} at its private address: it is placed in their VPC.`)];
  if (routes.vpc) return [unknown(name, "The functions reach the temporary instance if RDS puts it into their VPC.")];
  if (routes.publicEndpoint && request.source.allowPublicEndpoint)
    return [pass(name, "The functions read the temporary instance through a public endpoint that admits only them.")];
  const remedy = routes.publicEndpoint
    ? "Allow a public endpoint (source.allowPublicEndpoint)"
    : "Set REWIND_EGRESS_ADDRESSES and allow a public endpoint (source.allowPublicEndpoint), or set REWIND_VPC_ID";
  const text = `Write-back ${writeBack} reads the temporary instance first, and the functions would not reach it. ${remedy}, or ask for side-by-side.`;
  return [fail(name, "source-not-reachable", text)];
}

function judgeSecret(secret: PrerequisiteFacts["secrets"][number]): Prerequisite {
  const name = `secret ${secret.name}`;
  return secret.readable ? pass(name, "The secret can be read.") : fail(name, "secret-not-readable", secret.text);
}

/** Secrets of a restore lie below its master's own path, so that a caller cannot use another instance's. */
export function isSecretOf(masterInstanceId: string, secretName: string): boolean {
  const prefix = `rewind/${masterInstanceId}/`;
  return (
    secretName.startsWith(prefix) &&
    secretName.length > prefix.length &&
    !secretName.slice(prefix.length).includes("..")
  );
}

/** The window that `GET /masters/{id}/recovery-window` shows. */
export function windowOf(facts: PrerequisiteFacts, nowMs: number, durations: Durations): RecoveryWindow | null {
  return recoveryWindow(facts.backups, facts.logBackups, facts.retentionDays, nowMs, durations);
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, "Z");
}

function gigabytes(bytes: number): string {
  return (bytes / 1024 ** 3).toFixed(1);
}
