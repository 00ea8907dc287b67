import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { collationOf } from "../values/collation";
import { valueOrder } from "../values/comparison";
import { isText } from "../values/type-rules";
import type { Compiled } from "./compiled";
import type { Session } from "./session";

export interface SortColumn {
  readonly type: SqlType;
  readonly collation?: string;
  readonly descending?: boolean;
}

/** The order of rows by some values of theirs: each row's key is made once, then keys are compared. NULL comes first. */
export interface RowOrder {
  key(values: readonly SqlValue[]): SqlValue[];
  compare(left: readonly SqlValue[], right: readonly SqlValue[]): number;
}

export function rowOrder(columns: readonly SortColumn[], session: Session): RowOrder {
  const orders = columns.map((column) => valueOrder(column.type, collationFor(column, session)));
  const signs = columns.map((column) => (column.descending ? -1 : 1));
  return {
    key: (values) => values.map((value, index) => (value === null ? null : orders[index]!.key(value))),
    compare(left, right) {
      for (const [index, { compare }] of orders.entries()) {
        const [first, second] = [left[index]!, right[index]!];
        const order =
          first === null || second === null ? Number(second === null) - Number(first === null) : compare(first, second);
        if (order !== 0) return order * signs[index]!;
      }
      return 0;
    },
  };
}

export function collationFor(of: { readonly collation?: string }, session: Session) {
  return of.collation === undefined ? session.collation : collationOf(of.collation);
}

/** The collation under which two texts compare. @throws SqlError 468 when columns of two collations meet without COLLATE */
export function sharedCollation(left: Compiled, right: Compiled, session: Session, operation: string) {
  if (!isText(left.type) || !isText(right.type)) return session.collation;
  const { collation, collates } = joinedCollation(left, right, operation);
  if (!collates && differ(left, right)) throw conflict(left, right, operation);
  return collation === undefined ? session.collation : collationOf(collation);
}

/** COLLATE wins over a column's collation. @throws SqlError 468 for two COLLATE of different names */
export function joinedCollation(left: Compiled, right: Compiled, operation: string) {
  if (left.collates && right.collates && differ(left, right)) throw conflict(left, right, operation);
  const chosen = left.collates ? left : right.collates ? right : left.collation === undefined ? right : left;
  return { collation: chosen.collation, collates: chosen.collates === true };
}

function differ(left: Compiled, right: Compiled): boolean {
  return left.collation !== undefined && right.collation !== undefined && left.collation !== right.collation;
}

function conflict(left: Compiled, right: Compiled, operation: string): SqlError {
  return new SqlError(
    468,
    `Cannot resolve the collation conflict between "${right.collation}" and "${left.collation}" in the ${operation} operation.`,
    16,
    9,
  );
}
