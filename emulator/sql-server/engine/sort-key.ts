import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { collationOf } from "../values/collation";
import { type Comparison, comparison } from "../values/comparison";
import { isText } from "../values/type-rules";
import type { Compiled } from "./compiled";
import type { Session } from "./session";

/** Orders rows of key values; NULL comes first. */
export function rowComparison(
  keys: readonly { readonly type: SqlType; readonly collation?: string; readonly descending?: boolean }[],
  session: Session,
): (left: readonly SqlValue[], right: readonly SqlValue[]) => number {
  const comparisons = keys.map((key) =>
    nullsFirst(comparison(key.type, collationFor(key, session)), key.descending ?? false),
  );
  return (left, right) => {
    for (const [index, compare] of comparisons.entries()) {
      const order = compare(left[index]!, right[index]!);
      if (order !== 0) return order;
    }
    return 0;
  };
}

function nullsFirst(compare: Comparison, descending: boolean): Comparison {
  const sign = descending ? -1 : 1;
  return (left, right) => {
    if (left === null || right === null) return left === right ? 0 : left === null ? -sign : sign;
    return sign * compare(left, right);
  };
}

export function collationFor(of: { readonly collation?: string }, session: Session) {
  return of.collation === undefined ? session.collation : collationOf(of.collation);
}

/** The collation under which two texts compare. @throws SqlError 468 when columns of two collations meet without COLLATE */
export function sharedCollation(left: Compiled, right: Compiled, session: Session, operation: string) {
  if (!isText(left.type) || !isText(right.type)) return session.collation;
  const chosen = left.collates
    ? left.collation
    : right.collates
      ? right.collation
      : (left.collation ?? right.collation);
  const conflict =
    !left.collates && !right.collates && left.collation && right.collation && left.collation !== right.collation;
  if (conflict)
    throw new SqlError(
      468,
      `Cannot resolve the collation conflict between "${right.collation}" and "${left.collation}" in the ${operation} operation.`,
      16,
      9,
    );
  return chosen === undefined ? session.collation : collationOf(chosen);
}
