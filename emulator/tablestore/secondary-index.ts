import { columnOf, livingRow, livingRows, pick, type Row } from "./row";
import { type Direction, SortedRows } from "./sorted-rows";
import { type IndexMeta, indexKey, type KeyColumn, type TableOptions, type TableSchema } from "./table-schema";
import { compareKeys, type KeyBound, type PrimaryKeyValue, typeOfValue } from "./value";

/** One replaced row of the table, on its way to the index. */
interface Replacement {
  readonly dueMs: number;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** From so many on a write applies what is due, although the index is not read. */
const comingMax = 1_000;

/**
 * A global secondary index: a readable table that follows its table with a delay. It holds a row only if all index columns are
 * present with their declared types. What is due is applied by the next look at the index, in the order of the writes.
 */
export class SecondaryIndex {
  readonly primaryKey: readonly KeyColumn[];
  /** Its key, each column with its position in the table's key; -1 for an attribute of the table. */
  readonly #keyColumns: readonly (KeyColumn & { readonly position: number })[];
  /** The columns that its rows carry along, in the order in which rows have them. */
  readonly #carried: readonly string[];
  readonly #rows = new SortedRows();
  readonly #coming: Replacement[] = [];
  #caughtUpFromMs: number | undefined;

  constructor(
    readonly meta: IndexMeta,
    private readonly table: { readonly schema: TableSchema; readonly options: TableOptions },
    private readonly lagMs: number,
  ) {
    this.primaryKey = indexKey(table.schema, meta);
    this.#carried = [...meta.definedColumns].sort();
    const tableKey = table.schema.primaryKey.map((column) => column.name);
    this.#keyColumns = this.primaryKey.map((column) => ({ ...column, position: tableKey.indexOf(column.name) }));
  }

  follow(before: Row | undefined, after: Row | undefined, nowMs: number): void {
    if (this.#coming.length >= comingMax) this.#catchUp(nowMs);
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

  scan(start: readonly KeyBound[], direction: Direction, nowMs: number): Iterable<Row> {
    this.#catchUp(nowMs);
    return livingRows(this.#rows.scan(start, direction), this.table.options.timeToLiveSeconds, nowMs);
  }

  #catchUp(nowMs: number): void {
    let due = 0;
    while ((this.#coming[due]?.dueMs ?? Number.POSITIVE_INFINITY) <= nowMs) due++;
    if (due === 0) return;
    for (const { before, after } of merged(this.#coming.splice(0, due))) this.#replace(before, after);
  }

  #replace(before: Row | undefined, after: Row | undefined): void {
    const oldKey = before && this.#keyOf(before);
    const key = after && this.#keyOf(after);
    if (oldKey && !(key && compareKeys(oldKey, key) === 0)) this.#rows.delete(oldKey);
    if (key) this.#rows.put({ ...after!, key, columns: pick(after!.columns, this.#carried) });
  }

  /** The key of the index row of a table's row; undefined when an index column is missing or of another type. */
  #keyOf(row: Row): PrimaryKeyValue[] | undefined {
    const key: PrimaryKeyValue[] = [];
    for (const { name, type, position } of this.#keyColumns) {
      const value = position >= 0 ? row.key[position] : columnOf(row.columns, name);
      if (value === undefined || typeOfValue(value) !== type) return undefined;
      key.push(value as PrimaryKeyValue);
    }
    return key;
  }
}

/** Replacements of one row that follow each other are one: of what the first found, by what the last left. */
function merged(replacements: readonly Replacement[]): Iterable<{ before: Row | undefined; after: Row | undefined }> {
  const all: { before: Row | undefined; after: Row | undefined }[] = [];
  const byLast = new Map<Row, (typeof all)[number]>();
  for (const { before, after } of replacements) {
    const earlier = before && byLast.get(before);
    const one = earlier ?? { before, after };
    one.after = after;
    if (!earlier) all.push(one);
    if (after) byLast.set(after, one);
  }
  return all;
}
