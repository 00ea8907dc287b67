import type { SchemaObject } from "./schema-object";
import { SqlError } from "./sql-error";
import type { Table } from "./table";
import type { TableDefinition } from "./table-definition";
import { tableObjects } from "./table-objects";
import type { TextRules } from "./text-rules";

/**
 * The tables, views and synonyms of a database by their names, and an index of all names of their objects: each name is looked up,
 * not searched for, so that a database of thousands of tables is made as quickly as a small one.
 */
export class NamedTables {
  readonly #tables = new Map<string, Table>();
  readonly #objects = new Map<string, SchemaObject>();
  /** Key of the table, view or synonym that each name belongs to. */
  readonly #owners = new Map<string, string>();
  readonly #rules: TextRules;

  constructor(rules: TextRules) {
    this.#rules = rules;
  }

  all(): IterableIterator<Table> {
    return this.#tables.values();
  }

  objects(): IterableIterator<SchemaObject> {
    return this.#objects.values();
  }

  /** Equal for names that are equal under the database's collation. */
  key(schema: string, name: string): string {
    return this.#rules.fold(`${schema}\u0000${name}`);
  }

  get(schema: string, name: string): Table | undefined {
    return this.#tables.get(this.key(schema, name));
  }

  object(schema: string, name: string): SchemaObject | undefined {
    return this.#objects.get(this.key(schema, name));
  }

  /** Puts the table under its name, in place of the one that has it. */
  put(table: Table): void {
    const { definition } = table;
    const key = this.key(definition.schema, definition.name);
    this.#forgetNames(this.#tables.get(key));
    this.#tables.set(key, table);
    for (const { name } of tableObjects(definition)) this.#owners.set(this.key(definition.schema, name), key);
  }

  remove(schema: string, name: string): void {
    const key = this.key(schema, name);
    this.#forgetNames(this.#tables.get(key));
    this.#tables.delete(key);
  }

  putObject(object: SchemaObject): void {
    const key = this.key(object.schema, object.name);
    this.#objects.set(key, object);
    this.#owners.set(key, key);
  }

  removeObject(schema: string, name: string): void {
    const key = this.key(schema, name);
    this.#objects.delete(key);
    this.#owners.delete(key);
  }

  /**
   * Tables, views, synonyms, constraints and triggers share one name space per schema.
   * @throws SqlError 2714 when a name is taken by another object than `replaced`, which the definition is to replace
   */
  checkNames(definition: TableDefinition, replaced: TableDefinition | undefined): void {
    const own = replaced && this.key(replaced.schema, replaced.name);
    const seen = new Set<string>();
    for (const { name, type } of tableObjects(definition)) {
      const key = this.key(definition.schema, name);
      const owner = this.#owners.get(key);
      if ((owner !== undefined && owner !== own) || seen.has(key)) throw taken(name, type === "U " ? 6 : 5);
      seen.add(key);
    }
  }

  /** @throws SqlError 2714 */
  checkName({ schema, name }: SchemaObject): void {
    if (this.#owners.has(this.key(schema, name))) throw taken(name, 3);
  }

  #forgetNames(table: Table | undefined): void {
    if (!table) return;
    const { definition } = table;
    for (const { name } of tableObjects(definition)) this.#owners.delete(this.key(definition.schema, name));
  }
}

function taken(name: string, state: number): SqlError {
  return new SqlError(2714, `There is already an object named '${name}' in the database.`, 16, state);
}
