import { SqlError } from "../../data/sql-error";
import type { SqlValue } from "../../data/sql-value";
import type { Expression } from "../syntax/expression";
import type { OrderItem, Query, QueryBody, SetOperation, Values } from "../syntax/query";
import { equalityKey } from "../values/comparison";
import { isText } from "../values/type-rules";
import { type Compiled, type Frame, noFrame, type ResultColumn } from "./compiled";
import { compileConstant, compileExpression, toCommonType } from "./expression-compiler";
import { type CommonTables, Scope } from "./scope";
import { compileSelect } from "./select-compiler";
import { collationFor, joinedCollation, rowOrder, sharedCollation } from "./sort-key";

/** A query made ready for one statement. */
export interface CompiledQuery {
  readonly columns: readonly ResultColumn[];
  /** Does the result depend on the row of a query around? */
  readonly correlated: boolean;
  rows(outer: Frame | undefined): SqlValue[][];
}

/** Rows to leave out and to take; undefined: all. */
export interface Limits {
  readonly offset: number;
  readonly fetch: number | undefined;
}

/** Computed when the query runs: they may depend on variables. */
export type LimitsOf = () => Limits;

export const noLimits: LimitsOf = () => ({ offset: 0, fetch: undefined });

/** A query inside an expression: it sees the columns of `scope`. */
export function compileSubquery(query: Query, scope: Scope): CompiledQuery {
  return compileWithin(query, scope, scope, true);
}

/**
 * A statement of its own, or a table in a FROM clause: it sees what the query around it sees, not that query's own sources.
 * @param nested false for a statement of its own, where ORDER BY needs no TOP
 */
export function compileQuery(query: Query, around: Scope, nested = true): CompiledQuery {
  return compileWithin(query, around, around.parent, nested);
}

function compileWithin(query: Query, around: Scope, parent: Scope | undefined, nested: boolean): CompiledQuery {
  const scope = new Scope(around.session, around.variables, [], parent, withCommonTables(query, around));
  if (query.offset) around.session.server.requireVersion(11, "OFFSET", "syntax");
  const limited = query.offset !== undefined || (query.body.kind === "select" && query.body.top !== undefined);
  if (nested && query.orderBy.length > 0 && !limited)
    throw new SqlError(
      1033,
      "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.",
      15,
    );
  return remembered(compileOrdered(query.body, query.orderBy, compileLimits(query, scope), scope));
}

function compileLimits(query: Query, scope: Scope): LimitsOf {
  const offset = query.offset && rowCount(query.offset, scope);
  const fetch = query.fetch && rowCount(query.fetch, scope);
  return () => {
    const limits = { offset: offset?.() ?? 0, fetch: fetch?.() };
    if (limits.offset < 0) throw new SqlError(10742, "The offset specified in a OFFSET clause may not be negative.");
    if (limits.fetch !== undefined && limits.fetch < 1)
      throw new SqlError(10744, "The number of rows provided for a FETCH clause must be greater then zero.");
    return limits;
  };
}

/** Reads the count of TOP, OFFSET or FETCH. @throws SqlError 1060 unless it is a whole number */
export function rowCount(expression: Expression, scope: Scope): () => number {
  const compiled = compileConstant(expression, scope);
  return () => {
    const value = compiled.evaluate(noFrame);
    if (value !== null && Number.isInteger(Number(value))) return Number(value);
    throw new SqlError(
      1060,
      "The number of rows provided for a TOP or FETCH clauses row count parameter must be an integer.",
      15,
    );
  };
}

function withCommonTables(query: Query, around: Scope): CommonTables {
  let visible = around.common;
  for (const table of query.with) {
    const key = table.name.toLowerCase();
    visible = new Map([...visible, [key, { table, visible: new Map([...visible, [key, "recursive" as const]]) }]]);
  }
  return visible;
}

/** What does not depend on the row around is computed once per statement. */
function remembered(query: CompiledQuery): CompiledQuery {
  if (query.correlated) return query;
  let known: SqlValue[][] | undefined;
  return {
    ...query,
    rows(outer) {
      known ??= query.rows(outer);
      return known;
    },
  };
}

function compileOrdered(body: QueryBody, orderBy: readonly OrderItem[], limits: LimitsOf, scope: Scope): CompiledQuery {
  if (body.kind === "select") return compileSelect(body, orderBy, limits, scope);
  const compiled = body.kind === "values" ? compileValues(body, scope) : compileSetOperation(body, scope);
  return sortedByColumns(compiled, orderBy, limits, scope);
}

function compileValues(values: Values, scope: Scope): CompiledQuery {
  const width = values.rows[0]!.length;
  if (values.rows.some((row) => row.length !== width))
    throw new SqlError(10709, "The number of columns for each row in a table value constructor must be the same.", 15);
  const cells = values.rows.map((row) => row.map((expression) => compileExpression(expression, scope)));
  const columns = cells[0]!.map((_, index) =>
    toCommonType(
      cells.map((row) => row[index]!),
      scope,
    ),
  );
  return {
    columns: columns.map(({ type }) => ({ name: "", type, nullable: true })),
    correlated: scope.correlated,
    rows: (outer) =>
      cells.map((_, row) => columns.map((column) => column.operands[row]!.evaluate({ ...noFrame, outer }))),
  };
}

function compileSetOperation(operation: SetOperation, scope: Scope): CompiledQuery {
  const left = compileOrdered(operation.left, [], noLimits, childScope(scope));
  const right = compileOrdered(operation.right, [], noLimits, childScope(scope));
  if (left.columns.length !== right.columns.length)
    throw new SqlError(
      205,
      "All queries combined using a UNION, INTERSECT or EXCEPT operator must have an equal number of expressions in their target lists.",
    );
  const { operator } = operation;
  const merged = left.columns.map((column, index) => mergeColumn(column, right.columns[index]!, operator, scope));
  const columns = merged.map(({ result }) => result);
  const key = rowKey(columns, scope);
  return {
    columns,
    correlated: left.correlated || right.correlated,
    rows(outer) {
      const lefts = left.rows(outer).map((row) => merged.map((column, index) => column.left(row[index]!)));
      const rights = right.rows(outer).map((row) => merged.map((column, index) => column.right(row[index]!)));
      return combine(operator, lefts, rights, key);
    },
  };
}

function childScope(scope: Scope): Scope {
  return new Scope(scope.session, scope.variables, [], scope.parent, scope.common);
}

function mergeColumn(left: ResultColumn, right: ResultColumn, operator: SetOperation["operator"], scope: Scope) {
  const cell: { value: SqlValue } = { value: null };
  const read = (column: ResultColumn): Compiled => ({ ...column, evaluate: () => cell.value });
  const { type, operands } = toCommonType([read(left), read(right)], scope);
  const through = (operand: Compiled) => (value: SqlValue) => {
    cell.value = value;
    return operand.evaluate(noFrame);
  };
  // Rows that are compared need the collation at once.
  const word = operator.toUpperCase().replace("-", " ");
  if (operator !== "union-all") sharedCollation(read(left), read(right), scope.session, word);
  const result: ResultColumn = {
    name: left.name,
    type,
    nullable: left.nullable || right.nullable,
    ...(isText(type) && joinedCollation([left, right], word)),
    isNull: left.isNull === true && right.isNull === true,
  };
  return { result, left: through(operands[0]!), right: through(operands[1]!) };
}

/** A text that is equal for rows that are equal; NULL equals NULL here. */
export function rowKey(columns: readonly ResultColumn[], scope: Scope): (row: readonly SqlValue[]) => string {
  const keys = columns.map((column) => equalityKey(column.type, collationFor(column, scope.session)));
  return (row) => row.map((value, index) => keys[index]!(value)).join("\u0000");
}

function combine(
  operator: SetOperation["operator"],
  left: SqlValue[][],
  right: SqlValue[][],
  key: (row: readonly SqlValue[]) => string,
): SqlValue[][] {
  if (operator === "union-all") return [...left, ...right];
  const rights = new Set(operator === "union" ? [] : right.map(key));
  const seen = new Set<string>();
  return (operator === "union" ? [...left, ...right] : left).filter((row) => {
    const text = key(row);
    const wanted = operator === "union" || rights.has(text) === (operator === "intersect");
    if (!wanted || seen.has(text)) return false;
    seen.add(text);
    return true;
  });
}

/** ORDER BY behind a set operation: output columns by name or number. */
function sortedByColumns(
  query: CompiledQuery,
  orderBy: readonly OrderItem[],
  limits: LimitsOf,
  scope: Scope,
): CompiledQuery {
  if (orderBy.length === 0) return query;
  const order = orderBy.map(({ expression, descending }) => {
    const index = outputColumn(expression, query.columns, scope);
    if (index === undefined)
      throw new SqlError(
        104,
        "ORDER BY items must appear in the select list if the statement contains a UNION, INTERSECT or EXCEPT operator.",
        15,
      );
    return { index, key: { ...query.columns[index]!, descending } };
  });
  const sort = rowOrder(
    order.map(({ key }) => key),
    scope.session,
  );
  const keysOf = (row: SqlValue[]) => sort.key(order.map(({ index }) => row[index]!));
  return {
    ...query,
    rows(outer) {
      const sorted = query
        .rows(outer)
        .map((row) => ({ row, keys: keysOf(row) }))
        .sort((left, right) => sort.compare(left.keys, right.keys))
        .map(({ row }) => row);
      const { offset, fetch } = limits();
      return sorted.slice(offset, fetch === undefined ? undefined : offset + fetch);
    },
  };
}

/** The output column that an ORDER BY item names by its alias or number. @throws SqlError 108 for a number out of range */
export function outputColumn(
  expression: OrderItem["expression"],
  columns: readonly ResultColumn[],
  scope: Scope,
): number | undefined {
  if (expression.kind === "literal" && typeof expression.value === "number") {
    if (expression.value < 1 || expression.value > columns.length)
      throw new SqlError(
        108,
        `The ORDER BY position number ${expression.value} is out of range of the number of items in the select list.`,
        15,
      );
    return expression.value - 1;
  }
  if (expression.kind !== "column" || expression.path.length > 1) return undefined;
  const { fold } = scope.session.collation;
  const name = fold(expression.path[0]!);
  const found = columns.findIndex((column) => fold(column.name) === name);
  return found < 0 ? undefined : found;
}
