import type { Row, RowId } from "./row";
import { SqlError } from "./sql-error";
import type { SqlValue } from "./sql-value";
import type { TableDefinition, UniqueKey } from "./table-definition";

/** Which row holds each value of one unique key; NULL counts as a value. */
export class KeyIndex {
  readonly #rows = new Map<string, RowId>();

  /**
   * @param columns positions of the key's columns
   * @param keys makes each column's values comparable
   */
  constructor(
    readonly key: UniqueKey,
    readonly columns: readonly number[],
    readonly keys: readonly ((value: SqlValue) => string)[],
    /** Does the row belong to the key? Filtered indexes hold some rows only. */
    readonly holds: ((row: Row) => boolean) | undefined,
  ) {}

  /** @returns false when another row has these values; then nothing was added */
  add(id: RowId, row: Row): boolean {
    if (this.holds && !this.holds(row)) return true;
    const text = this.#text(row);
    if (this.#rows.has(text)) return false;
    this.#rows.set(text, id);
    return true;
  }

  remove(row: Row): void {
    if (!this.holds || this.holds(row)) this.#rows.delete(this.#text(row));
  }

  /** The row that has the values of the key: no other row may have them. */
  holder(row: Row): RowId | undefined {
    return this.holds && !this.holds(row) ? undefined : this.#rows.get(this.#text(row));
  }

  /** The row with these values, one for each column. */
  find(values: readonly SqlValue[]): RowId | undefined {
    return this.#rows.get(joined(values.map((value, index) => this.keys[index]!(value))));
  }

  #text(row: Row): string {
    return joined(this.columns.map((column, index) => this.keys[index]!(row[column] ?? null)));
  }
}

/** Parts with their lengths, so that no text can stand for two. */
export function joined(parts: readonly string[]): string {
  return parts.map((part) => `${part.length}:${part}`).join("");
}

/** SQL Server's error for a row that a unique key does not let in. */
export function duplicateKey({ key }: KeyIndex, values: string, { schema, name }: TableDefinition): SqlError {
  const tail = `The duplicate key value is ${values}.`;
  if (key.kind === "index")
    return new SqlError(
      2601,
      `Cannot insert duplicate key row in object '${schema}.${name}' with unique index '${key.name}'. ${tail}`,
      14,
    );
  const what = key.kind === "primary-key" ? "PRIMARY KEY" : "UNIQUE KEY";
  return new SqlError(
    2627,
    `Violation of ${what} constraint '${key.name}'. Cannot insert duplicate key in object '${schema}.${name}'. ${tail}`,
    14,
  );
}

/** SQL Server's error for a unique key that the rows of its table do not allow. */
export function duplicateRows({ key }: KeyIndex, values: string, { schema, name }: TableDefinition): SqlError {
  return new SqlError(
    1505,
    `The CREATE UNIQUE INDEX statement terminated because a duplicate key was found for the object name '${schema}.${name}' and the index name '${key.name}'. The duplicate key value is ${values}.`,
  );
}
