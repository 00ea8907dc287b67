import type { Row, RowId } from "./table";
import type { TableDefinition } from "./table-definition";

/** One change of one table; a commit has several. */
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
