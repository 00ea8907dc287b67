import type { Clock } from "../clock";
import { CloudError, isPassing } from "../cloud/cloud-error";
import type { SqlServerSession, TableAddress, TableShape } from "../cloud/sql-server";
import { parseColumnType } from "../cloud/sql-server/column-type";
import { textForm } from "../cloud/sql-server/text-form";
import { listedByName } from "../restore/object-name";
import type { TableComparison } from "../restore/record";
import type { WriteBackMode } from "../restore/request";
import { lastingProblem } from "./check";
import { type CommonColumns, commonColumns } from "./column-drift";
import { compareRange, type KeyedTable } from "./key-range";
import { PageSize } from "./page-size";
import { addDifference, columnSamples, countedVerdict, keyedVerdict } from "./verdict";

export interface Ends {
  readonly source: SqlServerSession;
  readonly target: SqlServerSession;
}

/** How far a table is. `table.verdict` is no longer `pending` once it is over. */
export interface TableProgress {
  readonly table: TableComparison;
  readonly after: readonly string[] | null;
}

/**
 * Goes on with one table until it is over or the deadline has passed, at least one range. A table that cannot be read becomes
 * `unmeasured` with the reason among its samples: a range of the first size that takes the whole time of a statement will take it again.
 * @throws CloudError that passes by itself, when nothing of this table was read yet in this slice.
 */
export async function advanceTable(
  ends: Ends,
  progress: TableProgress,
  mode: WriteBackMode,
  deadlineMs: number,
  clock: Clock,
): Promise<TableProgress> {
  let current = progress;
  try {
    const opened = await openTable(ends, progress.table, mode);
    current = { ...progress, table: opened.table };
    if (!opened.columns) return current;
    const size = new PageSize(opened.columns.source.columns.some((column) => textForm(column.type).kind === "long"));
    const sliceMs = deadlineMs - clock.nowMs();
    const source = keyedTable(ends.source, sourceAddress(opened.table), opened.columns.source);
    const target = keyedTable(ends.target, targetAddress(opened.table), opened.columns.target);
    do {
      const startedMs = clock.nowMs();
      const range = await compareRange(source, target, current.after, size.rows);
      const table = addDifference(current.table, range);
      if (range.after === null)
        return { table: { ...table, verdict: keyedVerdict(table, mode, opened.columns) }, after: null };
      current = { table, after: range.after };
      size.took(clock.nowMs() - startedMs, sliceMs);
    } while (clock.nowMs() < deadlineMs);
    return current;
  } catch (error) {
    const moved = current.after !== progress.after;
    if (moved && isPassing(error)) return current;
    const problem = lastingProblem(error);
    if (problem === null) throw error;
    return { table: unmeasured(current.table, problem.text), after: null };
  }
}

export function unmeasured(table: TableComparison, reason: string): TableComparison {
  return { ...table, verdict: "unmeasured", samples: [...table.samples, reason] };
}

export function targetAddress(table: TableComparison): TableAddress {
  return { database: table.targetDatabase, schema: table.schema, name: table.targetName };
}

function sourceAddress(table: TableComparison): TableAddress {
  return { database: table.database, schema: table.schema, name: table.name };
}

function keyedTable(session: SqlServerSession, address: TableAddress, shape: KeyedTable["shape"]): KeyedTable {
  return { session, address, shape };
}

/** Shapes and, the first time, counts. `columns` is null when the table is over already. */
async function openTable(
  ends: Ends,
  table: TableComparison,
  mode: WriteBackMode,
): Promise<{ readonly table: TableComparison; readonly columns: CommonColumns | null }> {
  const sourceShape = await shapeOf(ends.source, sourceAddress(table));
  if (!sourceShape) return { table: unmeasured(table, "the table is not on the temporary instance"), columns: null };
  const sourceRows = table.sourceRows ?? (await ends.source.countRows(sourceAddress(table)));
  const targetShape = await shapeOf(ends.target, targetAddress(table));
  if (!targetShape) {
    const absent = { ...table, sourceRows, missing: sourceRows, samples: ["the table is not on the master"] };
    return { table: { ...absent, verdict: "differs" }, columns: null };
  }
  const targetRows = table.targetRows ?? (await ends.target.countRows(targetAddress(table)));
  const columns = commonColumns(sourceShape, targetShape);
  const orderly = columns.keyed ? await orderingProblem(ends, table, columns) : null;
  const counted: TableComparison =
    table.sourceRows === null
      ? { ...table, sourceRows, targetRows, samples: [...columnSamples(columns), ...(orderly ? [orderly] : [])] }
      : table;
  if (columns.keyed && !orderly) return { table: counted, columns };
  return { table: countedVerdict(counted, mode, columns.drift), columns: null };
}

async function shapeOf(session: SqlServerSession, address: TableAddress): Promise<TableShape | null> {
  try {
    const shapes = await session.describeTables(address.database, [{ schema: address.schema, name: address.name }]);
    return shapes[0] ?? null;
  } catch (error) {
    if (error instanceof CloudError && (error.code === "no-database" || error.code === "no-table")) return null;
    throw error;
  }
}

/** Ranges of text keys mean the same on both sides only under one collation; otherwise paging could skip rows or go in circles. */
async function orderingProblem(ends: Ends, table: TableComparison, columns: CommonColumns): Promise<string | null> {
  const keyTypes = columns.source.columns.filter((column) => columns.source.key.includes(column.name));
  if (!keyTypes.some((column) => parseColumnType(column.type).name.endsWith("char"))) return null;
  const [source, target] = await Promise.all([
    collationOf(ends.source, table.database),
    collationOf(ends.target, table.targetDatabase),
  ]);
  return source === target ? null : `keys are texts and the collations differ: ${source} and ${target}`;
}

async function collationOf(session: SqlServerSession, database: string): Promise<string> {
  return listedByName(await session.listDatabases()).find(database)?.collation ?? "unknown";
}
