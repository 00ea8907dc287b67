import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { collationOf } from "../values/collation";
import { valueOrder } from "../values/comparison";
import { isText } from "../values/type-rules";
import type { CollationConflict, Compiled } from "./compiled";
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
  const { collation, conflict } = joinedCollation([left, right], operation);
  if (conflict) throw unresolved(conflict, operation);
  return collation === undefined ? session.collation : collationOf(collation);
}

type Collated = Pick<Compiled, "type" | "collation" | "collates" | "conflict">;

/**
 * The collation of a text made of others ("Collation precedence"): COLLATE wins over a column's, and a column's over none.
 * @throws SqlError 468 for two COLLATE of different names
 */
export function joinedCollation(
  parts: readonly Collated[],
  operator: string,
): Pick<Compiled, "collation" | "collates" | "conflict"> {
  return parts
    .filter(({ type }) => isText(type))
    .reduce<Omit<Collated, "type">>((joined, part) => {
      const { collation: left } = joined;
      const { collation: right } = part;
      const differ = left !== undefined && right !== undefined && left !== right;
      if (joined.collates && part.collates && differ) throw unresolved({ left, right, operator }, operator);
      if (joined.collates || part.collates) return withoutConflict(joined.collates ? joined : part);
      const conflict = joined.conflict ?? part.conflict ?? (differ ? { left, right, operator } : undefined);
      if (conflict) return { conflict };
      const collation = left ?? right;
      return collation === undefined ? {} : { collation };
    }, {});
}

function withoutConflict({ collation, collates }: Omit<Collated, "type">): Omit<Collated, "type"> {
  return { collation: collation!, collates: collates! };
}

/** @throws SqlError 451 for a column of a result without a collation */
export function requireCollations(columns: readonly Pick<Compiled, "conflict">[]): void {
  for (const [index, { conflict }] of columns.entries())
    if (conflict)
      throw new SqlError(
        451,
        `Cannot resolve collation conflict between "${conflict.right}" and "${conflict.left}" in ${conflict.operator} operator occurring in SELECT statement column ${index + 1}.`,
      );
}

/** @throws SqlError 457 for a text without a collation that goes to a column or a variable */
export function requireCollation({ conflict, type }: Compiled, to: SqlType): void {
  if (conflict && isText(to))
    throw new SqlError(
      457,
      `Implicit conversion of ${type.name} value to ${to.name} cannot be performed because the collation of the value is unresolved due to a collation conflict between "${conflict.right}" and "${conflict.left}" in ${conflict.operator} operator.`,
    );
}

function unresolved({ left, right }: CollationConflict, operation: string): SqlError {
  return new SqlError(
    468,
    `Cannot resolve the collation conflict between "${right}" and "${left}" in the ${operation} operation.`,
    16,
    9,
  );
}
