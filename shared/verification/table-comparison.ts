import type { Clock } from "../clock";
import { CloudError, isPassing } from "../cloud/cloud-error";
import { textForm } from "../cloud/sql-server/text-form";
import type { TableComparison } from "../restore/model/record";
import type { WriteBackMode } from "../restore/write-back";
import { lastingProblem } from "./check";
import type { CommonColumns } from "./column-drift";
import {
  compareByLookup,
  compareRange,
  isTooLarge,
  type KeyedTable,
  type RangeDifference,
  UnreadableKey,
} from "./key-range";
import { type Ends, openTable, sourceAddress, targetAddress, unmeasured } from "./open-table";
import { PageSize } from "./page-size";
import { addFindings, type OpenProbe } from "./row-findings";
import { addDifference, keyedVerdict, unreadableSample } from "./verdict";

/** How far a table is. `table.verdict` is no longer `pending` once it is over. */
export interface TableProgress {
  readonly table: TableComparison;
  readonly after: readonly string[] | null;
  /** Rows of the backup that were read so far. */
  readonly compared: number;
  /** Rows that one page may have, once one was too large. */
  readonly mostRows: number | undefined;
}

/**
 * Goes on with one table until it is over or the deadline has passed, at least one range. A range that is too large, or of long values and too
 * slow, is halved. A table that cannot be read becomes `unmeasured` with the reason among its samples: a range of the first size that takes the
 * whole time of a statement will take it again.
 * @throws CloudError that passes by itself, when nothing of this table was read yet in this slice.
 */
export async function advanceTable(
  ends: Ends,
  progress: TableProgress,
  mode: WriteBackMode,
  deadlineMs: number,
  clock: Clock,
  openProbe: OpenProbe | null = null,
): Promise<TableProgress> {
  let current = progress;
  try {
    const opened = await openTable(ends, progress.table, mode);
    current = { ...progress, table: opened.table };
    if (!opened.ready) return current;
    const { columns } = opened.ready;
    const probe = await openProbe?.({ ends, ...opened, ...opened.ready });
    const size = new PageSize(hasLongValues(columns), progress.mostRows);
    const sliceMs = deadlineMs - clock.nowMs();
    do {
      const startedMs = clock.nowMs();
      const range = await nextRange(ends, current, columns, size.rows);
      if (range === "too-large") {
        current = { ...current, mostRows: size.tooLarge() };
        continue;
      }
      const seen = probe ? await probe(range, current.table) : null;
      current = add(current, range);
      if (seen) current = { ...current, table: addFindings(current.table, seen) };
      if (range.after === null) return { ...current, table: conclude(current, mode, columns) };
      size.took(clock.nowMs() - startedMs, sliceMs);
    } while (clock.nowMs() < deadlineMs);
    return current;
  } catch (error) {
    const moved = current.after !== progress.after;
    if (moved && isPassing(error)) return current;
    if (error instanceof UnreadableKey)
      return { ...current, table: unmeasured(current.table, error.message, unreadableSample(error.key)) };
    const problem = lastingProblem(error);
    if (problem === null) throw error;
    return { ...current, table: unmeasured(current.table, problem.text) };
  }
}

/** @returns `too-large` when fewer rows should be asked for */
async function nextRange(
  ends: Ends,
  { table, after }: TableProgress,
  columns: CommonColumns,
  size: number,
): Promise<RangeDifference | "too-large"> {
  const source: KeyedTable = {
    session: ends.source,
    address: sourceAddress(table),
    shape: columns.source,
    side: "in the backup",
  };
  const target: KeyedTable = {
    session: ends.target,
    address: targetAddress(table),
    shape: columns.target,
    side: "on the master",
  };
  const compare = columns.key?.ordered ? compareRange : compareByLookup;
  try {
    return await compare(source, target, after, size);
  } catch (error) {
    if (size > 1 && (isTooLarge(error) || (isTooSlow(error) && hasLongValues(columns)))) return "too-large";
    throw error;
  }
}

/** @throws UnreadableKey when more rows were read than there are: pages that go in a circle would never end */
function add(progress: TableProgress, range: RangeDifference): TableProgress {
  const read = progress.compared + range.compared;
  if (read > progress.table.sourceRows! && range.after !== null)
    throw new UnreadableKey("paging by key reads more rows than the backup has", range.after);
  return { ...progress, table: addDifference(progress.table, range), after: range.after, compared: read };
}

/** The backup does not change. Rows that were counted but not read were lost between two pages. */
function conclude({ table, compared }: TableProgress, mode: WriteBackMode, columns: CommonColumns): TableComparison {
  const { sourceRows, targetRows, missing } = table;
  if (compared !== sourceRows)
    return unmeasured(table, `paging by key read ${compared} rows of the backup and ${sourceRows} were counted`);
  const seen = columns.key?.ordered ? table : { ...table, extra: Math.max(0, targetRows! - (compared - missing)) };
  return { ...seen, verdict: keyedVerdict(seen, mode, columns) };
}

function hasLongValues({ source }: CommonColumns): boolean {
  return source.columns.some((column) => textForm(column.type, column.byCharacters).kind === "long");
}

/** The statement had its whole time. Where values are long, that is for the bytes of its rows. */
function isTooSlow(error: unknown): boolean {
  return error instanceof CloudError && error.code === "Timeout";
}
