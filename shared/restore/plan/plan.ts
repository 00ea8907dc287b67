import { canonicalJson, sha256Hex } from "../../canonical-json";
import { databasesByName, showName } from "../../object-name";
import type { RestoredName } from "../model/database-restore";
import type { Check } from "../request/request";
import type { SourceKind } from "../source";
import type { JobSettings, WriteBackMode } from "../write-back";
import type { NeededName } from "./taken-names";
import type { TargetKey } from "./target-key";

/** One table on its way to the master. */
export interface PlannedTable {
  readonly schema: string;
  readonly name: string;
  readonly targetName: string;
  /** Rows counted on the temporary instance; null: not measured (copy first). */
  readonly rows: number | null;
}

export interface PlannedDatabase {
  readonly database: string;
  readonly targetDatabase: string;
  /** The target database does not exist on the master and is created by us before the rows. */
  readonly createsDatabase: boolean;
  readonly characterSet: string;
  /** The whole database, with everything that DTS brings along; `tables` then lists what was seen. */
  readonly whole: boolean;
  readonly tables: readonly PlannedTable[];
}

/** A check with where it runs: before the plan on the temporary instance, or, copy first, after the copy on the master. */
export interface PlannedCheck {
  readonly name: string;
  readonly runsOn: "temporary-instance" | "master";
  /** Null: it is not run, because tables of its database arrive under new names. */
  readonly database: string | null;
  readonly sql: string;
  readonly expect: Check["expect"];
}

/** Whole databases, restored by RDS under new names. */
export interface PlannedDatabaseRestore {
  readonly targetInstanceId: string;
  readonly backupId: string | null;
  readonly names: readonly RestoredName[];
}

/** Exactly what will be written to the master. People approve its hash; `starting` compares it again before the first write. */
export interface Plan {
  readonly restoreId: string;
  /** Of everything that was asked for: checks and secrets too. */
  readonly requestHash: string;
  readonly masterInstanceId: string;
  readonly masterVersion: string;
  readonly masterCollation: string;
  readonly mode: WriteBackMode;
  readonly source: SourceKind;
  /** Null: a backup was asked for. */
  readonly restoreTimeMs: number | null;
  /** This and the job are null where RDS restores the databases itself. */
  readonly temporaryInstanceId: string | null;
  readonly temporaryInstanceCreatedAtMs: number | null;
  readonly jobId: string | null;
  readonly jobName: string | null;
  readonly jobSettings: JobSettings | null;
  readonly databases: readonly PlannedDatabase[];
  /** The object list as DTS holds it, read back, normalised. */
  readonly dtsObjects: string | null;
  /** What RDS is asked to restore by itself. Left out: a migration job writes. */
  readonly databaseRestore?: PlannedDatabaseRestore;
  /** missing-rows: the keys of the master under which rows are added. */
  readonly targetKeys: readonly TargetKey[];
  /** Names of tables and constraints that are made in databases which the master has already. */
  readonly neededNames: readonly NeededName[];
  readonly checksPassed: number;
  readonly checks: readonly PlannedCheck[];
  /** In plain words, what a person should know before saying yes. */
  readonly notes: readonly string[];
}

const renamingsShown = 3;

/** Tables that arrive under other names, as `Orders as Orders_before`; null: every table keeps its name. */
export function renamedTables(database: Pick<PlannedDatabase, "tables">): string | null {
  const renamed = database.tables.filter((table) => table.targetName !== table.name);
  const shown = renamed
    .slice(0, renamingsShown)
    .map((table) => `${showName(table.name)} as ${showName(table.targetName)}`);
  if (renamed.length > renamingsShown) shown.push("…");
  return shown.length > 0 ? shown.join(", ") : null;
}

/**
 * The database on the master that a check runs in when its own was copied there; null for a check that would read the live tables, or none,
 * because the copied ones have new names.
 */
export function databaseOfCopy(check: Pick<Check, "database">, databases: readonly PlannedDatabase[]): string | null {
  const copied = databasesByName(databases).find(check.database);
  if (!copied) return check.database;
  return renamedTables(copied) ? null : copied.targetDatabase;
}

/** sha256 over the canonical JSON of the plan. */
export function hashPlan(plan: Plan): string {
  return sha256Hex(canonicalJson(plan));
}
