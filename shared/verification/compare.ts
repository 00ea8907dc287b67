import type { Clock } from "../clock";
import { isPassing } from "../cloud/cloud-error";
import type { SqlServerSession } from "../cloud/sql-server";
import type { Comparison } from "../restore/model/record";
import type { WriteBackMode } from "../restore/write-back";
import type { OpenProbe } from "./row-findings";
import { advanceTable, type TableProgress } from "./table-comparison";

export { lookAtCopy, uncomparedTable } from "./copy-on-master";
export { outcomeOf } from "./outcome";
export { startComparison } from "./start-comparison";

/**
 * One slice of comparing the temporary instance with the master, table by table, until `deadlineMs`, at least one range of keys.
 * Reads only; rows of interest are looked at by what `openProbe` gives. The cursor in the result says where the next slice goes on.
 * @throws CloudError that passes by itself, when nothing was read in this slice; others become `unmeasured` tables.
 */
export async function runComparisonSlice(
  source: SqlServerSession,
  target: SqlServerSession,
  comparison: Comparison,
  mode: WriteBackMode,
  deadlineMs: number,
  clock: Clock,
  openProbe: OpenProbe | null = null,
): Promise<Comparison> {
  let current = comparison;
  try {
    while (current.cursor.index < current.tables.length) {
      const { index, after, compared = 0, mostRows } = current.cursor;
      const progress = { table: current.tables[index]!, after, compared, mostRows };
      const advanced = await advanceTable({ source, target }, progress, mode, deadlineMs, clock, openProbe);
      const over = advanced.table.verdict !== "pending";
      current = {
        ...current,
        tables: current.tables.map((table, position) => (position === index ? advanced.table : table)),
        cursor: over ? { index: index + 1, after: null } : cursorAt(index, advanced),
      };
      if (clock.nowMs() >= deadlineMs) break;
    }
  } catch (error) {
    // What was compared stays compared.
    if (current === comparison || !isPassing(error)) throw error;
  }
  return current;
}

function cursorAt(index: number, { after, compared, mostRows }: TableProgress): Comparison["cursor"] {
  return { index, after, compared, ...(mostRows === undefined ? {} : { mostRows }) };
}
