import { type ColumnCondition, holds } from "./column-condition";
import { parameterInvalid } from "./ots-error";
import { keyRecord, type PrimaryKey } from "./primary-key";
import type { Row } from "./row";
import type { KeyColumn } from "./table-schema";
import type { ColumnValue } from "./value";

/** A row as a reader gets it. Columns are in the order of their names. */
export interface ReadRow {
  readonly primaryKey: PrimaryKey;
  readonly columns: Readonly<Record<string, ColumnValue>>;
  /** The version of each column: when it was written, epoch milliseconds. */
  readonly versionsMs: Readonly<Record<string, number>>;
}

/** Which rows and columns a read answers. */
export interface Selection {
  /** Left out or empty: all. A row that has none of them is not answered. */
  readonly columnsToGet?: readonly string[];
  /** Sees the key and the columns that `columnsToGet` left, not the others: those count as missing. */
  readonly filter?: ColumnCondition;
  /** The wire's ColumnPaginationFilter: a window over the columns that are left. */
  readonly columnPage?: { readonly offset: number; readonly limit: number };
}

/** What the selection answers of the row; undefined when that is nothing. */
export function select(schema: readonly KeyColumn[], row: Row, selection: Selection): ReadRow | undefined {
  const { columnsToGet, filter, columnPage } = selection;
  const primaryKey = keyRecord(schema, row.key);
  let cells = [...row.cells];
  if (columnsToGet !== undefined && columnsToGet.length > 0) {
    cells = cells.filter(([name]) => columnsToGet.includes(name));
    if (cells.length === 0 && !columnsToGet.some((name) => name in primaryKey)) return undefined;
  }
  if (filter) {
    const values = new Map(cells.map(([name, cell]) => [name, cell.value]));
    if (!holds(filter, (name) => values.get(name) ?? primaryKey[name])) return undefined;
  }
  if (columnPage) {
    if (columnPage.offset < 0 || columnPage.limit <= 0) {
      throw parameterInvalid("Limit in ColumnPaginationFilter must be greater than 0.");
    }
    cells = cells.slice(columnPage.offset, columnPage.offset + columnPage.limit);
  }
  const columns: Record<string, ColumnValue> = {};
  const versionsMs: Record<string, number> = {};
  for (const [name, cell] of cells) {
    columns[name] = cell.value;
    versionsMs[name] = cell.versionMs;
  }
  return { primaryKey, columns, versionsMs };
}
