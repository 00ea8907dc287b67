import { SqlError } from "./sql-error";
import type { Table } from "./table";
import type { TableDefinition } from "./table-definition";
import type { TextRules } from "./text-rules";

/**
 * The tables of a database by their names, and an index of all names of their objects: each name is looked up, not searched
 * for, so that a database of thousands of tables is made as quickly as a small one.
 */
export class NamedTables {
  readonly #tables = new Map<string, Table>();
  /** Key of the table that each object belongs to: tables and their constraints and triggers. */
  readonly #owners = new Map<string, string>();
  readonly #rules: TextRules;

  constructor(rules: TextRules) {
    this.#rules = rules;
  }

  all(): IterableIterator<Table> {
    return this.#tables.values();
  }

  /** Equal for names that are equal under the database's collation. */
  key(schema: string, name: string): string {
    return this.#rules.fold(`${schema}\u0000${name}`);
  }

  get(schema: string, name: string): Table | undefined {
    return this.#tables.get(this.key(schema, name));
  }

  /** Puts the table under its name, in place of the one that has it. */
  put(table: Table): void {
    const { definition } = table;
    const key = this.key(definition.schema, definition.name);
    this.#forgetNames(this.#tables.get(key));
    this.#tables.set(key, table);
    for (const name of objectNames(definition)) this.#owners.set(this.key(definition.schema, name), key);
  }

  remove(schema: string, name: string): void {
    const key = this.key(schema, name);
    this.#forgetNames(this.#tables.get(key));
    this.#tables.delete(key);
  }

  /**
   * Object and constraint names share one name space per schema.
   * @throws SqlError 2714 when a name is taken by another table than `replaced`, which the definition is to replace
   */
  checkNames(definition: TableDefinition, replaced: Table | undefined): void {
    for (const name of objectNames(definition)) {
      const owner = this.#owners.get(this.key(definition.schema, name));
      if (owner !== undefined && this.#tables.get(owner) !== replaced)
        throw new SqlError(2714, `There is already an object named '${name}' in the database.`, 16, 6);
    }
  }

  #forgetNames(table: Table | undefined): void {
    if (!table) return;
    const { definition } = table;
    for (const name of objectNames(definition)) this.#owners.delete(this.key(definition.schema, name));
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
