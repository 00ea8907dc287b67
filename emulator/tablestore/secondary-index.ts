import { type Cell, livingRow, newRow, type Row } from "./row";
import { type Direction, SortedRows } from "./sorted-rows";
import { type IndexMeta, indexKey, type KeyColumn, type TableOptions, type TableSchema } from "./table-schema";
import { type KeyBound, type PrimaryKeyValue, typeOfValue } from "./value";

/** One replaced row of the table, on its way to the index. */
interface Replacement {
  readonly dueMs: number;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/**
 * A global secondary index: a readable table that follows its table with a delay. It holds a row only if all index columns are
 * present with their declared types. What is due is applied by the next look at the index, in the order of the writes.
 */
export class SecondaryIndex {
  readonly primaryKey: readonly KeyColumn[];
  readonly #rows = new SortedRows();
  #coming: Replacement[] = [];
  #caughtUpFromMs: number | undefined;

  constructor(
    readonly meta: IndexMeta,
    private readonly table: { readonly schema: TableSchema; readonly options: TableOptions },
    private readonly lagMs: number,
  ) {
    this.primaryKey = indexKey(table.schema, meta);
  }

  follow(before: Row | undefined, after: Row | undefined, nowMs: number): void {
    this.#catchUp(nowMs);
    this.#coming.push({ dueMs: nowMs + this.lagMs, before, after });
  }

  /** Takes over what the table holds already; the index is in its `FULL` phase until that has arrived. */
  followExisting(rows: Iterable<Row>, nowMs: number): void {
    this.#caughtUpFromMs = nowMs + this.lagMs;
    for (const row of rows) this.follow(undefined, row, nowMs);
  }

  phase(nowMs: number): "FULL" | "INCREMENTAL" {
    return this.#caughtUpFromMs !== undefined && nowMs < this.#caughtUpFromMs ? "FULL" : "INCREMENTAL";
  }

  row(key: readonly PrimaryKeyValue[], nowMs: number): Row | undefined {
    this.#catchUp(nowMs);
    return livingRow(this.#rows.get(key), this.table.options.timeToLiveSeconds, nowMs);
  }

  *scan(start: readonly KeyBound[], direction: Direction, nowMs: number): Generator<Row> {
    this.#catchUp(nowMs);
    for (const row of this.#rows.scan(start, direction)) {
      const living = livingRow(row, this.table.options.timeToLiveSeconds, nowMs);
      if (living) yield living;
    }
  }

  #catchUp(nowMs: number): void {
    const [first] = this.#coming;
    if (!first || first.dueMs > nowMs) return;
    const due = this.#coming.filter((replacement) => replacement.dueMs <= nowMs);
    this.#coming = this.#coming.slice(due.length);
    for (const { before, after } of due) {
      const old = before && this.#entry(before);
      const entry = after && this.#entry(after);
      if (old) this.#rows.delete(old.key);
      if (entry) this.#rows.put(entry);
    }
  }

  /** The index row of a table's row; undefined when an index column is missing or of another type. */
  #entry(row: Row): Row | undefined {
    const key: PrimaryKeyValue[] = [];
    for (const { name, type } of this.primaryKey) {
      const position = this.table.schema.primaryKey.findIndex((column) => column.name === name);
      const value = position >= 0 ? row.key[position] : row.cells.get(name)?.value;
      if (value === undefined || typeOfValue(value) !== type) return undefined;
      key.push(value as PrimaryKeyValue);
    }
    const carried = this.meta.definedColumns.flatMap((name): [string, Cell][] => {
      const cell = row.cells.get(name);
      return cell ? [[name, cell]] : [];
    });
    return newRow(key, carried, row.writtenAtMs);
  }
}
