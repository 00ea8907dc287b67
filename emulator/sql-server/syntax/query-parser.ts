import { SqlError } from "../../data/sql-error";
import { condition } from "./condition-parser";
import type { Expression } from "./expression";
import { parseExpression } from "./expression-parser";
import { isReserved } from "./keywords";
import type { CommonTable, OrderItem, Query, QueryBody, Select, SelectItem, Top } from "./query";
import { parseFrom } from "./table-source-parser";
import { checkedName } from "./token";
import { notPlayed, type TokenCursor } from "./token-cursor";

/** Does a SELECT come next, perhaps behind opening parentheses? */
export function startsQuery(cursor: TokenCursor): boolean {
  const depth = openParentheses(cursor);
  return cursor.isWord("WITH") || (cursor.isWordAt(depth, "SELECT") && queriesBetween(cursor, 1, depth));
}

/** The same behind an opening parenthesis: in `((SELECT 1) + 2)` an expression stands there, in `((SELECT 1) UNION SELECT 2)` a query. */
export function startsQueryInside(cursor: TokenCursor): boolean {
  const depth = openParentheses(cursor);
  return cursor.isWord("WITH") || (cursor.isWordAt(depth, "SELECT") && queriesBetween(cursor, 0, depth));
}

function openParentheses(cursor: TokenCursor): number {
  let count = 0;
  while (cursor.ahead(count).text === "(" && cursor.ahead(count).kind === "symbol") count++;
  return count;
}

/** Is what the parentheses from `first` on enclose an operand of a query each time, not of an expression or a list? */
function queriesBetween(cursor: TokenCursor, first: number, depth: number): boolean {
  for (let level = first; level < depth; level++) {
    const behind = cursor.behindParenthesis(level);
    const { kind, text } = cursor.ahead(behind);
    const ends = kind === "end" || (kind === "symbol" && text === ")");
    if (!ends && !cursor.isWordAt(behind, "UNION", "EXCEPT", "INTERSECT", "ORDER", "OPTION", "FOR")) return false;
  }
  return true;
}

export function parseQuery(cursor: TokenCursor, common: readonly CommonTable[] = parseWith(cursor)): Query {
  const body = parseSetOperations(cursor);
  const orderBy = parseOrderBy(cursor);
  const limits = parseOffset(cursor);
  parseOptions(cursor);
  return { with: common, body, orderBy, ...limits };
}

export function parseWith(cursor: TokenCursor): CommonTable[] {
  if (!cursor.takeWords("WITH")) return [];
  if (cursor.isWord("XMLNAMESPACES", "CHANGE_TRACKING_CONTEXT"))
    throw notPlayed(`WITH ${cursor.current.text.toUpperCase()}`);
  return cursor.list(() => {
    const name = cursor.name();
    const columns = cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.name()) : undefined;
    cursor.expectWord("AS");
    cursor.expectSymbol("(");
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { name, columns, query };
  });
}

/** INTERSECT binds tighter than UNION and EXCEPT. */
function parseSetOperations(cursor: TokenCursor): QueryBody {
  let left = parseIntersections(cursor);
  while (cursor.isWord("UNION", "EXCEPT")) {
    const word = cursor.next().text.toUpperCase();
    const operator = word === "EXCEPT" ? "except" : cursor.takeWords("ALL") ? "union-all" : "union";
    left = { kind: "set-operation", operator, left, right: parseIntersections(cursor) };
  }
  return left;
}

function parseIntersections(cursor: TokenCursor): QueryBody {
  let left = parseBody(cursor);
  while (cursor.takeWords("INTERSECT"))
    left = { kind: "set-operation", operator: "intersect", left, right: parseBody(cursor) };
  return left;
}

function parseBody(cursor: TokenCursor): QueryBody {
  if (cursor.takeSymbol("(")) {
    const body = parseSetOperations(cursor);
    cursor.expectSymbol(")");
    return body;
  }
  if (cursor.takeWords("VALUES")) {
    return { kind: "values", rows: cursor.list(() => cursor.parenthesized(() => parseExpression(cursor))) };
  }
  return parseSelect(cursor);
}

function parseSelect(cursor: TokenCursor): Select {
  cursor.expectWord("SELECT");
  const distinct = cursor.takeWords("DISTINCT");
  if (!distinct) cursor.takeWords("ALL");
  const top = parseTop(cursor);
  const items = cursor.list(() => parseItem(cursor));
  if (cursor.isWord("INTO")) throw notPlayed("SELECT ... INTO");
  const from = cursor.takeWords("FROM") ? parseFrom(cursor) : [];
  const where = cursor.takeWords("WHERE") ? condition(cursor) : undefined;
  const groupBy = cursor.takeWords("GROUP", "BY") ? parseGroupBy(cursor) : [];
  const having = cursor.takeWords("HAVING") ? condition(cursor) : undefined;
  if (cursor.isWord("COMPUTE") || (cursor.isWord("WINDOW") && cursor.isWordAt(2, "AS")))
    throw notPlayed(`The clause ${cursor.current.text.toUpperCase()}`);
  if (cursor.isWord("FOR")) throw notPlayed("FOR XML, FOR JSON and FOR BROWSE");
  return {
    kind: "select",
    distinct,
    items,
    from,
    groupBy,
    ...(top && { top }),
    ...(where && { where }),
    ...(having && { having }),
  };
}

function parseGroupBy(cursor: TokenCursor): Expression[] {
  if (cursor.isWord("ALL")) throw notPlayed("GROUP BY ALL");
  if (cursor.isWord("ROLLUP", "CUBE", "GROUPING")) throw notPlayed("ROLLUP, CUBE and GROUPING SETS");
  const list = cursor.list(() => parseExpression(cursor));
  if (cursor.isWord("WITH") && cursor.isWordAt(1, "ROLLUP", "CUBE")) throw notPlayed("ROLLUP, CUBE and GROUPING SETS");
  return list;
}

export function parseTop(cursor: TokenCursor): Top | undefined {
  if (!cursor.takeWords("TOP")) return undefined;
  let count: Expression;
  if (cursor.isSymbol("(") && cursor.isWordAt(1, "SELECT")) count = parseExpression(cursor);
  else if (cursor.takeSymbol("(")) {
    count = parseExpression(cursor);
    cursor.expectSymbol(")");
  } else count = { kind: "literal", value: cursor.wholeNumber(), type: { name: "int" } };
  const percent = cursor.takeWords("PERCENT");
  const withTies = cursor.takeWords("WITH", "TIES");
  return { count, percent, withTies };
}

export function parseItem(cursor: TokenCursor): SelectItem {
  if (cursor.takeSymbol("*")) return { kind: "star", qualifier: [] };
  const qualifier = takeQualifiedStar(cursor);
  if (qualifier) return { kind: "star", qualifier };
  const assigns = cursor.ahead(1).kind === "symbol" && cursor.ahead(1).text === "=";
  if (assigns && cursor.current.kind === "variable") {
    const variable = cursor.variable();
    cursor.next();
    return { kind: "assign", variable, expression: parseExpression(cursor) };
  }
  if (assigns && ["name", "word", "text", "unicode-text"].includes(cursor.current.kind)) {
    const alias = cursor.current.kind.endsWith("text") ? checkedName(cursor.next().text) : cursor.name();
    cursor.next();
    return { kind: "expression", expression: parseExpression(cursor), alias };
  }
  const expression = parseExpression(cursor);
  const alias = parseAlias(cursor, true);
  return { kind: "expression", expression, ...(alias !== undefined ? { alias } : {}) };
}

function takeQualifiedStar(cursor: TokenCursor): string[] | undefined {
  let count = 0;
  while (["word", "name"].includes(cursor.ahead(count).kind) && cursor.ahead(count + 1).text === ".") count += 2;
  const star = cursor.ahead(count);
  if (count === 0 || star.kind !== "symbol" || star.text !== "*") return undefined;
  const parts: string[] = [];
  for (let index = 0; index < count; index += 2) {
    parts.push(cursor.name());
    cursor.expectSymbol(".");
  }
  cursor.next();
  return parts;
}

/** `AS x`, or a bare name that is no keyword. Column aliases may be strings. */
export function parseAlias(cursor: TokenCursor, strings: boolean): string | undefined {
  const explicit = cursor.takeWords("AS");
  const { kind, text } = cursor.current;
  if (strings && (kind === "text" || kind === "unicode-text")) return checkedName(cursor.next().text);
  if (kind === "name" || (kind === "word" && !isReserved(text) && (explicit || !isClause(cursor))))
    return cursor.next().text;
  if (explicit) throw cursor.unexpected();
  return undefined;
}

/** Words that are no reserved words but begin a clause where an alias could stand. */
function isClause(cursor: TokenCursor): boolean {
  if (cursor.isWord("OFFSET")) return !cursor.isWordAt(1, "FROM") && cursor.ahead(1).kind !== "symbol";
  // Only in front of JOIN and APPLY, or where they are statements of their own.
  if (cursor.isWord("WINDOW")) return cursor.isWordAt(2, "AS");
  return cursor.isWord("OUTPUT", "THROW") || (cursor.isWord("LOOP", "HASH") && cursor.isWordAt(1, "JOIN"));
}

export function parseOrderBy(cursor: TokenCursor): OrderItem[] {
  if (!cursor.takeWords("ORDER", "BY")) return [];
  return cursor.list(() => {
    const expression = parseExpression(cursor);
    const descending = cursor.takeWords("DESC");
    if (!descending) cursor.takeWords("ASC");
    return { expression, descending };
  });
}

function parseOffset(cursor: TokenCursor): { offset?: Expression; fetch?: Expression } {
  if (!cursor.takeWords("OFFSET")) return {};
  const offset = parseExpression(cursor);
  if (!cursor.takeWords("ROWS")) cursor.expectWord("ROW");
  if (!cursor.takeWords("FETCH")) return { offset };
  if (!cursor.takeWords("NEXT")) cursor.expectWord("FIRST");
  const fetch = parseExpression(cursor);
  if (!cursor.takeWords("ROWS")) cursor.expectWord("ROW");
  cursor.expectWord("ONLY");
  return { offset, fetch };
}

/** Query hints change how a server works, not what it answers; those that could are refused. */
export function parseOptions(cursor: TokenCursor): void {
  if (!cursor.takeWords("OPTION")) return;
  cursor.expectSymbol("(");
  for (let depth = 1; depth > 0; ) {
    const token = cursor.next();
    if (token.kind === "end") throw new SqlError(102, "Incorrect syntax near 'OPTION'.", 15);
    if (token.kind === "symbol" && token.text === "(") depth++;
    if (token.kind === "symbol" && token.text === ")") depth--;
  }
}
