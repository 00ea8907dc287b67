import type { SqlType, SqlValue } from "../../data/sql-value";
import type { OrderItem, Query } from "./query";

/** Scalar expressions of Transact-SQL as a tree. Names keep the spelling of the text; comparing them ignores case. */
export type Expression =
  | { readonly kind: "literal"; readonly value: SqlValue; readonly type: SqlType }
  | { readonly kind: "null" }
  /** Name parts, the column's own name last. */
  | { readonly kind: "column"; readonly path: readonly string[] }
  /** `@name` in lower case. */
  | { readonly kind: "variable"; readonly name: string }
  /** `@@name` in upper case. */
  | { readonly kind: "system-variable"; readonly name: string }
  | { readonly kind: "unary"; readonly operator: "-" | "+" | "~"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "case"; readonly branches: readonly CaseBranch[]; readonly otherwise: Expression }
  | {
      readonly kind: "convert";
      readonly type: SqlType;
      readonly operand: Expression;
      readonly style?: Expression;
      /** TRY_CONVERT and TRY_CAST: NULL instead of an error. */
      readonly tries: boolean;
    }
  | {
      readonly kind: "call";
      /** Upper case. */
      readonly name: string;
      readonly arguments: readonly Expression[];
      readonly star: boolean;
      readonly distinct: boolean;
      readonly over?: { readonly partitionBy: readonly Expression[]; readonly orderBy: readonly OrderItem[] };
    }
  | { readonly kind: "collate"; readonly operand: Expression; readonly collation: string }
  | { readonly kind: "subquery"; readonly query: Query }
  /** IIF and CASE of conditions need no kind of their own; this one is a word such as `day` in DATEADD(day, …). */
  | { readonly kind: "word"; readonly text: string };

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^";

export interface CaseBranch {
  readonly when: Condition;
  readonly result: Expression;
}

export type ComparisonOperator = "=" | "<>" | "<" | ">" | "<=" | ">=";

/** Conditions are no expressions in Transact-SQL: they are true, false or unknown and have no type. */
export type Condition =
  | { readonly kind: "and" | "or"; readonly left: Condition; readonly right: Condition }
  | { readonly kind: "not"; readonly operand: Condition }
  | {
      readonly kind: "compare";
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "quantified";
      readonly operator: ComparisonOperator;
      readonly quantifier: "all" | "any";
      readonly left: Expression;
      readonly query: Query;
    }
  | { readonly kind: "is-null"; readonly operand: Expression }
  | { readonly kind: "in-list"; readonly operand: Expression; readonly list: readonly Expression[] }
  | { readonly kind: "in-query"; readonly operand: Expression; readonly query: Query }
  | { readonly kind: "like"; readonly operand: Expression; readonly pattern: Expression; readonly escape?: Expression }
  | { readonly kind: "exists"; readonly query: Query };

const conditionKinds = new Set([
  "and",
  "or",
  "not",
  "compare",
  "quantified",
  "is-null",
  "in-list",
  "in-query",
  "like",
  "exists",
]);

export function isCondition(node: Expression | Condition): node is Condition {
  return conditionKinds.has(node.kind);
}
