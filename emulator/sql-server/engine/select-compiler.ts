import type { Row } from "../../data/database";
import { SqlError } from "../../data/sql-error";
import type { SqlValue } from "../../data/sql-value";
import type { Expression } from "../syntax/expression";
import type { OrderItem, Select } from "../syntax/query";
import { isAggregate } from "./aggregate";
import { type Compiled, type Frame, noFrame, type ResultColumn } from "./compiled";
import { compileCondition } from "./condition-compiler";
import { compileConstant, compileExpression } from "./expression-compiler";
import { Grouping } from "./grouping";
import { keysetScan } from "./keyset-scan";
import { type CompiledQuery, type LimitsOf, outputColumn, rowCount, rowKey } from "./query-compiler";
import { compileFrom } from "./relation";
import { expressionKey, type Scope } from "./scope";
import { compileItem, expandStars, type OutputItem } from "./select-items";
import { type RowOrder, rowOrder } from "./sort-key";
import { makeSource } from "./table-source";
import { WindowCollector } from "./window";

/** Compiles one SELECT with the ORDER BY and the limits behind it. */
export function compileSelect(
  select: Select,
  orderBy: readonly OrderItem[],
  limitsOf: LimitsOf,
  around: Scope,
): CompiledQuery {
  const relation = compileFrom(select.from, around, select.where, (source, seen) => makeSource(source, around, seen));
  const scope = around.over(relation.sources);
  const where = select.where && compileCondition(select.where, scope);
  const items = expandStars(select.items, scope);
  if (select.groupBy.length > 0 || select.having || hasAggregate([items, orderBy]))
    scope.grouping = new Grouping(scope, select.groupBy);
  const having = select.having && compileCondition(select.having, scope);
  scope.windows = new WindowCollector(scope);
  const outputs = items.map((item) => compileItem(item, scope));
  const columns = outputs.map(({ column }) => column);
  const order = compileOrder(orderBy, items, columns, outputs, scope, select.distinct);
  const top = select.top && compileTop(select, orderBy, scope);
  const { grouping, windows } = scope;
  const plain = !grouping && windows.isEmpty && !select.distinct;
  const scan =
    plain && top?.kind !== "percent" && !top?.withTies ? keysetScan(scope, orderBy, select.where) : undefined;
  const distinctKey = select.distinct ? rowKey(columns, scope) : undefined;
  const project = (frame: Frame) => outputs.map(({ compiled }) => compiled.evaluate(frame));
  const sort = rowOrder(
    order.map(({ key, descending }) => ({ ...key, descending })),
    scope.session,
  );

  function* filtered(rows: Iterable<readonly (Row | undefined)[]>, outer: Frame | undefined): Generator<Frame> {
    for (const joined of rows) {
      around.session.work.row();
      const frame: Frame = { rows: joined, groups: [], windows: [], outer };
      if (!where || where(frame) === true) yield frame;
    }
  }

  function rows(outer: Frame | undefined): SqlValue[][] {
    const limits = limitsOf();
    const count = top?.count() ?? 0;
    const wanted = top?.kind === "rows" ? count : limits.fetch;
    const last = wanted === undefined ? Number.POSITIVE_INFINITY : limits.offset + wanted;
    const sorted = order.length > 0 && !scan;
    const source = scan ? scan(outer) : relation.rows(outer);
    if (plain && !sorted && top?.kind !== "percent")
      return taken(filtered(source, outer), limits.offset, last, project);
    let frames = grouping ? grouping.collect(filtered(source, outer), outer) : [...filtered(source, outer)];
    if (having) frames = frames.filter((frame) => having(frame) === true);
    windows!.compute(frames);
    let results = frames.map((frame) => ({
      row: project(frame),
      keys: sort.key(order.map(({ key }) => key.evaluate(frame))),
    }));
    if (distinctKey) results = firstOfEach(results, ({ row }) => distinctKey(row));
    if (sorted) results.sort((left, right) => sort.compare(left.keys, right.keys));
    const end = top?.kind === "percent" ? Math.ceil((results.length * count) / 100) : last;
    const until = top?.withTies ? endOfTies(results, end, sort) : end;
    return results.slice(limits.offset, until).map(({ row }) => row);
  }
  return { columns, correlated: scope.correlated, rows };
}

function taken(
  frames: Iterable<Frame>,
  offset: number,
  end: number,
  project: (frame: Frame) => SqlValue[],
): SqlValue[][] {
  const rows: SqlValue[][] = [];
  let position = 0;
  if (end === 0) return rows;
  for (const frame of frames) {
    if (position++ >= offset) rows.push(project(frame));
    if (position >= end) break;
  }
  return rows;
}

function firstOfEach<T>(list: readonly T[], key: (item: T) => string): T[] {
  const seen = new Set<string>();
  return list.filter((item) => {
    const text = key(item);
    return seen.has(text) ? false : seen.add(text);
  });
}

function endOfTies<T extends { readonly keys: SqlValue[] }>(
  results: readonly T[],
  end: number,
  sort: RowOrder,
): number {
  let until = Math.min(end, results.length);
  while (until > 0 && until < results.length && sort.compare(results[until - 1]!.keys, results[until]!.keys) === 0)
    until++;
  return until;
}

/** Does one of this query's own expressions (not of its subqueries) contain an aggregate? */
function hasAggregate(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(hasAggregate);
  if (typeof node !== "object" || node === null || node instanceof Uint8Array || "body" in node) return false;
  if ("kind" in node && node.kind === "call") {
    const call = node as Expression & { kind: "call" };
    if (isAggregate(call.name) && !call.over) return true;
  }
  return Object.values(node).some(hasAggregate);
}

interface SortItem {
  readonly key: Compiled;
  readonly descending: boolean;
}

function compileOrder(
  orderBy: readonly OrderItem[],
  items: readonly OutputItem[],
  columns: readonly ResultColumn[],
  outputs: readonly { readonly compiled: Compiled }[],
  scope: Scope,
  distinct: boolean,
): SortItem[] {
  const selected = new Set(distinct ? items.map((item) => expressionKey(item.expression, scope)) : []);
  return orderBy.map(({ expression, descending }) => {
    const output = outputColumn(expression, columns, scope);
    if (output !== undefined) return { key: outputs[output]!.compiled, descending };
    if (expression.kind === "literal" || expression.kind === "null")
      throw new SqlError(408, "A constant expression was encountered in the ORDER BY list.");
    if (distinct && !selected.has(expressionKey(expression, scope)))
      throw new SqlError(145, "ORDER BY items must appear in the select list if SELECT DISTINCT is specified.", 15);
    return { key: compileExpression(expression, scope), descending };
  });
}

function compileTop(select: Select, orderBy: readonly OrderItem[], scope: Scope) {
  const { count, percent, withTies } = select.top!;
  if (withTies && orderBy.length === 0)
    throw new SqlError(1062, "The TOP N WITH TIES clause is not allowed without a corresponding ORDER BY clause.", 15);
  if (!percent) return { kind: "rows" as const, count: notNegative(rowCount(count, scope)), withTies };
  const share = compileConstant(count, scope);
  return { kind: "percent" as const, count: () => percentage(share.evaluate(noFrame)), withTies };
}

function notNegative(read: () => number): () => number {
  return () => {
    const count = read();
    if (count >= 0) return count;
    throw new SqlError(1060, "A TOP N or FETCH rowcount value may not be negative.", 15);
  };
}

function percentage(value: SqlValue): number {
  const share = Number(value ?? Number.NaN);
  if (share >= 0 && share <= 100) return share;
  throw new SqlError(1031, "Percent values must be between 0 and 100.", 15);
}
