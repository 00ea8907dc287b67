import type { Row, RowId } from "./row";
import type { SchemaObject } from "./schema-object";
import type { TableDefinition } from "./table-definition";
import type { UserType } from "./user-type";

/** One change of one table; a commit has several. */
export type Change =
  | { readonly kind: "create-table"; readonly definition: TableDefinition }
  /** `kept`: where each column stood before, when some were dropped. */
  | { readonly kind: "alter-table"; readonly definition: TableDefinition; readonly kept?: readonly number[] }
  /** Gives the table `table` another name, and keeps its rows. */
  | {
      readonly kind: "rename-table";
      readonly schema: string;
      readonly table: string;
      readonly definition: TableDefinition;
    }
  | { readonly kind: "create-object"; readonly definition: SchemaObject }
  | { readonly kind: "drop-object"; readonly schema: string; readonly table: string }
  | { readonly kind: "drop-table"; readonly schema: string; readonly table: string }
  | NameChange
  | { readonly kind: "insert"; readonly schema: string; readonly table: string; readonly rows: readonly Row[] }
  | {
      readonly kind: "update";
      readonly schema: string;
      readonly table: string;
      readonly rows: readonly { readonly id: RowId; readonly row: Row }[];
    }
  | { readonly kind: "delete"; readonly schema: string; readonly table: string; readonly ids: readonly RowId[] };

/** Makes or ends a schema or a user's type. */
export type NameChange =
  | { readonly kind: "create-schema" | "drop-schema"; readonly schema: string; readonly table: "" }
  | { readonly kind: "create-type" | "drop-type"; readonly definition: UserType };

export interface Commit {
  /** 1, 2, 3 … inside one database; a restore point is a position in this log. */
  readonly sequence: number;
  readonly atMs: number;
  readonly changes: readonly Change[];
}
