import type { DtsJobSpecification } from "../../cloud/dts";
import type { TableShape } from "../../cloud/sql-server";
import type { ReasonCode, StatedReason } from "../model/reasons";
import type { TableComparison } from "../model/record";
import type { PlannedDatabase } from "../plan/plan";
import type { Obstacle } from "../prerequisites/verdict";

/** What DTS does beside copying rows (see DtsJobSpecification). */
export type JobSettings = Pick<DtsJobSpecification, "migrateStructure" | "targetTableMode">;

/** Both sides of a table were read to the end by key. */
export interface ReadByKey {
  /** Keys of the backup that are absent on the master. */
  readonly missing: number;
  /** No key is missing or extra, all values are equal, and the columns are the same. */
  readonly isAlike: boolean;
  /** The values of every column could be compared. */
  readonly comparesAllColumns: boolean;
}

/** The chosen tables of one database, as they are on the master before a restore. */
export interface TablesNow {
  /** Names of those that are there. */
  readonly present: readonly string[];
  /** Names of those that are not. */
  readonly missing: readonly string[];
  /** A sentence on names that are alike, or empty. */
  readonly near: string;
}

/** What a finished comparison found, in words: each is empty, or a sentence that begins with a blank. */
export interface Findings {
  /** How many rows were added. */
  readonly added: () => string;
  /** How many rows have other values and stay. */
  readonly kept: () => string;
  /** Columns that are not the same, or could not be compared. */
  readonly columns: () => string;
  /** Tables of the master whose rows differ. */
  readonly differences: () => string;
}

/** One way to write to the master. What differs between the modes is here, and nowhere else. */
export interface WriteBackRow<Mode extends string = string> {
  readonly mode: Mode;
  /** The migration job's settings; null: there is no job, and nothing is written. */
  readonly job: JobSettings | null;
  /** A chosen database arrives beside the old one, under a name of its own. */
  readonly arrivesAside: boolean;
  /** A chosen database that is not on the master any more is made again under its name. */
  readonly remakesDatabases: boolean;
  /** Rows are added to tables that applications use: keys are compared before, and only what is absent is added. */
  readonly addsRows: boolean;
  /** The source has to be read before anything is written: rows cannot be looked at on a copy first. */
  readonly readsSourceFirst: boolean;
  /** The comparison of the master with the source is one of a copy, which has to be equal, not one of a table in use. */
  readonly makesCopy: boolean;
  /** In plain words, for the plan. */
  readonly notes: (databases: readonly PlannedDatabase[]) => readonly string[];
  /** Why nothing may be written to a table of the master as it is now; null: it may. @param found undefined: there is no such table */
  readonly tableObstacle: (name: string, found: TableShape | undefined) => StatedReason | null;
  /** For the dry run: why the mode does not fit the tables that are on the master now; null: nothing speaks against it. */
  readonly tablesNow: (name: string, tables: TablesNow) => Obstacle | null;
  /** Why a database that is not on the master cannot be asked for; null: the source will tell. @param near a sentence on names that are alike, or empty */
  readonly whenDropped: (name: string, database: string, near: string) => Obstacle | null;
  readonly keyedVerdict: (found: ReadByKey) => TableComparison["verdict"];
  /** @param surplus rows of the master less rows of the source @returns true: the table is not what was promised */
  readonly countsDiffer: (surplus: number, hasDrifted: boolean) => boolean;
  /** What `succeeded` means. @param extent as `5 rows of 1 table` */
  readonly success: (extent: string, findings: Findings) => { readonly code: ReasonCode; readonly text: string };
  /** What is said after the differences of a failed comparison; empty: nothing. */
  readonly afterDifferences: (findings: Findings) => string;
}
