import { keyValueText } from "./key-value-text";
import { SqlError } from "./sql-error";
import { type SqlValue, valueKey } from "./sql-value";
import type { TableDefinition } from "./table-definition";
import type { TextRules } from "./text-rules";

/** Values in the order of the definition's columns; never changed in place. */
export type Row = readonly SqlValue[];
export type RowId = number;

interface Key {
  readonly name: string;
  readonly primary: boolean;
  readonly columns: readonly number[];
  readonly rows: Map<string, RowId>;
}

/**
 * A table as it is now. Row ids are internal, never reused, and equal after a rebuild from the same commits. Names and key
 * values are equal as the database's collation says.
 */
export class Table {
  readonly rows = new Map<RowId, Row>();
  #nextRowId: RowId = 1;
  #version = 0;
  readonly #keys: readonly Key[];
  readonly #columns = new Map<string, number>();

  constructor(
    readonly definition: TableDefinition,
    readonly rules: TextRules,
  ) {
    for (const [index, { name }] of definition.columns.entries()) this.#columns.set(rules.fold(name), index);
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
        candidate.columns.length === indexes.length &&
        candidate.columns.every((column, position) => column === indexes[position]),
    );
    const wanted = values.map((value) => this.#valueKey(value)).join("\u0000");
    if (key) return key.rows.get(wanted);
    for (const [id, row] of this.rows) if (this.#keyText(indexes, row) === wanted) return id;
    return undefined;
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

  update(id: RowId, row: Row): void {
    const before = this.rows.get(id);
    if (!before) throw new Error(`update of row ${id}, which ${this.definition.name} does not have`);
    this.#checkNulls(row);
    this.#removeFromKeys(before);
    try {
      this.#addToKeys(id, row);
    } catch (error) {
      this.#addToKeys(id, before);
      throw error;
    }
    this.rows.set(id, row);
    this.#version++;
  }

  delete(id: RowId): void {
    const row = this.rows.get(id);
    if (!row) throw new Error(`delete of row ${id}, which ${this.definition.name} does not have`);
    this.#removeFromKeys(row);
    this.rows.delete(id);
    this.#version++;
  }

  /** Undoes a delete: the row returns under the id that it had. */
  putBack(id: RowId, row: Row): void {
    this.#addToKeys(id, row);
    this.rows.set(id, row);
    this.#version++;
  }

  /** A new table with the same rows and row ids, for another definition of the same columns or a private copy. */
  copy(definition: TableDefinition = this.definition): Table {
    const copy = new Table(definition, this.rules);
    for (const [id, row] of this.rows) {
      const padded = definition.columns.map((_, index) => row[index] ?? null);
      copy.#addToKeys(id, padded);
      copy.rows.set(id, padded);
    }
    copy.#nextRowId = this.#nextRowId;
    return copy;
  }

  #definedKeys(): Key[] {
    const { primaryKey, uniqueConstraints } = this.definition;
    const constraints = primaryKey ? [primaryKey, ...uniqueConstraints] : uniqueConstraints;
    return constraints.map((constraint) => ({
      name: constraint.name,
      primary: constraint === primaryKey,
      columns: constraint.columns.map((column) => this.columnIndex(column)),
      rows: new Map(),
    }));
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

  #addToKeys(id: RowId, row: Row): void {
    for (const [position, key] of this.#keys.entries()) {
      const text = this.#keyText(key.columns, row);
      if (key.rows.has(text)) {
        for (const earlier of this.#keys.slice(0, position)) earlier.rows.delete(this.#keyText(earlier.columns, row));
        throw new SqlError(
          2627,
          `Violation of ${key.primary ? "PRIMARY KEY" : "UNIQUE KEY"} constraint '${key.name}'. Cannot insert duplicate key in object '${this.definition.schema}.${this.definition.name}'. The duplicate key value is (${keyValueText(key.columns.map((column) => row[column] ?? null))}).`,
          14,
        );
      }
      key.rows.set(text, id);
    }
  }

  #removeFromKeys(row: Row): void {
    for (const key of this.#keys) key.rows.delete(this.#keyText(key.columns, row));
  }

  #keyText(columns: readonly number[], row: Row): string {
    return columns.map((index) => this.#valueKey(row[index] ?? null)).join("\u0000");
  }

  #valueKey(value: SqlValue): string {
    return valueKey(typeof value === "string" ? this.rules.key(value) : value);
  }
}
