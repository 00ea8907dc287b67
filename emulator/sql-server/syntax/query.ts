import type { Condition, Expression } from "./expression";

export interface OrderItem {
  readonly expression: Expression;
  readonly descending: boolean;
}

/** A whole SELECT with what stands around its body. */
export interface Query {
  readonly with: readonly CommonTable[];
  readonly body: QueryBody;
  readonly orderBy: readonly OrderItem[];
  readonly offset?: Expression;
  readonly fetch?: Expression;
}

export interface CommonTable {
  readonly name: string;
  readonly columns: readonly string[] | undefined;
  readonly query: Query;
}

export type QueryBody = Select | SetOperation | Values;

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly top?: Top;
  readonly items: readonly SelectItem[];
  readonly from: readonly TableSource[];
  readonly where?: Condition;
  readonly groupBy: readonly Expression[];
  readonly having?: Condition;
}

export interface Top {
  readonly count: Expression;
  readonly percent: boolean;
  readonly withTies: boolean;
}

export interface SetOperation {
  readonly kind: "set-operation";
  readonly operator: "union" | "union-all" | "except" | "intersect";
  readonly left: QueryBody;
  readonly right: QueryBody;
}

export interface Values {
  readonly kind: "values";
  readonly rows: readonly (readonly Expression[])[];
}

export type SelectItem =
  | { readonly kind: "expression"; readonly expression: Expression; readonly alias?: string }
  | { readonly kind: "star"; readonly qualifier: readonly string[] }
  | { readonly kind: "assign"; readonly variable: string; readonly expression: Expression };

/** An APPLY computes its right side anew for each row of the left one, which it sees. */
export type JoinType = "inner" | "left" | "right" | "full" | "cross" | "cross-apply" | "outer-apply";

export type TableSource =
  | { readonly kind: "table"; readonly path: readonly string[]; readonly alias?: string }
  | {
      readonly kind: "derived";
      readonly query: Query;
      readonly alias: string;
      readonly columns: readonly string[] | undefined;
    }
  | {
      readonly kind: "join";
      readonly type: JoinType;
      readonly left: TableSource;
      readonly right: TableSource;
      readonly on?: Condition;
    };
