/** Primary key: column name to value, in the order of the table's key. */
export type Key = Readonly<Record<string, string | number>>;
/** Attribute columns; numbers are 64-bit integers in the table (below 2^53 here). */
export type Columns = Readonly<Record<string, string | number>>;

export interface RowOf {
  readonly key: Key;
  readonly columns: Columns;
}

/** A condition on the row as it is in the table when the write arrives. */
export type Condition =
  | { readonly row: "absent" }
  | { readonly row: "any" }
  | { readonly row: "present"; readonly column?: { readonly name: string; readonly equals: string | number } };

/** The condition of a write did not hold. It may have been this very write, repeated after a lost reply: read the row and compare. */
export class ConditionFailed extends Error {
  override readonly name = "ConditionFailed";
}

/**
 * Plain rows with conditional writes, as Tablestore has them; nothing of a restore is known here. Throws CloudError
 * (service `tablestore`): `unavailable` for reads, `unknown-outcome` for writes.
 */
export interface Rows {
  get(table: string, key: Key): Promise<RowOf | null>;
  put(table: string, key: Key, columns: Columns, condition: Condition): Promise<void>;
  /** Writes these columns and leaves the others of the row as they are. */
  update(table: string, key: Key, columns: Columns, condition: Condition): Promise<void>;
  delete(table: string, key: Key, condition: Condition): Promise<void>;
  /** Rows of a table or of one of its indexes between two keys (`from` inclusive, `to` exclusive); "min"/"max" leave a key column open. Backward runs from `from` downwards. */
  range(
    tableOrIndex: string,
    from: Readonly<Record<string, string | number | { readonly bound: "min" | "max" }>>,
    to: Readonly<Record<string, string | number | { readonly bound: "min" | "max" }>>,
    options: { readonly limit: number; readonly direction: "forward" | "backward" },
  ): Promise<RowOf[]>;
}
