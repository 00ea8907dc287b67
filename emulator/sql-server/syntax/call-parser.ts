import { condition } from "./condition-parser";
import type { Expression } from "./expression";
import { parseExpression } from "./expression-parser";
import { isReserved } from "./keywords";
import { parseOrderBy } from "./query-parser";
import { notPlayed, type TokenCursor } from "./token-cursor";
import { parseType } from "./type-parser";

/** Reserved words that are functions all the same. */
const reservedFunctions = new Set([
  "UPDATE",
  "COALESCE",
  "NULLIF",
  "LEFT",
  "RIGHT",
  "CONVERT",
  "CURRENT_TIMESTAMP",
  "CURRENT_USER",
  "SESSION_USER",
  "SYSTEM_USER",
  "USER",
]);
const withoutParentheses = new Set(["CURRENT_TIMESTAMP", "CURRENT_USER", "SESSION_USER", "SYSTEM_USER", "USER"]);
/** Their first argument is a word such as `day`. */
const dateParts = new Set(["DATEADD", "DATEDIFF", "DATEDIFF_BIG", "DATEPART", "DATENAME"]);

/** A function call, or undefined when none comes next. */
export function parseCall(cursor: TokenCursor): Expression | undefined {
  const token = cursor.current;
  const name = token.text.toUpperCase();
  if (token.kind === "word" && withoutParentheses.has(name)) {
    cursor.next();
    return functionCall(name, []);
  }
  const isFunction = token.kind === "word" && (!isReserved(name) || reservedFunctions.has(name));
  const opens = cursor.ahead(1).kind === "symbol" && cursor.ahead(1).text === "(";
  if (!isFunction || !opens) return userFunction(cursor);
  cursor.next();
  cursor.expectSymbol("(");
  const expression = parseArguments(cursor, name);
  cursor.expectSymbol(")");
  return expression.kind === "call" ? withWindow(cursor, expression) : expression;
}

/** `dbo.f(…)`: functions of one's own do not exist here. */
function userFunction(cursor: TokenCursor): undefined {
  let count = 0;
  while (["word", "name"].includes(cursor.ahead(count).kind) && cursor.ahead(count + 1).text === ".") count += 2;
  if (count > 0 && ["word", "name"].includes(cursor.ahead(count).kind) && cursor.ahead(count + 1).text === "(")
    throw notPlayed(`The user-defined function ${cursor.ahead(count).text}`);
  return undefined;
}

export function functionCall(name: string, list: readonly Expression[]): Expression & { kind: "call" } {
  return { kind: "call", name, arguments: list, star: false, distinct: false };
}

function parseArguments(cursor: TokenCursor, name: string): Expression {
  if (name === "CAST" || name === "TRY_CAST") {
    const operand = parseExpression(cursor);
    cursor.expectWord("AS");
    return { kind: "convert", type: parseType(cursor, "conversion"), operand, tries: name === "TRY_CAST" };
  }
  if (name === "CONVERT" || name === "TRY_CONVERT") {
    const type = parseType(cursor, "conversion");
    cursor.expectSymbol(",");
    const operand = parseExpression(cursor);
    const style = cursor.takeSymbol(",") ? parseExpression(cursor) : undefined;
    return { kind: "convert", type, operand, tries: name === "TRY_CONVERT", ...(style ? { style } : {}) };
  }
  if (name === "PARSE" || name === "TRY_PARSE") {
    const operand = parseExpression(cursor);
    cursor.expectWord("AS");
    parseType(cursor, "conversion");
    if (cursor.takeWords("USING")) parseExpression(cursor);
    return functionCall(name, [operand]);
  }
  if (name === "IIF") {
    const when = condition(cursor);
    cursor.expectSymbol(",");
    const result = parseExpression(cursor);
    cursor.expectSymbol(",");
    // Kept as a call so that versions before 2012 can refuse it.
    return functionCall("IIF", [{ kind: "case", branches: [{ when, result }], otherwise: parseExpression(cursor) }]);
  }
  if (cursor.isSymbol(")")) return functionCall(name, []);
  if (cursor.takeSymbol("*")) return { ...functionCall(name, []), star: true };
  if (name === "UPDATE") throw notPlayed("UPDATE() of a trigger");
  if (name === "TRIM" && cursor.isWord("LEADING", "TRAILING", "BOTH")) throw notPlayed("TRIM with a side");
  const distinct = cursor.takeWords("DISTINCT");
  if (!distinct) cursor.takeWords("ALL");
  const first: Expression[] = dateParts.has(name) ? [{ kind: "word", text: cursor.next().text.toLowerCase() }] : [];
  if (first.length > 0) cursor.expectSymbol(",");
  const list = [...first, ...cursor.list(() => parseExpression(cursor))];
  if (name === "TRIM" && cursor.takeWords("FROM")) return functionCall("TRIM FROM", [...list, parseExpression(cursor)]);
  return { ...functionCall(name, list), distinct };
}

function withWindow(cursor: TokenCursor, expression: Expression & { kind: "call" }): Expression {
  if (cursor.isWord("WITHIN")) throw notPlayed("WITHIN GROUP");
  if (!cursor.takeWords("OVER")) return expression;
  cursor.expectSymbol("(");
  const partitionBy = cursor.takeWords("PARTITION") ? partition(cursor) : [];
  const orderBy = parseOrderBy(cursor);
  if (cursor.isWord("ROWS", "RANGE")) throw notPlayed("A window frame (ROWS, RANGE)");
  cursor.expectSymbol(")");
  return { ...expression, over: { partitionBy, orderBy } };
}

function partition(cursor: TokenCursor): Expression[] {
  cursor.expectWord("BY");
  return cursor.list(() => parseExpression(cursor));
}
