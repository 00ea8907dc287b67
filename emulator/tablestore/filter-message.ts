import type { ColumnCondition, Comparator, Condition } from "./column-condition";
import { notPlayed, parameterInvalid } from "./ots-error";
import { decodeMessage } from "./protocol";
import type { Selection } from "./selection";
import type { ColumnValue } from "./value";
import { decodeVariant } from "./variant";

export interface ConditionMessage {
  readonly rowExistence: Condition["row"];
  readonly columnCondition?: Buffer;
}

interface FilterMessage {
  readonly type: "FT_SINGLE_COLUMN_VALUE" | "FT_COMPOSITE_COLUMN_VALUE" | "FT_COLUMN_PAGINATION";
  readonly filter: Buffer;
}

interface SingleMessage {
  readonly comparator: `CT_${Comparator}`;
  readonly columnName: string;
  readonly columnValue: Buffer;
  readonly filterIfMissing: boolean;
}

interface CompositeMessage {
  readonly combinator: "LO_NOT" | "LO_AND" | "LO_OR";
  readonly subFilters: readonly FilterMessage[];
}

/** The condition of a write. @throws ServiceError OTSParameterInvalid */
export function readCondition(message: ConditionMessage): Condition {
  const { rowExistence, columnCondition } = message;
  if (columnCondition === undefined) return { row: rowExistence };
  return { row: rowExistence, column: predicate(decodeMessage<FilterMessage>("Filter", columnCondition)) };
}

/** The filter of a read: a predicate on rows or a window over columns. @throws ServiceError OTSParameterInvalid */
export function readFilter(bytes: Buffer | undefined): Pick<Selection, "filter" | "columnPage"> {
  if (bytes === undefined || bytes.length === 0) return {};
  const message = decodeMessage<FilterMessage>("Filter", bytes);
  if (message.type !== "FT_COLUMN_PAGINATION") return { filter: predicate(message) };
  return { columnPage: decodeMessage<{ offset: number; limit: number }>("ColumnPaginationFilter", message.filter) };
}

function predicate(message: FilterMessage): ColumnCondition {
  switch (message.type) {
    case "FT_SINGLE_COLUMN_VALUE": {
      const single = decodeMessage<SingleMessage>("SingleColumnValueFilter", message.filter);
      return {
        kind: "column",
        name: single.columnName,
        comparator: single.comparator.slice("CT_".length) as Comparator,
        value: decodeVariant(single.columnValue) as ColumnValue,
        passIfMissing: !single.filterIfMissing,
      };
    }
    case "FT_COMPOSITE_COLUMN_VALUE":
      return composite(decodeMessage<CompositeMessage>("CompositeColumnValueFilter", message.filter));
    case "FT_COLUMN_PAGINATION":
      throw notPlayed("a ColumnPaginationFilter inside a condition");
  }
}

function composite(message: CompositeMessage): ColumnCondition {
  const conditions = message.subFilters.map(predicate);
  const [first] = conditions;
  if (message.combinator === "LO_NOT") {
    if (first === undefined || conditions.length !== 1) {
      throw parameterInvalid("Invalid NOT operator: the number of sub-filters must be 1.");
    }
    return { kind: "not", condition: first };
  }
  return { kind: message.combinator === "LO_AND" ? "and" : "or", conditions };
}
