import { duplicateKey, duplicateRows, joined, KeyIndex } from "./key-index";
import { keyText } from "./key-text";
import type { Row, RowId } from "./row";
import { SqlError } from "./sql-error";
import type { SqlValue } from "./sql-value";
import { enforcedKeys, type RowCondition, type TableDefinition, type UniqueKey } from "./table-definition";
import { type TextRules, textRules } from "./text-rules";
import { valueKeyOf } from "./value-key";

export type { Row, RowId } from "./row";

/** What a unique key answers to a row that it does not let in. */
type Refusal = typeof duplicateKey;

/**
 * A table as it is now. Row ids are internal, never reused, and equal after a rebuild from the same commits. Names are equal
 * as the database's collation says, key values as that of their column.
 */
export class Table {
  readonly rows = new Map<RowId, Row>();
  #nextRowId: RowId = 1;
  #version = 0;
  readonly #keys: readonly KeyIndex[];
  readonly #columns = new Map<string, number>();
  readonly #valueKeys: readonly ((value: SqlValue) => string)[];

  constructor(
    readonly definition: TableDefinition,
    readonly rules: TextRules,
  ) {
    for (const [index, { name }] of definition.columns.entries()) this.#columns.set(rules.fold(name), index);
    this.#valueKeys = definition.columns.map(({ type, collation }) => {
      const key = valueKeyOf(type, collation === undefined ? rules : textRules(collation));
      return (value) => (value === null ? "" : `=${key(value)}`);
    });
    this.#keys = this.#definedKeys();
  }

  /** Differs after every change of the rows. */
  get version(): number {
    return this.#version;
  }

  /** The id of the next row that is inserted. */
  get nextRowId(): RowId {
    return this.#nextRowId;
  }

  /** Bytes that the rows take, roughly. */
  sizeBytes(): number {
    return this.rowCount * this.definition.columns.length * 12 + 8192;
  }

  get rowCount(): number {
    return this.rows.size;
  }

  /** The column's position; -1 when there is none of that name. */
  columnIndex(column: string): number {
    return this.#columns.get(this.rules.fold(column)) ?? -1;
  }

  /** The row whose values in `columns` equal `values`, using a key's index where one fits. */
  findRow(columns: readonly string[], values: readonly SqlValue[]): RowId | undefined {
    const indexes = columns.map((column) => this.columnIndex(column));
    const key = this.#keys.find(
      (candidate) =>
        !candidate.holds &&
        candidate.columns.length === indexes.length &&
        candidate.columns.every((column, position) => column === indexes[position]),
    );
    if (key) return key.find(values);
    const wanted = this.keyText(columns, values);
    for (const [id, row] of this.rows) {
      const own = indexes.map((index) => row[index] ?? null);
      if (this.keyText(columns, own) === wanted) return id;
    }
    return undefined;
  }

  /** Equal for values of these columns that are equal. */
  keyText(columns: readonly string[], values: readonly SqlValue[]): string {
    return joined(columns.map((column, position) => this.#valueKeys[this.columnIndex(column)]!(values[position]!)));
  }

  /** The rows that can be added, one after another, without meeting another row under one of the chosen keys. */
  newcomers(rows: readonly Row[], isChosen: (key: UniqueKey) => boolean): Row[] {
    const chosen = this.#keys.filter(({ key }) => isChosen(key));
    const among = this.#definedKeys().filter(({ key }) => isChosen(key));
    return rows.filter((row, position) => {
      if ([...chosen, ...among].some((key) => key.holder(row) !== undefined)) return false;
      for (const key of among) key.add(position, row);
      return true;
    });
  }

  insert(row: Row): RowId {
    this.#checkNulls(row);
    const id = this.#nextRowId;
    this.#addToKeys(id, row);
    this.rows.set(id, row);
    this.#version++;
    this.#nextRowId++;
    return id;
  }

  /** Undoes the last insert, its id included: a refused commit must not shift the ids that a rebuild gives. */
  takeBack(id: RowId): void {
    this.delete(id);
    this.#nextRowId = id;
  }

  /** Keys are checked when all rows are changed, so that two rows may change places. */
  update(changed: readonly { readonly id: RowId; readonly row: Row }[]): void {
    const before = changed.map(({ id }) => this.#existing(id, "update"));
    for (const { row } of changed) this.#checkNulls(row);
    for (const row of before) this.#removeFromKeys(row);
    let added = 0;
    try {
      for (; added < changed.length; added++) this.#addToKeys(changed[added]!.id, changed[added]!.row);
    } catch (error) {
      for (const { row } of changed.slice(0, added)) this.#removeFromKeys(row);
      for (const [index, { id }] of changed.entries()) this.#addToKeys(id, before[index]!);
      throw error;
    }
    for (const { id, row } of changed) this.rows.set(id, row);
    this.#version++;
  }

  delete(id: RowId): void {
    this.#removeFromKeys(this.#existing(id, "delete"));
    this.rows.delete(id);
    this.#version++;
  }

  /** Undoes a delete: the row returns under the id that it had. */
  putBack(id: RowId, row: Row): void {
    this.#addToKeys(id, row);
    this.rows.set(id, row);
    this.#version++;
  }

  /**
   * A new table with the same rows and row ids, for another definition or a private copy. Columns stand where they stood, with new ones behind them.
   * @param kept where each column stood before, when some were dropped
   * @throws SqlError 1505 when the rows do not allow a unique key of the definition
   */
  copy(definition: TableDefinition = this.definition, kept?: readonly number[]): Table {
    const copy = new Table(definition, this.rules);
    for (const [id, row] of this.rows) {
      const padded = definition.columns.map((_, index) => row[kept?.[index] ?? index] ?? null);
      copy.#addToKeys(id, padded, duplicateRows);
      copy.rows.set(id, padded);
    }
    copy.#nextRowId = this.#nextRowId;
    return copy;
  }

  #existing(id: RowId, what: string): Row {
    const row = this.rows.get(id);
    if (!row) throw new Error(`${what} of row ${id}, which ${this.definition.name} does not have`);
    return row;
  }

  /** Does the row fit the condition? Unknown counts as false. */
  #fits(condition: RowCondition, row: Row): boolean {
    return condition.holds((column) => row[this.columnIndex(column)] ?? null) === true;
  }

  #definedKeys(): KeyIndex[] {
    return enforcedKeys(this.definition).map((key) => {
      const columns = key.columns.map((column) => this.columnIndex(column));
      const { filter } = key;
      return new KeyIndex(
        key,
        columns,
        columns.map((column) => this.#valueKeys[column]!),
        filter && ((row) => this.#fits(filter, row)),
      );
    });
  }

  #checkNulls(row: Row): void {
    for (const [index, column] of this.definition.columns.entries()) {
      if (!column.nullable && !column.computed && (row[index] ?? null) === null) {
        throw new SqlError(
          515,
          `Cannot insert the value NULL into column '${column.name}', table '${this.definition.schema}.${this.definition.name}'; column does not allow nulls.`,
          16,
          2,
        );
      }
    }
  }

  #addToKeys(id: RowId, row: Row, refusal: Refusal = duplicateKey): void {
    for (const [position, key] of this.#keys.entries()) {
      if (key.add(id, row)) continue;
      for (const earlier of this.#keys.slice(0, position)) earlier.remove(row);
      const { columns } = this.definition;
      const values = keyText(
        key.columns.map((column) => columns[column]!.type),
        key.columns.map((column) => row[column] ?? null),
      );
      throw refusal(key, values, this.definition);
    }
  }

  #removeFromKeys(row: Row): void {
    for (const key of this.#keys) key.remove(row);
  }
}
