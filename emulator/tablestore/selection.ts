import { type ColumnCondition, holds } from "./column-condition";
import { parameterInvalid } from "./ots-error";
import { keyRecord, type PrimaryKey } from "./primary-key";
import { type Columns, columnOf, pick, type Row, type Versions } from "./row";
import type { KeyColumn } from "./table-schema";

/** A row as a reader gets it. Columns are in the order of their names. */
export interface ReadRow {
  readonly primaryKey: PrimaryKey;
  readonly columns: Columns;
  /** When each column was written, epoch milliseconds; it may name columns that are not among `columns`. */
  readonly versionsMs: Versions;
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
  let { columns } = row;
  if (columnsToGet !== undefined && columnsToGet.length > 0) {
    const names = Object.keys(columns).filter((name) => columnsToGet.includes(name));
    if (names.length === 0 && !columnsToGet.some((name) => name in primaryKey)) return undefined;
    columns = pick(columns, names);
  }
  if (filter && !holds(filter, (name) => columnOf(columns, name) ?? primaryKey[name])) return undefined;
  if (columnPage) {
    if (columnPage.offset < 0 || columnPage.limit <= 0) {
      throw parameterInvalid("Limit in ColumnPaginationFilter must be greater than 0.");
    }
    const names = Object.keys(columns).slice(columnPage.offset, columnPage.offset + columnPage.limit);
    columns = pick(columns, names);
  }
  return { primaryKey, columns, versionsMs: row.versionsMs };
}
