import { type Condition, checkCondition } from "./column-condition";
import { parameterInvalid } from "./ots-error";
import { checkInteger, keyValues, type PrimaryKey } from "./primary-key";
import { type Columns, columnOf, livingRow, livingRows, newRow, type Row, type Versions } from "./row";
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
  readonly #keyNames: ReadonlySet<string>;

  constructor(
    readonly schema: TableSchema,
    public options: TableOptions,
  ) {
    this.#keyNames = new Set(schema.primaryKey.map((column) => column.name));
  }

  get primaryKey(): readonly KeyColumn[] {
    return this.schema.primaryKey;
  }

  row(key: readonly PrimaryKeyValue[], nowMs: number): Row | undefined {
    return livingRow(this.#rows.get(key), this.options.timeToLiveSeconds, nowMs);
  }

  scan(start: readonly KeyBound[], direction: Direction, nowMs: number): Iterable<Row> {
    return livingRows(this.#rows.scan(start, direction), this.options.timeToLiveSeconds, nowMs);
  }

  all(nowMs: number): Iterable<Row> {
    return this.scan(
      this.primaryKey.map(() => infMin),
      "FORWARD",
      nowMs,
    );
  }

  /** Replaces the whole row. @throws ServiceError OTSConditionCheckFail, OTSInvalidPK, OTSParameterInvalid */
  put(primaryKey: PrimaryKey, columns: Columns, condition: Condition | undefined, nowMs: number): Row {
    const key = keyValues(this.primaryKey, primaryKey);
    this.#checkColumns(columns);
    this.#checkCondition(key, condition, nowMs);
    return this.#store(newRow(key, columns, versionsOf(columns, nowMs), nowMs));
  }

  /**
   * Changes columns of the row or adds it; deletions alone do not add a row, and a row stays when its last column goes.
   * @returns the row afterwards, undefined if there is none
   * @throws ServiceError OTSConditionCheckFail, OTSInvalidPK, OTSParameterInvalid
   */
  update(primaryKey: PrimaryKey, update: RowUpdate, condition: Condition | undefined, nowMs: number): Row | undefined {
    const key = keyValues(this.primaryKey, primaryKey);
    const { put = {}, delete: removed = [], increment = {} } = update;
    this.#checkUpdate(put, removed, increment);
    const row = this.#checkCondition(key, condition, nowMs);
    const columns: Record<string, ColumnValue> = { ...row?.columns, ...put };
    for (const name of removed) delete columns[name];
    for (const [name, summand] of Object.entries(increment)) {
      columns[name] = sum(name, columnOf(columns, name) ?? 0n, summand);
    }
    if (row === undefined && Object.keys(columns).length === 0) return undefined;
    const written = { ...versionsOf(put, nowMs), ...versionsOf(increment, nowMs) };
    return this.#store(newRow(key, columns, { ...row?.versionsMs, ...written }, nowMs));
  }

  /** Deleting an absent row is no error, unless the condition says so. @throws ServiceError OTSConditionCheckFail, OTSInvalidPK */
  delete(primaryKey: PrimaryKey, condition: Condition | undefined, nowMs: number): void {
    const key = keyValues(this.primaryKey, primaryKey);
    this.#checkCondition(key, condition, nowMs);
    this.#tellIndexes(this.#rows.delete(key), undefined, nowMs);
  }

  #store(row: Row): Row {
    this.#tellIndexes(this.#rows.put(row), row, row.writtenAtMs);
    return row;
  }

  /** Indexes hear of the stored row, expired or not: that is the one they may hold. */
  #tellIndexes(before: Row | undefined, after: Row | undefined, nowMs: number): void {
    for (const index of this.indexes.values()) index.follow(before, after, nowMs);
  }

  #checkCondition(key: readonly PrimaryKeyValue[], condition: Condition | undefined, nowMs: number): Row | undefined {
    const row = this.row(key, nowMs);
    checkCondition(condition, row !== undefined, (name) => row && this.#valueOf(row, name));
    return row;
  }

  #valueOf(row: Row, name: string): ColumnValue | undefined {
    return columnOf(row.columns, name) ?? row.key[this.primaryKey.findIndex((column) => column.name === name)];
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
    const names = Object.keys(columns);
    if (names.length > maximumColumns) {
      throw parameterInvalid(
        `The number of attribute columns exceeds the limit, limit count:${maximumColumns}, column count: ${names.length}.`,
      );
    }
    for (const name of names) {
      checkColumnName(name);
      if (this.#keyNames.has(name)) {
        throw parameterInvalid(`Duplicated attribute column name with primary key column: ${name}.`);
      }
      checkValue(name, columns[name] as ColumnValue);
    }
  }
}

function checkValue(name: string, value: ColumnValue): void {
  if (typeof value === "bigint") checkInteger(name, value);
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw parameterInvalid(`${Number.isNaN(value) ? "NaN" : "Infinity"} can't be set to double value.`);
  }
  if (!isLongerThan(value, maximumValueBytes)) return;
  throw parameterInvalid(
    `The length of attribute column: ${name} exceeded the MaxLength:${maximumValueBytes} with Current Length:${byteLength(value)}.`,
  );
}

/** @throws ServiceError OTSParameterInvalid when the column is no INTEGER or the sum leaves 64 bits (wording and code unverified) */
function sum(name: string, value: ColumnValue, summand: bigint): bigint {
  if (typeof value !== "bigint")
    throw parameterInvalid(`Column '${name}' is not an INTEGER and cannot be incremented.`);
  checkInteger(name, value + summand);
  return value + summand;
}

function versionsOf(columns: Columns, nowMs: number): Versions {
  const versionsMs: Record<string, number> = {};
  for (const name of Object.keys(columns)) versionsMs[name] = nowMs;
  return versionsMs;
}
