import type { SqlType } from "../../data/sql-value";
import type { ReferentialAction } from "../../data/table-definition";
import type { Condition } from "./expression";
import type { NamedType } from "./type-parser";

export interface ColumnSyntax {
  readonly name: string;
  /** undefined for a computed column. */
  readonly type: SqlType | NamedType | undefined;
  readonly computed: string | undefined;
  readonly nullable: boolean | undefined;
  /** As written behind COLLATE. */
  readonly collation: string | undefined;
  readonly rowGuid: boolean;
  readonly identity:
    | { readonly seed: number; readonly increment: number; readonly notForReplication?: boolean }
    | undefined;
  /** Text of the default's expression. */
  readonly defaultExpression: string | undefined;
  /** Of the default as a constraint. */
  readonly defaultName: string | undefined;
}

/** The columns of a key or index, with those that are sorted downwards. */
export interface KeyColumns {
  readonly columns: readonly string[];
  readonly descending: readonly string[];
}

/** A condition, and how it was written. */
export interface ConditionText {
  readonly condition: Condition;
  readonly text: string;
}

export type ConstraintSyntax =
  | (KeyColumns & {
      readonly kind: "primary-key" | "unique";
      readonly name: string | undefined;
      readonly clustered: boolean | undefined;
    })
  | {
      readonly kind: "foreign-key";
      readonly name: string | undefined;
      readonly columns: readonly string[];
      readonly referenced: readonly string[];
      readonly referencedColumns: readonly string[];
      readonly onDelete: ReferentialAction | undefined;
      readonly onUpdate: ReferentialAction | undefined;
    }
  | { readonly kind: "check"; readonly name: string | undefined; readonly check: ConditionText }
  | {
      readonly kind: "default";
      readonly name: string | undefined;
      readonly column: string;
      readonly expression: string;
    };

export interface CreateTable {
  readonly kind: "create-table";
  readonly table: readonly string[];
  readonly columns: readonly ColumnSyntax[];
  readonly constraints: readonly ConstraintSyntax[];
}

export interface CreateIndex extends KeyColumns {
  readonly kind: "create-index";
  readonly name: string;
  readonly table: readonly string[];
  readonly unique: boolean;
  readonly clustered: boolean;
  readonly included: readonly string[];
  readonly filter: ConditionText | undefined;
}

export interface AlterIndex {
  readonly kind: "alter-index";
  readonly name: string | "all";
  readonly table: readonly string[];
  readonly disabled: boolean;
}

export interface DropIndex {
  readonly kind: "drop-index";
  readonly indexes: readonly { readonly name: string; readonly table: readonly string[] }[];
  readonly ifExists: boolean;
}

export interface AlterTable {
  readonly kind: "alter-table";
  readonly table: readonly string[];
  readonly change:
    | {
        readonly kind: "add";
        readonly columns: readonly ColumnSyntax[];
        readonly constraints: readonly ConstraintSyntax[];
        /** WITH NOCHECK: the rows that are there are not looked at. */
        readonly unchecked: boolean;
      }
    | { readonly kind: "drop"; readonly dropped: readonly DroppedElement[] }
    | { readonly kind: "alter-column"; readonly column: ColumnSyntax }
    | {
        readonly kind: "constraints";
        readonly names: readonly string[] | "all";
        readonly enabled: boolean;
        /** WITH CHECK: the rows are looked at, and the constraint is trusted again. */
        readonly checked: boolean;
      }
    | { readonly kind: "triggers"; readonly names: readonly string[] | "all"; readonly enabled: boolean };
}

/** DROP of one constraint or column. */
export interface DroppedElement {
  readonly what: "constraint" | "column";
  readonly name: string;
  readonly ifExists: boolean;
}
