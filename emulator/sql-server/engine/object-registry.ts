import type { Database } from "../../data/database";
import type { SqlValue } from "../../data/sql-value";
import type { TableDefinition } from "../../data/table-definition";
import { tableObjects } from "../../data/table-objects";

const registries = new WeakMap<Database, ObjectRegistry>();

/** An identity column, with its counter: values once given are given to no other row, whether theirs was kept or not. */
interface Identity {
  readonly index: number;
  readonly descends: boolean;
  readonly counter: { last: bigint | undefined };
}

/**
 * What follows from a database's commit log and from nothing else: the numbers of its objects and the last identity value of each table. Read
 * incrementally, so that rows which other writers (DTS, the sample history) commit count as well.
 */
export class ObjectRegistry {
  #readTo = 0;
  #lastId = 245_575_913;
  readonly #ids = new Map<string, number>();
  readonly #identities = new Map<string, Identity>();
  #rowVersions = { last: 0n };
  readonly #createdAtMs = new Map<string, number>();

  private constructor(readonly database: Database) {}

  static of(database: Database): ObjectRegistry {
    const registry = registries.get(database) ?? new ObjectRegistry(database);
    registries.set(database, registry);
    registry.#read();
    return registry;
  }

  /**
   * Spares a fork of `base`, which a transaction writes to, from reading the log that both have in common. Identity values and rowversions count on
   * for both.
   */
  static fork(base: Database, fork: Database): void {
    const known = ObjectRegistry.of(base);
    const registry = new ObjectRegistry(fork);
    registry.#readTo = known.#readTo;
    registry.#lastId = known.#lastId;
    for (const [key, id] of known.#ids) registry.#ids.set(key, id);
    for (const [key, identity] of known.#identities) registry.#identities.set(key, identity);
    registry.#rowVersions = known.#rowVersions;
    for (const [key, atMs] of known.#createdAtMs) registry.#createdAtMs.set(key, atMs);
    registries.set(fork, registry);
  }

  /** The object_id of a table, view, synonym, constraint or trigger. */
  id(schema: string, name: string): number | undefined {
    return this.#ids.get(this.database.tableKey(schema, name));
  }

  createdAtMs(schema: string, name: string): number | undefined {
    return this.#createdAtMs.get(this.database.tableKey(schema, name));
  }

  /** IDENT_CURRENT without the seed: undefined before the first row. */
  lastIdentity(schema: string, table: string): bigint | undefined {
    return this.#identities.get(this.database.tableKey(schema, table))?.counter.last;
  }

  /** Takes the next value of the table's identity column. */
  nextIdentity(schema: string, table: string, column: { readonly seed: number; readonly increment: number }): bigint {
    const { counter } = this.#identities.get(this.database.tableKey(schema, table))!;
    counter.last = counter.last === undefined ? BigInt(column.seed) : counter.last + BigInt(column.increment);
    return counter.last;
  }

  /** A new value for a rowversion column: larger than every one before in this database, after a restore of it as well. */
  nextRowVersion(): Uint8Array {
    const versions = this.#rowVersions;
    const least = BigInt(this.database.sequence + 1) * 1_000_000n;
    versions.last = versions.last < least ? least : versions.last + 1n;
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64BE(versions.last);
    return Uint8Array.from(bytes);
  }

  #read(): void {
    const { database } = this;
    for (; this.#readTo < database.commits.length; this.#readTo++) {
      const commit = database.commits[this.#readTo]!;
      for (const change of commit.changes) {
        if (change.kind === "create-table") this.#define(change.definition, commit.atMs, true);
        else if (change.kind === "alter-table") this.#define(change.definition, commit.atMs, false);
        else if (change.kind === "create-object")
          this.#number(change.definition.schema, change.definition.name, commit.atMs, true);
        else if (change.kind === "rename-table") {
          this.#rename(change.schema, change.table, change.definition.name);
          this.#define(change.definition, commit.atMs, false);
        } else if (change.kind === "insert") this.#countIdentities(change.schema, change.table, change.rows);
      }
    }
  }

  #define(definition: TableDefinition, atMs: number, isNew: boolean): void {
    for (const { name } of tableObjects(definition)) this.#number(definition.schema, name, atMs, isNew);
    const index = definition.columns.findIndex((column) => column.identity !== undefined);
    const key = this.database.tableKey(definition.schema, definition.name);
    const counter = (isNew ? undefined : this.#identities.get(key)?.counter) ?? { last: undefined };
    const descends = (definition.columns[index]?.identity?.increment ?? 1) < 0;
    if (index >= 0) this.#identities.set(key, { index, descends, counter });
    else this.#identities.delete(key);
  }

  #number(schema: string, name: string, atMs: number, isNew: boolean): void {
    const key = this.database.tableKey(schema, name);
    if (!isNew && this.#ids.has(key)) return;
    this.#lastId += 16;
    this.#ids.set(key, this.#lastId);
    this.#createdAtMs.set(key, atMs);
  }

  /** A renamed table stays the same object. */
  #rename(schema: string, from: string, to: string): void {
    const [before, after] = [this.database.tableKey(schema, from), this.database.tableKey(schema, to)];
    if (before === after) return;
    for (const map of [this.#ids, this.#identities, this.#createdAtMs] as Map<string, unknown>[]) {
      const value = map.get(before);
      map.delete(before);
      if (value !== undefined) map.set(after, value);
    }
  }

  #countIdentities(schema: string, table: string, rows: readonly (readonly SqlValue[])[]): void {
    const identity = this.#identities.get(this.database.tableKey(schema, table));
    if (!identity) return;
    for (const row of rows) {
      const cell = row[identity.index];
      if (cell === null || cell === undefined) continue;
      const value = BigInt(String(cell).split(".")[0]!);
      const { last } = identity.counter;
      if (last === undefined || (identity.descends ? value < last : value > last)) identity.counter.last = value;
    }
  }
}
