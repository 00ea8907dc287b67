import type { Plan } from "../plan/plan";
import type { NeededName } from "../plan/taken-names";
import type { TargetKey } from "../plan/target-key";
import type { RestoreRequest } from "../request/request";
import type { SourceChoice } from "../source";
import type { CallKind, Intent } from "./calls";
import type { DatabaseRestore } from "./database-restore";
import type { ReasonCode, StatedReason } from "./reasons";
import type { CommandKind, Outcome, Status } from "./states";

/** The code of the error by which a store says that a record is larger than it holds. */
export const recordTooLarge = "RecordTooLarge";

/** Why a restore ended, or why it waits: a stable code (listed in docs/reason-codes.md) and a sentence for people. */
export interface Reason {
  readonly code: string;
  readonly text: string;
}

export interface TimelineEntry {
  readonly atMs: number;
  readonly status: Status;
  readonly text: string;
}

/** Facts of the master that must not change under a restore; compared again before anything is written. */
export interface MasterFacts {
  readonly engineVersion: string;
  /** `Basic`, `HighAvailability`, `AlwaysOn` …; left out: RDS does not tell, or an older version made the record. */
  readonly category?: string;
  readonly collation: string;
  readonly timeZone: string;
  readonly networkType: string;
  /** As DescribeDatabases answered. */
  readonly databases: readonly { readonly name: string; readonly characterSet: string }[];
  /** The databases could be listed: one that is not among them was not there. */
  readonly databasesListed: boolean;
}

/** The temporary instance that is ours: its id came from the create's answer, or a person confirmed it. */
export interface TemporaryInstance {
  readonly id: string;
  readonly origin: "answer" | "confirmed";
  /** As RDS reports it; null until the first read. */
  readonly createdAtMs: number | null;
  /** When it was asked for: it is not older. Left out: a record of an older version, or an instance that a person confirmed. */
  readonly askedAtMs?: number;
  /** Since when reads by id answer "not found"; two such reads, some time apart, mean gone. */
  readonly missingSinceMs: number | null;
}

export interface MigrationJob {
  readonly attempt: number;
  readonly name: string;
  /** Null until the configure (or, buy-first, the purchase) is answered. */
  readonly jobId: string | null;
  readonly dtsInstanceId: string | null;
  readonly configured: boolean;
  /** StartDtsJob for the precheck was answered (configure-first), or for the whole run (buy-first). */
  readonly started: boolean;
  /** A purchase that starts the write was ever sent. Such a job is never used again. */
  readonly buySent: boolean;
  readonly missingSinceMs: number | null;
}

/** A whitelist group of ours on an instance. */
export interface Opening {
  readonly instanceId: string;
  readonly group: string;
  readonly state: "open" | "closed";
}

export interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  /** A sentence. The value that it holds, and what SQL Server said of rows, are marked as row values. */
  readonly text: string;
  /** The value as people read it. Absent where there is none, because the check could not be run. */
  readonly found?: string;
  /** What it was to be, as `at least 1`. */
  readonly expected?: string;
  /** The reason's code where it is another than `checks-failed`. */
  readonly code?: ReasonCode;
}

export interface TableFacts {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  /** Rows on the temporary instance; null: not measured. */
  readonly rows: number | null;
  /** Key columns; empty: no usable key, so only counts can be compared. */
  readonly key: readonly string[];
  /** What an operator should know: types that DTS cannot move, triggers, drift against the master … */
  readonly notes: readonly string[];
}

export interface Verification {
  /** How functions reach the temporary instance. `copy-first`: not at all; checks run on the restored copy. */
  readonly route: "undecided" | "private" | "public" | "copy-first";
  /** Tables whose facts are complete, in plan order. */
  readonly tables: readonly TableFacts[];
  readonly checks: readonly CheckResult[];
  /** Position of the next slice: tables still to count, checks still to run. */
  readonly cursor: { readonly stage: "shapes" | "counts" | "checks" | "done"; readonly index: number };
  readonly sizeBytes: number | null;
  /** Of the databases that were looked at, as they are on the temporary instance. */
  readonly collations: readonly { readonly database: string; readonly collation: string }[];
}

/**
 * missing-rows, before anything is written: rows that are told of by their values, not by their keys alone.
 * `unfit`: missing rows that the master's columns or checks do not take. `held`: missing rows whose values in another unique key of the master a row has by now. `left-behind`: rows of a table that refers to the
 * missing rows, which are missing too. `taken`: rows whose identity value a row of other values has by now.
 */
export interface RowFinding {
  readonly kind: "unfit" | "held" | "left-behind" | "taken";
  /** The unique key, the foreign key with its table, or the identity column, for people. */
  readonly about: string;
  readonly rows: number;
  /** Holds values of rows. */
  readonly example: string | null;
  /** Why not everything was looked at. */
  readonly problem: string | null;
}

export interface TableComparison {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
  readonly targetDatabase: string;
  readonly targetName: string;
  readonly sourceRows: number | null;
  readonly targetRows: number | null;
  readonly missing: number;
  readonly different: number;
  readonly extra: number;
  /** Of `different`, the rows whose key has another text on the master, though the server holds both to be one key. */
  readonly otherKeyTexts?: number;
  /** Rows on the master beyond the first of each compared key. */
  readonly duplicates?: number;
  /** Rows of the backup beyond the first of each key of the master: there, only one of them can be. */
  readonly colliding?: number;
  /** Of `missing`, the rows that cannot be added: other rows hold their unique values, or the master's columns or checks do not take them. */
  readonly held?: number;
  readonly findings?: readonly RowFinding[];
  /**
   * `equal`: counts and the hash of every key agree. `counts-only`: no key. `unmeasured`: a side, or a column that counts, could not be
   * read. `arrived`: RDS restored the database itself; the table is there, and there is no other copy to compare it with.
   */
  readonly verdict: "pending" | "equal" | "differs" | "counts-only" | "unmeasured" | "arrived";
  /** What is to be said of the table and its columns, and up to five keys that differ (see isKeySample), for people. */
  readonly samples: readonly string[];
}

export interface Comparison {
  readonly tables: readonly TableComparison[];
  readonly cursor: {
    readonly index: number;
    readonly after: readonly string[] | null;
    /** Rows of the backup that were read of the table so far. */
    readonly compared?: number;
    /** Rows that one page of the table may have: more were too large. */
    readonly mostRows?: number;
  };
  /** Checks on the restored copy, in the copy-first route. */
  readonly checks: readonly CheckResult[];
  /** Checks that would not have read the copy, each with why. Absent where there are none. */
  readonly checksNotRun?: readonly { readonly name: string; readonly text: string }[];
}

/** A foreign key that a dropped table took along. */
export interface LostForeignKey {
  /** The table on the master that it belongs to. */
  readonly database: string;
  readonly schema: string;
  readonly table: string;
  readonly name: string;
  /** Makes it again, once the rows are back. Never run by us. */
  readonly sql: string;
}

/** What was seen on the master before anything was configured. */
export interface TargetSurvey {
  /** Why nothing may be written; null: nothing speaks against it so far. */
  readonly obstacle: StatedReason | null;
  /** For the plan: what the operator should know about the master's side. */
  readonly notes: readonly string[];
  /** missing-rows: the tables to add to, and those that they refer to, compared by key; null in other modes. */
  readonly before: Comparison | null;
  /** missing-rows: the keys of the master under which rows are added. */
  readonly keys?: readonly TargetKey[];
  /** The names that the restored tables need in databases that are there already. Left out: none, or an older version made the survey. */
  readonly neededNames?: readonly NeededName[];
  /** Foreign keys of the backup that go with a dropped table and are not made again with it. Left out: none. */
  readonly foreignKeys?: readonly LostForeignKey[];
  /** The master could not be looked at, and the mode allows to go on. */
  readonly unseen?: true;
}

/** Nothing is left to look at. */
export function isSurveyed(survey: TargetSurvey): boolean {
  return (
    survey.obstacle !== null || survey.before === null || survey.before.cursor.index >= survey.before.tables.length
  );
}

export interface PrecheckItem {
  readonly item: string;
  readonly cause: string;
  readonly remedy: string;
}

export interface Approval {
  readonly planHash: string;
  readonly by: string;
  readonly atMs: number;
}

/** Something of this restore that stays on the master. Its removal is for people: the SQL is shown and never run by us. */
export interface LeftObject {
  readonly kind: "database" | "table";
  readonly name: string;
  readonly sizeBytes: number | null;
  /** Removes it. A comment only, where it could not be seen whether it was made. */
  readonly sql: string;
  /** The master was looked at after the job was gone. Left out: it was not. */
  readonly looked?: true;
}

/** An effect whose outcome was never settled; watched for 48 hours after closing. */
export interface Doubt {
  readonly intent: Intent;
  readonly untilMs: number;
  /** What the watch has found since, for people. */
  readonly found: string | null;
}

export interface HandledCommand {
  readonly commandId: string;
  readonly kind: CommandKind;
  readonly accepted: boolean;
  readonly text: string;
}

export interface RestoreRecord {
  readonly restoreId: string;
  readonly schemaVersion: 1;
  readonly status: Status;
  readonly statusSinceMs: number;
  readonly outcome: Outcome | null;
  /** Of the outcome; while waiting, of the wait. */
  readonly reason: Reason | null;
  readonly request: RestoreRequest;
  readonly requestHash: string;
  readonly requestedBy: string;
  readonly origin: "person" | "alert";
  /** The requester's role allowed `approval: automatic` when the restore was accepted. */
  readonly automaticApprovalAllowed: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Runs in this state that changed nothing; drives the back-off of looks. */
  readonly idleRuns: number;
  /** Calls made in this state that take something away and may have to be repeated; drives their back-off and their turns. Left out: none. */
  readonly removals?: number;
  /** Who made the API key that the request came with. Left out: it came with a bearer, or from an alarm. */
  readonly requestKeyMadeBy?: string;
  /** The W3C trace context of the request. Left out: it brought none. */
  readonly traceparent?: string;
  /** What the timeline has told of this state and does not tell again. Left out: nothing. */
  readonly told?: readonly string[];
  readonly intent: Intent | null;
  /** A cancel that waits for a call to be settled. */
  readonly cancelRequested: boolean;
  readonly restoreTimeMs: number | null;
  /** The restore point that was reached, and how we know. */
  readonly restorePoint: { readonly atMs: number | null; readonly evidence: string } | null;
  readonly master: MasterFacts | null;
  /** Null: the prerequisites were not met yet. */
  readonly source: SourceChoice | null;
  readonly temporaryInstance: TemporaryInstance | null;
  /** An instance that may be ours (confirming-instance), or was left alone. */
  readonly candidate: { readonly id: string; readonly createdAtMs: number } | null;
  readonly job: MigrationJob | null;
  /** What RDS restores by itself, without a migration job. Left out: the rows come by a job, or not at all. */
  readonly databaseRestore?: DatabaseRestore;
  /** Jobs of earlier attempts. A new attempt deletes them first; their ids stay until withdrawing has found them gone twice. */
  readonly staleJobs: readonly string[];
  /** The last definite refusal, named when a deadline passes. */
  readonly lastRefusal: { readonly call: CallKind; readonly code: string; readonly text: string } | null;
  readonly openings: readonly Opening[];
  readonly verification: Verification | null;
  /** Null: the master was not looked at yet. */
  readonly target: TargetSurvey | null;
  readonly precheckItems: readonly PrecheckItem[];
  readonly plan: Plan | null;
  readonly planHash: string | null;
  readonly approval: Approval | null;
  /** Rows copied so far as DTS tells it; null before. */
  readonly progress: { readonly percent: number; readonly rows: number } | null;
  readonly comparison: Comparison | null;
  readonly leftOnMaster: readonly LeftObject[];
  /** What the last look missed, and since when: two such looks, some time apart, are a proof. Left out or null: nothing. */
  readonly missed?: { readonly what: string; readonly sinceMs: number } | null;
  /** When the instance is given up: before RDS releases it, and once it is held after `keepHours`; null before there is one. */
  readonly expiresAtMs: number | null;
  readonly doubts: readonly Doubt[];
  /** The last commands taken, newest last; bounded. */
  readonly handledCommands: readonly HandledCommand[];
  /** Newest last; bounded, the first entry is kept. */
  readonly timeline: readonly TimelineEntry[];
}

/** `open` rows are in the due list; a closed restore with doubts stays there until they are over. */
export function phaseOf(record: RestoreRecord): "open" | "over" {
  return record.status === "closed" && record.doubts.length === 0 ? "over" : "open";
}
