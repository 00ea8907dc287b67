import type { SqlType } from "../../data/sql-value";

export interface ColumnSyntax {
  readonly name: string;
  /** undefined for a computed column. */
  readonly type: SqlType | undefined;
  readonly computed: string | undefined;
  readonly nullable: boolean | undefined;
  readonly identity: { readonly seed: number; readonly increment: number } | undefined;
  /** Text of the default's expression. */
  readonly defaultExpression: string | undefined;
}

export type ConstraintSyntax =
  | { readonly kind: "primary-key" | "unique"; readonly name: string | undefined; readonly columns: readonly string[] }
  | {
      readonly kind: "foreign-key";
      readonly name: string | undefined;
      readonly columns: readonly string[];
      readonly referenced: readonly string[];
      readonly referencedColumns: readonly string[];
    };

export interface CreateTable {
  readonly kind: "create-table";
  readonly table: readonly string[];
  readonly columns: readonly ColumnSyntax[];
  readonly constraints: readonly ConstraintSyntax[];
}

export interface AlterTable {
  readonly kind: "alter-table";
  readonly table: readonly string[];
  readonly change:
    | {
        readonly kind: "add";
        readonly columns: readonly ColumnSyntax[];
        readonly constraints: readonly ConstraintSyntax[];
      }
    | { readonly kind: "drop-constraint"; readonly name: string }
    | { readonly kind: "triggers"; readonly names: readonly string[] | "all"; readonly enabled: boolean };
}
