import { byTable, cascades } from "./cascades";
import { checkConditions } from "./checks";
import type { Change, Commit } from "./commit";
import { checkForeignKeys, requireUnreferenced } from "./foreign-keys";
import { NamedSchemas } from "./named-schemas";
import { NamedTables } from "./named-tables";
import type { RowEffect } from "./row-effect";
import type { SchemaObject } from "./schema-object";
import { SqlError } from "./sql-error";
import { type Row, Table } from "./table";
import type { TableDefinition } from "./table-definition";
import { type TextRules, textRules } from "./text-rules";
import { verifyAltered } from "./verification";

export type { Change, Commit } from "./commit";
export { type Row, type RowId, Table } from "./table";

/**
 * A database: tables, views, synonyms and the time-stamped log of every commit that made them. All writers (TDS clients, DTS, the sample
 * history) go through `commit`, which keeps keys, foreign keys, checks and NOT NULL, all or nothing; what foreign keys cascade
 * to becomes part of the commit.
 */
export class Database {
  readonly commits: Commit[] = [];
  readonly #tables: NamedTables;
  #names: NamedSchemas;
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
    this.#names = new NamedSchemas(this.#rules);
  }

  tables(): Table[] {
    return [...this.#tables.all()];
  }

  table(schema: string, name: string): Table | undefined {
    return this.#tables.get(schema, name);
  }

  /** Views and synonyms. */
  objects(): SchemaObject[] {
    return [...this.#tables.objects()];
  }

  object(schema: string, name: string): SchemaObject | undefined {
    return this.#tables.object(schema, name);
  }

  /** The schemas that were made by name, and the users' types. Schemas of tables and objects need not be among them. */
  get names(): Pick<NamedSchemas, "schemas" | "types" | "type"> {
    return this.#names;
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
    const applied: Change[] = [];
    const effects: RowEffect[] = [];
    const altered: { readonly before: TableDefinition; readonly after: TableDefinition }[] = [];
    const apply = (change: Change) => {
      if (change.kind === "alter-table") {
        const { schema, name } = change.definition;
        altered.push({ before: this.#require(schema, name).definition, after: change.definition });
      }
      if (change.kind === "drop-table") requireUnreferenced(this, change.schema, change.table);
      this.#apply(change, undo, effects);
      applied.push(change);
    };
    // Rows obey the constraints of their time: those before a change of definitions, and those behind it.
    const settle = () => {
      for (let from = 0; from < effects.length; ) {
        const news = effects.slice(from);
        from = effects.length;
        for (const change of cascades(this, news)) apply(change);
      }
      for (const [table, own] of byTable(this, effects.splice(0))) {
        checkConditions(this, table, own);
        checkForeignKeys(this, table, own);
      }
    };
    try {
      for (const change of changes) {
        if (change.kind !== "insert" && change.kind !== "update" && change.kind !== "delete") settle();
        apply(change);
      }
      settle();
      for (const { before, after } of altered) verifyAltered(this, before, after);
    } catch (error) {
      for (const step of undo.reverse()) step();
      throw error;
    }
    const commit: Commit = { sequence: this.commits.length + 1, atMs, changes: applied };
    this.commits.push(commit);
    return commit;
  }

  /** The database as it was right after the last commit at or before `atMs`. */
  rebuildAt(atMs: number): Database {
    const past = new Database(this.name, this.collation, this.createdAtMs);
    for (const commit of this.commits) {
      if (commit.atMs > atMs) break;
      for (const change of commit.changes) past.#apply(change, [], []);
      past.commits.push(commit);
    }
    return past;
  }

  /** The same database under another name, as a restore makes it. */
  copyAs(name: string, createdAtMs: number): Database {
    const copy = new Database(name, this.collation, createdAtMs);
    for (const commit of this.commits) {
      for (const change of commit.changes) copy.#apply(change, [], []);
      copy.commits.push(commit);
    }
    return copy;
  }

  /** A database of its own that begins as this one is now; tables are shared until it changes them. */
  fork(): Database {
    const fork = new Database(this.name, this.collation, this.createdAtMs);
    for (const table of this.#tables.all()) {
      fork.#tables.put(table);
      fork.#borrowed.add(table);
    }
    for (const object of this.#tables.objects()) fork.#tables.putObject(object);
    fork.#names = this.#names.copy();
    fork.commits.push(...this.commits);
    return fork;
  }

  /** Bytes that the rows take, roughly; enough for disk figures. */
  sizeBytes(): number {
    let bytes = 0;
    for (const table of this.#tables.all()) bytes += table.sizeBytes();
    return bytes;
  }

  #apply(change: Change, undo: (() => void)[], effects: RowEffect[]): void {
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
        this.#tables.checkNames(definition, before.definition);
        this.#tables.put(before.copy(definition, change.kept));
        undo.push(() => this.#tables.put(before));
        return;
      }
      case "rename-table": {
        const { definition } = change;
        const before = this.#require(change.schema, change.table);
        this.#tables.checkNames(definition, before.definition);
        this.#tables.remove(change.schema, change.table);
        this.#tables.put(before.copy(definition));
        undo.push(() => {
          this.#tables.remove(definition.schema, definition.name);
          this.#tables.put(before);
        });
        return;
      }
      case "create-object": {
        const { definition } = change;
        this.#tables.checkName(definition);
        this.#tables.putObject(definition);
        undo.push(() => this.#tables.removeObject(definition.schema, definition.name));
        return;
      }
      case "drop-object": {
        const before = this.#tables.object(change.schema, change.table);
        if (!before) throw new Error(`drop of ${change.schema}.${change.table}, which ${this.name} does not have`);
        this.#tables.removeObject(change.schema, change.table);
        undo.push(() => this.#tables.putObject(before));
        return;
      }
      case "drop-table": {
        const before = this.#require(change.schema, change.table);
        this.#tables.remove(change.schema, change.table);
        undo.push(() => this.#tables.put(before));
        return;
      }
      case "insert": {
        const { schema, table: name } = change;
        const table = this.#writable(schema, name);
        for (const row of change.rows) {
          const id = table.insert(row);
          undo.push(() => table.takeBack(id));
          effects.push({ schema, table: name, id, before: undefined, after: row, statement: "INSERT" });
        }
        return;
      }
      case "update": {
        const { schema, table: name } = change;
        const table = this.#writable(schema, name);
        const before = change.rows.map(({ id }) => ({ id, row: table.rows.get(id) as Row }));
        table.update(change.rows);
        undo.push(() => table.update(before));
        for (const [index, { id, row }] of change.rows.entries())
          effects.push({ schema, table: name, id, before: before[index]!.row, after: row, statement: "UPDATE" });
        return;
      }
      case "delete": {
        const { schema, table: name } = change;
        const table = this.#writable(schema, name);
        for (const id of change.ids) {
          const before = table.rows.get(id) as Row;
          table.delete(id);
          undo.push(() => table.putBack(id, before));
          effects.push({ schema, table: name, id, before, after: undefined, statement: "DELETE" });
        }
        return;
      }
      default:
        undo.push(this.#names.apply(change));
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
