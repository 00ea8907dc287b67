import { conditionCheckFail, parameterInvalid } from "./ots-error";
import { type ColumnValue, compareValues, typeOfValue } from "./value";

export type Comparator = "EQUAL" | "NOT_EQUAL" | "GREATER_THAN" | "GREATER_EQUAL" | "LESS_THAN" | "LESS_EQUAL";

/**
 * A predicate on one row. `latestVersionOnly` of the wire has no meaning here: one version of each cell is kept. A value of
 * another type than the one it is compared with satisfies NOT_EQUAL alone (undocumented, unverified).
 */
export type ColumnCondition =
  | {
      readonly kind: "column";
      readonly name: string;
      readonly comparator: Comparator;
      readonly value: ColumnValue;
      /** What a row without the column answers. The official client's default is true. */
      readonly passIfMissing: boolean;
    }
  | { readonly kind: "and" | "or"; readonly conditions: readonly ColumnCondition[] }
  | { readonly kind: "not"; readonly condition: ColumnCondition };

/** What must hold of the row as it is when the write arrives. */
export interface Condition {
  readonly row: "IGNORE" | "EXPECT_EXIST" | "EXPECT_NOT_EXIST";
  readonly column?: ColumnCondition;
}

/** The value of a column of the row in question; undefined when it has none. A row that is absent has no columns. */
export type ColumnReader = (name: string) => ColumnValue | undefined;

/** @throws ServiceError OTSParameterInvalid for a malformed composite */
export function holds(condition: ColumnCondition, read: ColumnReader): boolean {
  switch (condition.kind) {
    case "column": {
      const value = read(condition.name);
      return value === undefined ? condition.passIfMissing : compares(value, condition.comparator, condition.value);
    }
    case "not":
      return !holds(condition.condition, read);
    default: {
      if (condition.conditions.length < 2) {
        throw parameterInvalid("Invalid AND/OR operator: the number of sub-filters must be 2.");
      }
      const results = condition.conditions.map((sub) => holds(sub, read));
      return condition.kind === "and" ? results.every(Boolean) : results.some(Boolean);
    }
  }
}

/** @throws ServiceError OTSConditionCheckFail */
export function checkCondition(condition: Condition | undefined, exists: boolean, read: ColumnReader): void {
  if (condition === undefined) return;
  const rowAsExpected = condition.row === "IGNORE" || exists === (condition.row === "EXPECT_EXIST");
  const columnAsExpected = condition.column === undefined || holds(condition.column, read);
  if (!rowAsExpected || !columnAsExpected) throw conditionCheckFail();
}

function compares(left: ColumnValue, comparator: Comparator, right: ColumnValue): boolean {
  if (typeOfValue(left) !== typeOfValue(right)) return comparator === "NOT_EQUAL";
  const order = compareValues(left, right);
  switch (comparator) {
    case "EQUAL":
      return order === 0;
    case "NOT_EQUAL":
      return order !== 0;
    case "GREATER_THAN":
      return order > 0;
    case "GREATER_EQUAL":
      return order >= 0;
    case "LESS_THAN":
      return order < 0;
    case "LESS_EQUAL":
      return order <= 0;
  }
}
