import type { Row } from "../../data/database";
import type { SqlType, SqlValue } from "../../data/sql-value";

/** The row that an expression is evaluated for. */
export interface Frame {
  /** One row per source of the FROM clause; undefined where an outer join found none. */
  readonly rows: readonly (Row | undefined)[];
  /** Values of GROUP BY expressions and aggregates, in a grouped query. */
  readonly groups: readonly SqlValue[];
  /** Values of window functions. */
  readonly windows: SqlValue[];
  /** The row of the query around. */
  readonly outer: Frame | undefined;
}

export const noFrame: Frame = { rows: [], groups: [], windows: [], outer: undefined };

/** Two collations that meet without COLLATE: the text has none. It can be looked at, but not compared, stored or sent. */
export interface CollationConflict {
  readonly left: string;
  readonly right: string;
  /** `add`, `CASE`, `UNION ALL`. */
  readonly operator: string;
}

/** An expression made ready: its static type and a function that computes it. */
export interface Compiled {
  readonly type: SqlType;
  readonly nullable: boolean;
  /** Of a COLLATE or of a column; undefined: that of the database in use. */
  readonly collation?: string;
  /** The collation was asked for by COLLATE and wins over a column's. */
  readonly collates?: boolean;
  readonly conflict?: CollationConflict;
  /** The word NULL, which takes any type. */
  readonly isNull?: boolean;
  /** Digits of an integer literal, which counts as a decimal of that many in decimal arithmetic. */
  readonly literalDigits?: number;
  /** Set for a plain column: see ResultColumn. */
  readonly stored?: "column" | "identity";
  evaluate(frame: Frame): SqlValue;
}

/** True, false, or null for unknown. */
export type Test = (frame: Frame) => boolean | null;

/** A column of a result or of a table source. */
export interface ResultColumn {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly collation?: string;
  readonly collates?: boolean;
  readonly conflict?: CollationConflict;
  /** Selected as the word NULL: a set operation gives it the other side's type. */
  readonly isNull?: boolean;
  /** A table's column as it is stored, an identity or another one; undefined: computed. */
  readonly stored?: "column" | "identity";
}

export function constant(type: SqlType, value: SqlValue): Compiled {
  return { type, nullable: value === null, evaluate: () => value };
}
