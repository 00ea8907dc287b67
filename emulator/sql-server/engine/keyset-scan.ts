import type { Database, Row, Table } from "../../data/database";
import type { SqlValue } from "../../data/sql-value";
import type { Condition } from "../syntax/expression";
import type { OrderItem } from "../syntax/query";
import { declared } from "../values/type-rules";
import type { Compiled, Frame } from "./compiled";
import { comparable } from "./condition-compiler";
import { compileExpression } from "./expression-compiler";
import type { Scope } from "./scope";
import type { Session } from "./session";
import { rowOrder } from "./sort-key";
import { conjuncts, sourcesUsed } from "./source-use";
import { resultColumn } from "./table-source";

/** Rows of a stored table in the order of some columns, kept until it changes. */
const orders = new WeakMap<Table, { readonly version: number; readonly byColumns: Map<string, readonly Row[]> }>();

/**
 * Reads one stored table in the order of its columns, so that ORDER BY needs no sort and TOP stops early; conditions such as `key > @bound` on the
 * first of them say where to begin and end. Undefined where that does not apply.
 */
export function keysetScan(
  scope: Scope,
  orderBy: readonly OrderItem[],
  where: Condition | undefined,
): ((outer: Frame | undefined) => Iterable<readonly Row[]>) | undefined {
  const [source, second] = scope.sources;
  const stored = source?.stored;
  if (!stored || second || orderBy.length === 0 || orderBy.some((item) => item.descending)) return undefined;
  const columns: number[] = [];
  for (const { expression } of orderBy) {
    if (expression.kind !== "column") return undefined;
    const found = scope.find(expression.path);
    if (found?.depth !== 0) return undefined;
    columns.push(found.column);
  }
  const bounds = conjuncts(where).flatMap((condition) => boundOn(columns[0]!, condition, scope) ?? []);
  return (outer) => {
    const rows = orderedRows(stored.database, stored.table, columns, scope.session);
    let start = 0;
    let end = rows.length;
    for (const bound of bounds) {
      const value = bound.value.evaluate({ rows: [], groups: [], windows: [], outer });
      if (value === null) return [];
      const at = (strict: boolean) =>
        firstWhere(
          rows,
          (row) => row[columns[0]!] !== null && bound.order(row[columns[0]!]!, value) >= (strict ? 1 : 0),
        );
      if (bound.operator === ">" || bound.operator === ">=" || bound.operator === "=")
        start = Math.max(start, at(bound.operator === ">"));
      if (bound.operator === "<" || bound.operator === "<=" || bound.operator === "=")
        end = Math.min(end, at(bound.operator !== "<"));
    }
    return slices(rows, start, end);
  };
}

function* slices(rows: readonly Row[], start: number, end: number): Generator<readonly Row[]> {
  for (let index = start; index < end; index++) yield [rows[index]!];
}

interface Bound {
  readonly operator: "=" | "<" | ">" | "<=" | ">=";
  readonly value: Compiled;
  readonly order: (left: SqlValue, right: SqlValue) => number;
}

const mirrored = { "=": "=", "<": ">", ">": "<", "<=": ">=", ">=": "<=" } as const;

/** `column > value` where the comparison takes place in the column's own type, and the value comes from elsewhere. */
function boundOn(column: number, condition: Condition, scope: Scope): Bound | undefined {
  if (condition.kind !== "compare" || condition.operator === "<>") return undefined;
  const { operator } = condition;
  const isColumn = (side: typeof condition.left) =>
    side.kind === "column" && scope.find(side.path)?.depth === 0 && scope.find(side.path)?.column === column;
  const swapped = !isColumn(condition.left);
  if (swapped && !isColumn(condition.right)) return undefined;
  const [columnSide, valueSide] = swapped ? [condition.right, condition.left] : [condition.left, condition.right];
  if (sourcesUsed(valueSide, scope)?.own.size !== 0) return undefined;
  const [left, right] = [compileExpression(columnSide, scope), compileExpression(valueSide, scope)];
  if (right.isNull) return undefined;
  const sides = comparable(left, right, scope, "equal to");
  const sameType = sides.left === left || declared(sides.type) === declared(left.type);
  if (!sameType || sides.collation.name !== (left.collation ?? scope.session.collation.name)) return undefined;
  return { operator: swapped ? mirrored[operator] : operator, value: sides.right, order: sides.order };
}

/** The first index whose row passes; rows that pass follow those that do not. */
function firstWhere(rows: readonly Row[], passes: (row: Row) => boolean): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(rows[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function orderedRows(database: Database, table: Table, columns: readonly number[], session: Session): readonly Row[] {
  let known = orders.get(table);
  if (known?.version !== table.version) {
    known = { version: table.version, byColumns: new Map() };
    orders.set(table, known);
  }
  const name = columns.join(",");
  const found = known.byColumns.get(name);
  if (found) return found;
  const { definition } = table;
  const keys = columns.map((column) => resultColumn(definition.columns[column]!, database));
  const order = rowOrder(keys, session);
  const sorted = [...table.rows.values()]
    .map((row) => ({ row, key: order.key(columns.map((column) => row[column] ?? null)) }))
    .sort((left, right) => order.compare(left.key, right.key))
    .map(({ row }) => row);
  known.byColumns.set(name, sorted);
  return sorted;
}
