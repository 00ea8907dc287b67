import type { Change, Commit } from "./commit";
import { checkForeignKeys } from "./foreign-keys";
import { NamedTables } from "./named-tables";
import { SqlError } from "./sql-error";
import { type Row, Table } from "./table";
import { type TextRules, textRules } from "./text-rules";

export type { Change, Commit } from "./commit";
export { type Row, type RowId, Table } from "./table";

/**
 * A database: tables and the time-stamped log of every commit that made them. All writers (TDS clients, DTS, the sample
 * history) go through `commit`, which keeps keys, foreign keys and NOT NULL, all or nothing.
 */
export class Database {
  readonly commits: Commit[] = [];
  readonly #tables: NamedTables;
  /** Tables of the database that this one was forked from: copied before they are changed. */
  readonly #borrowed = new Set<Table>();
  readonly #rules: TextRules;

  constructor(
    readonly name: string,
    readonly collation: string,
    readonly createdAtMs: number,
  ) {
    this.#rules = textRules(collation);
    this.#tables = new NamedTables(this.#rules);
  }

  tables(): Table[] {
    return [...this.#tables.all()];
  }

  table(schema: string, name: string): Table | undefined {
    return this.#tables.get(schema, name);
  }

  /** Equal for names that are equal under this database's collation. */
  tableKey(schema: string, name: string): string {
    return this.#tables.key(schema, name);
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
      checkForeignKeys(this, changes);
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

  /** A database of its own that begins as this one is now; tables are shared until it changes them. */
  fork(): Database {
    const fork = new Database(this.name, this.collation, this.createdAtMs);
    for (const table of this.#tables.all()) {
      fork.#tables.put(table);
      fork.#borrowed.add(table);
    }
    fork.commits.push(...this.commits);
    return fork;
  }

  /** Bytes that the rows take, roughly; enough for disk figures. */
  sizeBytes(): number {
    let bytes = 0;
    for (const table of this.#tables.all()) bytes += table.sizeBytes();
    return bytes;
  }

  #apply(change: Change, undo: (() => void)[]): void {
    switch (change.kind) {
      case "create-table": {
        const { definition } = change;
        this.#tables.checkNames(definition, undefined);
        this.#tables.put(new Table(definition, this.#rules));
        undo.push(() => this.#tables.remove(definition.schema, definition.name));
        return;
      }
      case "alter-table": {
        const { definition } = change;
        const before = this.#require(definition.schema, definition.name);
        this.#tables.checkNames(definition, before);
        this.#tables.put(before.copy(definition));
        undo.push(() => this.#tables.put(before));
        return;
      }
      case "drop-table": {
        const before = this.#require(change.schema, change.table);
        this.#tables.remove(change.schema, change.table);
        undo.push(() => this.#tables.put(before));
        return;
      }
      case "insert": {
        const table = this.#writable(change.schema, change.table);
        for (const row of change.rows) {
          const id = table.insert(row);
          undo.push(() => table.takeBack(id));
        }
        return;
      }
      case "update": {
        const table = this.#writable(change.schema, change.table);
        for (const { id, row } of change.rows) {
          const before = table.rows.get(id) as Row;
          table.update(id, row);
          undo.push(() => table.update(id, before));
        }
        return;
      }
      case "delete": {
        const table = this.#writable(change.schema, change.table);
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

  #writable(schema: string, name: string): Table {
    const table = this.#require(schema, name);
    if (!this.#borrowed.has(table)) return table;
    const own = table.copy();
    this.#tables.put(own);
    return own;
  }
}
