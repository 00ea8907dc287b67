import { SqlError } from "../data/sql-error";

export interface PreparedStatement {
  readonly declaration: string;
  readonly sql: string;
}

/** Texts that a connection has prepared, by their handles. */
export class PreparedStatements {
  readonly #statements = new Map<number, PreparedStatement>();
  #lastHandle = 0;

  add(statement: PreparedStatement): number {
    this.#lastHandle++;
    this.#statements.set(this.#lastHandle, statement);
    return this.#lastHandle;
  }

  /** @throws SqlError 8179 for a handle that is not open */
  find(handle: number): PreparedStatement {
    const found = this.#statements.get(handle);
    if (!found) throw new SqlError(8179, `Could not find prepared statement with handle ${handle}.`);
    return found;
  }

  remove(handle: number): void {
    this.find(handle);
    this.#statements.delete(handle);
  }

  clear(): void {
    this.#statements.clear();
  }
}
