import type { Row, RowId } from "./row";
import type { Table } from "./table";

/** What one change did to one row. */
export interface RowEffect {
  readonly schema: string;
  readonly table: string;
  readonly id: RowId;
  /** undefined: the row is new. */
  readonly before: Row | undefined;
  /** undefined: the row is gone. */
  readonly after: Row | undefined;
  /** The statement that did it, as SQL Server's messages name it. */
  readonly statement: "INSERT" | "UPDATE" | "DELETE";
}

/** Is the row still as the effect left it? Later changes of the same commit may have gone over it. */
export function isCurrent({ id, after }: RowEffect, table: Table): boolean {
  return after !== undefined && table.rows.get(id) === after;
}
