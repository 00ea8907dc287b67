import { SqlError } from "./sql-error";
import { type SqlValue, valueKey } from "./sql-value";
import { type TableDefinition, tableKey } from "./table-definition";

/** Values in the order of the definition's columns; never changed in place. */
export type Row = readonly SqlValue[];
export type RowId = number;

export type Change =
  | { readonly kind: "create-table"; readonly definition: TableDefinition }
  | { readonly kind: "alter-table"; readonly definition: TableDefinition }
  | { readonly kind: "drop-table"; readonly schema: string; readonly table: string }
  | { readonly kind: "insert"; readonly schema: string; readonly table: string; readonly rows: readonly Row[] }
  | {
      readonly kind: "update";
      readonly schema: string;
      readonly table: string;
      readonly rows: readonly { readonly id: RowId; readonly row: Row }[];
    }
  | { readonly kind: "delete"; readonly schema: string; readonly table: string; readonly ids: readonly RowId[] };

export interface Commit {
  /** 1, 2, 3 … inside one database; a restore point is a position in this log. */
  readonly sequence: number;
  readonly atMs: number;
  readonly changes: readonly Change[];
}

/** A table as it is now. Row ids are internal, never reused, and equal after a rebuild from the same commits. */
export class Table {
  readonly rows = new Map<RowId, Row>();
  #nextRowId: RowId = 1;
  readonly #keys: { name: string; primary: boolean; columns: number[]; rows: Map<string, RowId> }[] = [];

  constructor(public definition: TableDefinition) {
    this.#indexKeys();
  }

  get rowCount(): number {
    return this.rows.size;
  }

  columnIndex(column: string): number {
    const wanted = column.toLowerCase();
    return this.definition.columns.findIndex((candidate) => candidate.name.toLowerCase() === wanted);
  }

  /** The row whose values in `columns` equal `values`, using a key's index where one fits. */
  findRow(columns: readonly string[], values: readonly SqlValue[]): RowId | undefined {
    const indexes = columns.map((column) => this.columnIndex(column));
    const key = this.#keys.find(
      (candidate) =>
        candidate.columns.length === indexes.length &&
        candidate.columns.every((column, position) => column === indexes[position]),
    );
    const wanted = values.map(foldedKey).join("\u0000");
    if (key) return key.rows.get(wanted);
    for (const [id, row] of this.rows) {
      if (indexes.map((index) => foldedKey(row[index] as SqlValue)).join("\u0000") === wanted) return id;
    }
    return undefined;
  }

  insert(row: Row): RowId {
    this.#checkNulls(row);
    const id = this.#nextRowId;
    this.#addToKeys(id, row);
    this.rows.set(id, row);
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
  }

  delete(id: RowId): void {
    const row = this.rows.get(id);
    if (!row) throw new Error(`delete of row ${id}, which ${this.definition.name} does not have`);
    this.#removeFromKeys(row);
    this.rows.delete(id);
  }

  /** Undoes a delete: the row returns under the id that it had. */
  putBack(id: RowId, row: Row): void {
    this.#addToKeys(id, row);
    this.rows.set(id, row);
  }

  /** A new table with the same rows and row ids, for another definition of the same columns or a private copy. */
  copy(definition: TableDefinition = this.definition): Table {
    const copy = new Table(definition);
    for (const [id, row] of this.rows) {
      const padded = definition.columns.map((_, index) => row[index] ?? null);
      copy.#addToKeys(id, padded);
      copy.rows.set(id, padded);
    }
    copy.#nextRowId = this.#nextRowId;
    return copy;
  }

  #indexKeys(): void {
    const { primaryKey, uniqueConstraints } = this.definition;
    const constraints = primaryKey ? [primaryKey, ...uniqueConstraints] : uniqueConstraints;
    for (const constraint of constraints) {
      this.#keys.push({
        name: constraint.name,
        primary: constraint === primaryKey,
        columns: constraint.columns.map((column) => this.columnIndex(column)),
        rows: new Map(),
      });
    }
  }

  #checkNulls(row: Row): void {
    for (const [index, column] of this.definition.columns.entries()) {
      if (!column.nullable && !column.computed && (row[index] ?? null) === null) {
        throw new SqlError(
          515,
          `Cannot insert the value NULL into column '${column.name}', table '${this.definition.schema}.${this.definition.name}'; column does not allow nulls.`,
        );
      }
    }
  }

  #addToKeys(id: RowId, row: Row): void {
    for (const [position, key] of this.#keys.entries()) {
      const text = keyText(key.columns, row);
      if (key.rows.has(text)) {
        for (const earlier of this.#keys.slice(0, position)) earlier.rows.delete(keyText(earlier.columns, row));
        throw new SqlError(
          2627,
          `Violation of ${key.primary ? "PRIMARY KEY" : "UNIQUE KEY"} constraint '${key.name}'. Cannot insert duplicate key in object '${this.definition.schema}.${this.definition.name}'.`,
          14,
        );
      }
      key.rows.set(text, id);
    }
  }

  #removeFromKeys(row: Row): void {
    for (const key of this.#keys) key.rows.delete(keyText(key.columns, row));
  }
}

/** Text keys compare without case and trailing blanks, like the _CI_ collations that RDS offers by default. */
function foldedKey(value: SqlValue): string {
  return typeof value === "string" ? valueKey(value.replace(/ +$/, "").toLowerCase()) : valueKey(value);
}

function keyText(columns: readonly number[], row: Row): string {
  return columns.map((index) => foldedKey(row[index] ?? null)).join("\u0000");
}

/**
 * A database: tables and the time-stamped log of every commit that made them. All writers (TDS clients, DTS, the sample
 * history) go through `commit`, which keeps keys, foreign keys and NOT NULL, all or nothing.
 */
export class Database {
  readonly commits: Commit[] = [];
  readonly #tables = new Map<string, Table>();

  constructor(
    readonly name: string,
    readonly collation: string,
    readonly createdAtMs: number,
  ) {}

  tables(): Table[] {
    return [...this.#tables.values()];
  }

  table(schema: string, name: string): Table | undefined {
    return this.#tables.get(tableKey(schema, name));
  }

  /** Position of the last commit; 0 when empty. */
  get sequence(): number {
    return this.commits.length;
  }

  /** Applies `changes` as one transaction. On a violated rule nothing is changed and a SqlError with SQL Server's number is thrown. */
  commit(atMs: number, changes: readonly Change[]): Commit {
    const undo: (() => void)[] = [];
    try {
      for (const change of changes) this.#apply(change, undo);
      this.#checkForeignKeys(changes);
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
    const commit: Commit = { sequence: this.commits.length + 1, atMs, changes };
    this.commits.push(commit);
    return commit;
  }

  /** The database as it was right after the last commit at or before `atMs`. */
  rebuildAt(atMs: number): Database {
    const past = new Database(this.name, this.collation, this.createdAtMs);
    for (const commit of this.commits) {
      if (commit.atMs > atMs) break;
      for (const change of commit.changes) past.#apply(change, []);
      past.commits.push(commit);
    }
    return past;
  }

  /** Bytes that the rows take, roughly; enough for disk figures. */
  sizeBytes(): number {
    let bytes = 0;
    for (const table of this.#tables.values()) bytes += table.rowCount * table.definition.columns.length * 12 + 8192;
    return bytes;
  }

  #apply(change: Change, undo: (() => void)[]): void {
    switch (change.kind) {
      case "create-table": {
        const { definition } = change;
        this.#checkNames(definition, undefined);
        const key = tableKey(definition.schema, definition.name);
        this.#tables.set(key, new Table(definition));
        undo.push(() => this.#tables.delete(key));
        return;
      }
      case "alter-table": {
        const { definition } = change;
        const key = tableKey(definition.schema, definition.name);
        const before = this.#require(definition.schema, definition.name);
        this.#checkNames(definition, before);
        this.#tables.set(key, before.copy(definition));
        undo.push(() => this.#tables.set(key, before));
        return;
      }
      case "drop-table": {
        const key = tableKey(change.schema, change.table);
        const before = this.#require(change.schema, change.table);
        this.#tables.delete(key);
        undo.push(() => this.#tables.set(key, before));
        return;
      }
      case "insert": {
        const table = this.#require(change.schema, change.table);
        for (const row of change.rows) {
          const id = table.insert(row);
          undo.push(() => table.takeBack(id));
        }
        return;
      }
      case "update": {
        const table = this.#require(change.schema, change.table);
        for (const { id, row } of change.rows) {
          const before = table.rows.get(id) as Row;
          table.update(id, row);
          undo.push(() => table.update(id, before));
        }
        return;
      }
      case "delete": {
        const table = this.#require(change.schema, change.table);
        for (const id of change.ids) {
          const before = table.rows.get(id) as Row;
          table.delete(id);
          undo.push(() => table.putBack(id, before));
        }
        return;
      }
    }
  }

  #require(schema: string, name: string): Table {
    const table = this.table(schema, name);
    if (!table) throw new SqlError(208, `Invalid object name '${schema}.${name}'.`);
    return table;
  }

  /** Object and constraint names share one name space per schema (SQL Server error 2714). */
  #checkNames(definition: TableDefinition, replaced: Table | undefined): void {
    const taken = new Set<string>();
    for (const table of this.#tables.values()) {
      if (table === replaced || table.definition.schema.toLowerCase() !== definition.schema.toLowerCase()) continue;
      for (const name of objectNames(table.definition)) taken.add(name.toLowerCase());
    }
    for (const name of objectNames(definition)) {
      if (taken.has(name.toLowerCase()))
        throw new SqlError(2714, `There is already an object named '${name}' in the database.`, 16, 6);
    }
  }

  #checkForeignKeys(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === "insert" || change.kind === "update") {
        const table = this.table(change.schema, change.table);
        if (!table) continue;
        const rows = change.kind === "insert" ? change.rows : change.rows.map((entry) => entry.row);
        for (const row of rows) this.#checkParents(table, row);
      }
      if (change.kind === "delete" || change.kind === "drop-table") this.#checkChildren(change.schema, change.table);
    }
  }

  #checkParents(table: Table, row: Row): void {
    for (const key of table.definition.foreignKeys) {
      const values = key.columns.map((column) => row[table.columnIndex(column)] ?? null);
      if (values.includes(null)) continue;
      const parent = this.table(key.referencedSchema, key.referencedTable);
      if (parent?.findRow(key.referencedColumns, values) !== undefined) continue;
      throw new SqlError(
        547,
        `The INSERT statement conflicted with the FOREIGN KEY constraint "${key.name}". The conflict occurred in database "${this.name}", table "${key.referencedSchema}.${key.referencedTable}".`,
      );
    }
  }

  #checkChildren(schema: string, name: string): void {
    const parent = this.table(schema, name);
    for (const child of this.#tables.values()) {
      for (const key of child.definition.foreignKeys) {
        if (tableKey(key.referencedSchema, key.referencedTable) !== tableKey(schema, name)) continue;
        if (!parent)
          throw new SqlError(
            3726,
            `Could not drop object '${schema}.${name}' because it is referenced by a FOREIGN KEY constraint.`,
          );
        for (const row of child.rows.values()) {
          const values = key.columns.map((column) => row[child.columnIndex(column)] ?? null);
          if (values.includes(null) || parent.findRow(key.referencedColumns, values) !== undefined) continue;
          throw new SqlError(
            547,
            `The DELETE statement conflicted with the REFERENCE constraint "${key.name}". The conflict occurred in database "${this.name}", table "${child.definition.schema}.${child.definition.name}".`,
          );
        }
      }
    }
  }
}

function objectNames(definition: TableDefinition): string[] {
  return [
    definition.name,
    ...(definition.primaryKey ? [definition.primaryKey.name] : []),
    ...definition.uniqueConstraints.map((key) => key.name),
    ...definition.foreignKeys.map((key) => key.name),
    ...definition.triggers.map((trigger) => trigger.name),
  ];
}
