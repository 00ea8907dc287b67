import { SqlError } from "../../data/sql-error";
import { functionCall, parseCall } from "./call-parser";
import { parseCondition } from "./condition-parser";
import type { BinaryOperator, CaseBranch, Condition, Expression } from "./expression";
import { isCondition } from "./expression";
import { isReserved } from "./keywords";
import { parseLiteral } from "./literal";
import { parseQuery, startsQueryInside } from "./query-parser";
import { notPlayed, type TokenCursor } from "./token-cursor";

/** @throws SqlError 102 where a condition stands instead */
export function parseExpression(cursor: TokenCursor): Expression {
  const node = parseSum(cursor);
  if (isCondition(node)) throw cursor.unexpected();
  return node;
}

/** Operators from the loosest to the tightest: + - & | ^, then * / %, then signs (Transact-SQL, "Operator precedence"). */
export function parseSum(cursor: TokenCursor): Expression | Condition {
  let left = parseProduct(cursor);
  for (let operator = takeOperator(cursor, "+-&|^"); operator; operator = takeOperator(cursor, "+-&|^")) {
    left = { kind: "binary", operator, left: scalar(cursor, left), right: scalar(cursor, parseProduct(cursor)) };
  }
  return left;
}

function parseProduct(cursor: TokenCursor): Expression | Condition {
  let left = parseSigned(cursor);
  for (let operator = takeOperator(cursor, "*/%"); operator; operator = takeOperator(cursor, "*/%")) {
    left = { kind: "binary", operator, left: scalar(cursor, left), right: scalar(cursor, parseSigned(cursor)) };
  }
  return left;
}

function takeOperator(cursor: TokenCursor, operators: string): BinaryOperator | undefined {
  const { kind, text } = cursor.current;
  if (kind !== "symbol" || text.length !== 1 || !operators.includes(text)) return undefined;
  return cursor.next().text as BinaryOperator;
}

function scalar(cursor: TokenCursor, node: Expression | Condition): Expression {
  if (isCondition(node)) throw cursor.unexpected();
  return node;
}

function parseSigned(cursor: TokenCursor): Expression | Condition {
  for (const operator of ["-", "+", "~"] as const) {
    if (cursor.takeSymbol(operator)) return { kind: "unary", operator, operand: scalar(cursor, parseSigned(cursor)) };
  }
  let node = parsePrimary(cursor);
  for (;;) {
    if (cursor.takeWords("COLLATE"))
      node = { kind: "collate", operand: scalar(cursor, node), collation: cursor.next().text };
    else if (cursor.takeWords("AT", "TIME", "ZONE"))
      node = functionCall("AT TIME ZONE", [scalar(cursor, node), scalar(cursor, parsePrimary(cursor))]);
    // A column's method looks like a function of somebody's own and is named by it.
    else if (cursor.isSymbol(".") || (cursor.isSymbol(":") && cursor.ahead(1).text === ":"))
      throw notPlayed(`The method ${cursor.ahead(cursor.isSymbol(".") ? 1 : 2).text} of a value or a type`);
    else return node;
  }
}

function parsePrimary(cursor: TokenCursor): Expression | Condition {
  const literal = parseLiteral(cursor);
  if (literal) return literal;
  const token = cursor.current;
  if (token.kind === "variable") {
    cursor.next();
    if (token.text.startsWith("@@")) return { kind: "system-variable", name: token.text.toUpperCase() };
    return { kind: "variable", name: token.text.toLowerCase() };
  }
  if (cursor.isSymbol("(")) return parseParentheses(cursor);
  if (cursor.isSymbol("{")) return parseEscape(cursor);
  if (cursor.isWord("CASE")) return parseCase(cursor);
  if (
    cursor.isWord("IDENTITYCOL", "ROWGUIDCOL", "NEXT") &&
    (cursor.current.text.length > 4 || cursor.isWordAt(1, "VALUE"))
  )
    throw notPlayed(token.text.toUpperCase());
  if (cursor.isSymbol("%") && cursor.ahead(1).text === "%") throw notPlayed(`%%${cursor.ahead(2).text}%%`);
  if (cursor.isWord("IDENTITY", "MATCH") && cursor.ahead(1).text === "(") throw notPlayed(token.text.toUpperCase());
  if (token.kind !== "word" && token.kind !== "name") throw cursor.unexpected();
  const call = parseCall(cursor);
  if (call) return call;
  if (token.kind === "word" && isReserved(token.text)) throw cursor.unexpected();
  return { kind: "column", path: cursor.path() };
}

/** ODBC's `{d '…'}`, `{t '…'}` and `{ts '…'}`: datetimes, whatever the session's settings. */
function parseEscape(cursor: TokenCursor): Expression {
  cursor.expectSymbol("{");
  const word = cursor.name().toLowerCase();
  if (!["d", "t", "ts"].includes(word)) throw notPlayed(`The escape {${word} ...}`);
  const operand = parseExpression(cursor);
  cursor.expectSymbol("}");
  return { kind: "convert", type: { name: "datetime" }, operand, tries: false };
}

function parseParentheses(cursor: TokenCursor): Expression | Condition {
  cursor.expectSymbol("(");
  if (startsQueryInside(cursor)) {
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { kind: "subquery", query };
  }
  const inner = parseCondition(cursor, "either");
  cursor.expectSymbol(")");
  return inner;
}

/** Both forms become branches of conditions: `CASE x WHEN 1` is `CASE WHEN x = 1`. */
function parseCase(cursor: TokenCursor): Expression {
  cursor.expectWord("CASE");
  const input = cursor.isWord("WHEN") ? undefined : parseExpression(cursor);
  const branches: CaseBranch[] = [];
  while (cursor.takeWords("WHEN")) {
    const when: Condition = input
      ? { kind: "compare", operator: "=", left: input, right: parseExpression(cursor) }
      : asCondition(parseCondition(cursor, "condition"));
    cursor.expectWord("THEN");
    branches.push({ when, result: parseExpression(cursor) });
  }
  if (branches.length === 0) throw cursor.unexpected();
  const otherwise: Expression = cursor.takeWords("ELSE") ? parseExpression(cursor) : { kind: "null" };
  cursor.expectWord("END");
  return { kind: "case", branches, otherwise };
}

export function asCondition(node: Expression | Condition): Condition {
  if (isCondition(node)) return node;
  throw new SqlError(
    4145,
    "An expression of non-boolean type specified in a context where a condition is expected.",
    15,
  );
}
