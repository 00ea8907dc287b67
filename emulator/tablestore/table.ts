import { type Condition, checkCondition } from "./column-condition";
import { parameterInvalid } from "./ots-error";
import { checkInteger, keyValues, type PrimaryKey } from "./primary-key";
import { type Cell, livingRow, newRow, type Row } from "./row";
import type { SecondaryIndex } from "./secondary-index";
import { type Direction, SortedRows } from "./sorted-rows";
import { checkColumnName, type KeyColumn, type TableOptions, type TableSchema } from "./table-schema";
import { byteLength, type ColumnValue, infMin, isLongerThan, type KeyBound, type PrimaryKeyValue } from "./value";

/** What rows are read from: a table, or one of its indexes. */
export interface Readable {
  readonly primaryKey: readonly KeyColumn[];
  row(key: readonly PrimaryKeyValue[], nowMs: number): Row | undefined;
  scan(start: readonly KeyBound[], direction: Direction, nowMs: number): Iterable<Row>;
}

export type Columns = Readonly<Record<string, ColumnValue>>;

/** What UpdateRow does to one row; at least one of the three. */
export interface RowUpdate {
  readonly put?: Columns;
  readonly delete?: readonly string[];
  /** Added to an INTEGER column; a missing one counts as 0. */
  readonly increment?: Readonly<Record<string, bigint>>;
}

const maximumColumns = 1024;
const maximumValueBytes = 2 * 1024 * 1024;

/** Rows of one table under conditional writes. A write is one step: condition, change, indexes told. */
export class Table implements Readable {
  readonly indexes = new Map<string, SecondaryIndex>();
  readonly #rows = new SortedRows();

  constructor(
    readonly schema: TableSchema,
    public options: TableOptions,
  ) {}

  get primaryKey(): readonly KeyColumn[] {
    return this.schema.primaryKey;
  }

  row(key: readonly PrimaryKeyValue[], nowMs: number): Row | undefined {
    return livingRow(this.#rows.get(key), this.options.timeToLiveSeconds, nowMs);
  }

  *scan(start: readonly KeyBound[], direction: Direction, nowMs: number): Generator<Row> {
    for (const row of this.#rows.scan(start, direction)) {
      const living = livingRow(row, this.options.timeToLiveSeconds, nowMs);
      if (living) yield living;
    }
  }

  all(nowMs: number): Iterable<Row> {
    return this.scan(
      this.primaryKey.map(() => infMin),
      "FORWARD",
      nowMs,
    );
  }

  /** Replaces the whole row. @throws CloudError OTSConditionCheckFail, OTSInvalidPK, OTSParameterInvalid */
  put(primaryKey: PrimaryKey, columns: Columns, condition: Condition | undefined, nowMs: number): Row {
    const key = keyValues(this.primaryKey, primaryKey);
    this.#checkColumns(columns);
    this.#checkCondition(key, condition, nowMs);
    return this.#replace(key, newRow(key, stamped(columns, nowMs), nowMs), nowMs);
  }

  /**
   * Changes columns of the row or adds it; deletions alone do not add a row, and a row stays when its last column goes.
   * @returns the row afterwards, undefined if there is none
   * @throws CloudError OTSConditionCheckFail, OTSInvalidPK, OTSParameterInvalid
   */
  update(primaryKey: PrimaryKey, update: RowUpdate, condition: Condition | undefined, nowMs: number): Row | undefined {
    const key = keyValues(this.primaryKey, primaryKey);
    const { put = {}, delete: removed = [], increment = {} } = update;
    this.#checkUpdate(put, removed, increment);
    const row = this.#checkCondition(key, condition, nowMs);
    const cells = new Map([...(row?.cells ?? []), ...stamped(put, nowMs)]);
    for (const name of removed) cells.delete(name);
    for (const [name, summand] of Object.entries(increment)) {
      cells.set(name, { value: sum(name, cells.get(name)?.value ?? 0n, summand), versionMs: nowMs });
    }
    if (row === undefined && cells.size === 0) return undefined;
    return this.#replace(key, newRow(key, cells, nowMs), nowMs);
  }

  /** Deleting an absent row is no error, unless the condition says so. @throws CloudError OTSConditionCheckFail, OTSInvalidPK */
  delete(primaryKey: PrimaryKey, condition: Condition | undefined, nowMs: number): void {
    const key = keyValues(this.primaryKey, primaryKey);
    this.#checkCondition(key, condition, nowMs);
    this.#tellIndexes(key, undefined, nowMs);
    this.#rows.delete(key);
  }

  #replace(key: readonly PrimaryKeyValue[], row: Row, nowMs: number): Row {
    this.#tellIndexes(key, row, nowMs);
    this.#rows.put(row);
    return row;
  }

  /** Indexes hear of the stored row, expired or not: that is the one they may hold. */
  #tellIndexes(key: readonly PrimaryKeyValue[], after: Row | undefined, nowMs: number): void {
    const before = this.#rows.get(key);
    for (const index of this.indexes.values()) index.follow(before, after, nowMs);
  }

  #checkCondition(key: readonly PrimaryKeyValue[], condition: Condition | undefined, nowMs: number): Row | undefined {
    const row = this.row(key, nowMs);
    checkCondition(condition, row !== undefined, (name) => row?.cells.get(name)?.value ?? this.#keyValue(row, name));
    return row;
  }

  #keyValue(row: Row | undefined, name: string): PrimaryKeyValue | undefined {
    return row?.key[this.primaryKey.findIndex((column) => column.name === name)];
  }

  #checkUpdate(put: Columns, removed: readonly string[], increment: Columns): void {
    if (!this.options.allowUpdate)
      throw parameterInvalid("UpdateRow is not allowed: the table's AllowUpdate is false.");
    const names = [...Object.keys(put), ...removed, ...Object.keys(increment)];
    if (names.length === 0) throw parameterInvalid("Invalid update row request: missing cells in request.");
    this.#checkColumns(put);
    this.#checkColumns(increment);
  }

  #checkColumns(columns: Columns): void {
    const entries = Object.entries(columns);
    if (entries.length > maximumColumns) {
      throw parameterInvalid(
        `The number of attribute columns exceeds the limit, limit count:${maximumColumns}, column count: ${entries.length}.`,
      );
    }
    for (const [name, value] of entries) {
      checkColumnName(name);
      if (this.primaryKey.some((column) => column.name === name)) {
        throw parameterInvalid(`Duplicated attribute column name with primary key column: ${name}.`);
      }
      checkValue(name, value);
    }
  }
}

function checkValue(name: string, value: ColumnValue): void {
  if (typeof value === "bigint") checkInteger(name, value);
  if (Number.isNaN(value)) throw parameterInvalid("NaN can't be set to double value.");
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw parameterInvalid("Infinity can't be set to double value.");
  }
  if (!isLongerThan(value, maximumValueBytes)) return;
  throw parameterInvalid(
    `The length of attribute column: ${name} exceeded the MaxLength:${maximumValueBytes} with Current Length:${byteLength(value)}.`,
  );
}

/** @throws CloudError OTSParameterInvalid when the column is no INTEGER or the sum leaves 64 bits (wording and code unverified) */
function sum(name: string, value: ColumnValue, summand: bigint): bigint {
  if (typeof value !== "bigint")
    throw parameterInvalid(`Column '${name}' is not an INTEGER and cannot be incremented.`);
  checkInteger(name, value + summand);
  return value + summand;
}

function stamped(columns: Columns, versionMs: number): [string, Cell][] {
  return Object.entries(columns).map(([name, value]) => [name, { value, versionMs }]);
}
