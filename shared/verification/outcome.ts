import { showAddress, showName } from "../object-name";
import { counted } from "../restore/counted";
import type { ReasonCode, StatedReason } from "../restore/model/reasons";
import type { Comparison, TableComparison } from "../restore/model/record";
import { type Findings, type WriteBackMode, writeBackOf } from "../restore/write-back";
import { hasRepeatedKeys, isKeySample, shownSamples } from "./verdict";

export interface ComparisonOutcome {
  readonly outcome: "succeeded" | "finished-unverified" | "failed";
  readonly reason: StatedReason;
}

/**
 * What a finished comparison means for the mode; null while a table is pending. A difference outweighs what was not measured, and
 * what was not measured is never a success. `before`: how the tables were before anything was written, where that was compared. `isHeld`:
 * there is a temporary instance, which people can look at.
 */
export function outcomeOf(
  comparison: Comparison,
  mode: WriteBackMode,
  before: Comparison | null = null,
  isHeld = true,
): ComparisonOutcome | null {
  const { tables, checks } = comparison;
  if (tables.some((table) => table.verdict === "pending")) return null;
  const failing = tables.filter((table) => isFailing(table, mode));
  if (failing.length > 0) {
    const text = `${failing.map(showDifference).slice(0, 3).join("; ")}.`;
    const after = writeBackOf(mode).afterDifferences(findingsOf(tables, before));
    return { outcome: "failed", reason: { code: failingCode(failing, mode), text: `${text}${after}` } };
  }
  const failedChecks = checks.filter((check) => !check.passed);
  if (failedChecks.length > 0) {
    const text = failedChecks.map((check) => check.text).slice(0, 3);
    return { outcome: "failed", reason: { code: "checks-failed", text: text.join("; ") } };
  }
  return unverified(comparison, isHeld) ?? { outcome: "succeeded", reason: success(tables, mode, before) };
}

/** A table that the application uses may differ as it likes; only rows that are not there count. */
function isFailing(table: TableComparison, mode: WriteBackMode): boolean {
  if (table.verdict !== "differs") return false;
  return writeBackOf(mode).makesCopy || table.missing > 0 || table.targetRows === null || hasRepeatedKeys(table);
}

function failingCode(failing: readonly TableComparison[], mode: WriteBackMode): ReasonCode {
  if (writeBackOf(mode).makesCopy) return "copy-differs";
  return failing.every((table) => table.missing === 0 && table.targetRows !== null) ? "keys-repeated" : "rows-missing";
}

function unverified(comparison: Comparison, isHeld: boolean): ComparisonOutcome | null {
  const { tables } = comparison;
  const because = (code: ReasonCode, text: string): ComparisonOutcome => ({
    outcome: "finished-unverified",
    reason: { code, text },
  });
  if (tables.length === 0) return because("nothing-compared", "The plan names no table. Nothing was compared.");
  const unmeasured = tables.filter((table) => table.verdict === "unmeasured");
  const notRun = comparison.checksNotRun ?? [];
  if (unmeasured.length > 0 || notRun.length > 0) {
    const uncompared = `${shareOf(unmeasured, tables)} not compared in full: ${showWithReason(unmeasured)}.`;
    const texts = [...(unmeasured.length > 0 ? [uncompared] : []), ...notRun.slice(0, 3).map((check) => check.text)];
    return because(
      "not-measured",
      `${texts.join(" ")} What was written stays on the master${isHeld ? "; the temporary instance is held, so that people can look there before it expires" : ""}.`,
    );
  }
  const countsOnly = tables.filter((table) => table.verdict === "counts-only");
  if (countsOnly.length === 0) return null;
  return because(
    "only-counted",
    `${shareOf(countsOnly, tables)} only counted, not compared row by row: ${showWithReason(countsOnly)}.`,
  );
}

function shareOf(some: readonly TableComparison[], all: readonly TableComparison[]): string {
  return `${some.length} of ${counted(all.length, "table")} ${some.length === 1 ? "was" : "were"}`;
}

function success(tables: readonly TableComparison[], mode: WriteBackMode, before: Comparison | null): StatedReason {
  const rows = tables.reduce((sum, table) => sum + (table.sourceRows ?? 0), 0);
  const extent = `${counted(rows, "row")} of ${counted(tables.length, "table")}`;
  if (tables.every((table) => table.verdict === "arrived"))
    return {
      code: "databases-arrived",
      text: `RDS restored ${showArrived(tables)}: ${extent} are there. There is no other copy to compare them with.`,
    };
  return writeBackOf(mode).success(extent, findingsOf(tables, before));
}

function showArrived(tables: readonly TableComparison[]): string {
  const databases = new Map(tables.map(({ database, targetDatabase }) => [database, targetDatabase]));
  return [...databases].map(([database, target]) => `${showName(database)} as ${showName(target)}`).join(", ");
}

function findingsOf(tables: readonly TableComparison[], before: Comparison | null): Findings {
  return {
    added: () => showAdded(tables, before),
    kept: () => showKept(tables),
    columns: () => showColumns(tables),
    differences: () => showDifferences(tables),
  };
}

function showDifferences(tables: readonly TableComparison[]): string {
  const different = tables.filter((table) => table.verdict === "differs");
  return different.length === 0 ? "" : ` ${different.map(showDifference).slice(0, 3).join("; ")}.`;
}

/** Columns that were not compared. Values were not asked for, but a person who reads "succeeded" should know. */
function showColumns(tables: readonly TableComparison[]): string {
  const told = tables.flatMap((table) => {
    const columns = table.samples.filter((sample) => !isKeySample(sample));
    return columns.length === 0 ? [] : [`${names([table])} (${columns.join(", ")})`];
  });
  if (told.length === 0) return "";
  return ` Not all columns are the same or could be compared: ${told.slice(0, 3).join("; ")}${told.length > 3 ? " …" : ""}.`;
}

/** Tables with why, those of one reason together. */
function showWithReason(tables: readonly TableComparison[]): string {
  const byReason = new Map<string, TableComparison[]>();
  for (const table of tables) {
    const reason = shownSamples(table.samples);
    byReason.set(reason, [...(byReason.get(reason) ?? []), table]);
  }
  const told = [...byReason].map(([reason, group]) => (reason === "" ? names(group) : `${names(group)} (${reason})`));
  return told.length > 3 ? `${told.slice(0, 3).join("; ")} …` : told.join("; ");
}

/** Keys that were absent before and are not any more; by our own comparisons, not by what DTS counts. */
function showAdded(tables: readonly TableComparison[], before: Comparison | null): string {
  const counts = tables.map((table) => {
    const earlier = before?.tables.find(
      (one) => one.database === table.database && one.schema === table.schema && one.name === table.name,
    );
    return earlier && earlier.verdict !== "unmeasured" ? earlier.missing - table.missing : null;
  });
  const added = counts.reduce<number | null>((sum, count) => (sum === null || count === null ? null : sum + count), 0);
  if (added === null) return " How many rows were added was not measured.";
  return ` ${counted(added, "row")} ${added === 1 ? "was" : "were"} added.`;
}

/** Rows that the mode leaves as they are. */
function showKept(tables: readonly TableComparison[]): string {
  const kept = tables.reduce((sum, table) => sum + table.different, 0);
  if (kept === 0) return "";
  return kept === 1
    ? " 1 row has other values than in the backup and stays as it is."
    : ` ${kept} rows have other values than in the backup and stay as they are.`;
}

function showDifference(table: TableComparison): string {
  const { duplicates = 0, colliding = 0 } = table;
  const counts = [
    `${table.missing} missing, ${table.different} different, ${table.extra} extra`,
    ...(duplicates > 0 ? [`${counted(duplicates, "row")} too many of keys that are there already`] : []),
    ...(colliding > 0
      ? [`${counted(colliding, "row")} of the backup without a place, because the master holds several keys to be one`]
      : []),
  ].join(", ");
  const samples = table.samples.length === 0 ? "" : ` (${shownSamples(table.samples)})`;
  return `${showAddress(table)}: ${counts}${samples}`;
}

function names(tables: readonly TableComparison[]): string {
  const shown = tables.slice(0, 5).map((table) => showAddress(table));
  return tables.length > 5 ? `${shown.join(", ")} …` : shown.join(", ");
}
