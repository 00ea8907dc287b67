import type { ComparisonOperator, Condition, Expression } from "./expression";
import { isCondition } from "./expression";
import { asCondition, parseExpression, parseSum } from "./expression-parser";
import { parseQuery, startsQueryInside } from "./query-parser";
import type { ConditionText } from "./table-syntax";
import { notPlayed, type TokenCursor } from "./token-cursor";

/** A condition; inside parentheses it may as well be an expression, which only what follows can tell. */
export function parseCondition(cursor: TokenCursor, wanted: "condition" | "either"): Expression | Condition {
  const node = parseOr(cursor);
  return wanted === "condition" ? asCondition(node) : node;
}

export function condition(cursor: TokenCursor): Condition {
  return asCondition(parseOr(cursor));
}

/** A condition with the text that it was written as. */
export function conditionText(cursor: TokenCursor): ConditionText {
  const { start } = cursor.current;
  return { condition: condition(cursor), text: cursor.textFrom(start) };
}

function parseOr(cursor: TokenCursor): Expression | Condition {
  let left = parseAnd(cursor);
  while (cursor.takeWords("OR")) left = { kind: "or", left: asCondition(left), right: asCondition(parseAnd(cursor)) };
  return left;
}

function parseAnd(cursor: TokenCursor): Expression | Condition {
  let left = parseNot(cursor);
  while (cursor.takeWords("AND")) left = { kind: "and", left: asCondition(left), right: asCondition(parseNot(cursor)) };
  return left;
}

function parseNot(cursor: TokenCursor): Expression | Condition {
  if (cursor.takeWords("NOT")) return { kind: "not", operand: asCondition(parseNot(cursor)) };
  if (cursor.isWord("CONTAINS", "FREETEXT")) throw notPlayed("Full-text search");
  if (!cursor.takeWords("EXISTS")) return parsePredicate(cursor);
  cursor.expectSymbol("(");
  const query = parseQuery(cursor);
  cursor.expectSymbol(")");
  return { kind: "exists", query };
}

function parsePredicate(cursor: TokenCursor): Expression | Condition {
  const left = parseSum(cursor);
  if (isCondition(left)) return left;
  const operator = takeComparison(cursor);
  if (operator) return parseComparison(cursor, left, operator);
  if (cursor.takeWords("IS")) {
    const negated = cursor.takeWords("NOT");
    if (cursor.isWord("DISTINCT")) throw notPlayed("IS DISTINCT FROM");
    cursor.expectWord("NULL");
    return negate({ kind: "is-null", operand: left }, negated);
  }
  const negated = cursor.isWord("NOT") && cursor.isWordAt(1, "IN", "LIKE", "BETWEEN") && cursor.takeWords("NOT");
  if (cursor.takeWords("IN")) return negate(parseIn(cursor, left), negated);
  if (cursor.takeWords("LIKE")) {
    const pattern = parseExpression(cursor);
    const escapeCharacter = cursor.takeWords("ESCAPE") ? parseExpression(cursor) : undefined;
    return negate(
      { kind: "like", operand: left, pattern, ...(escapeCharacter ? { escape: escapeCharacter } : {}) },
      negated,
    );
  }
  if (cursor.takeWords("BETWEEN")) {
    const low = parseExpression(cursor);
    cursor.expectWord("AND");
    const high = parseExpression(cursor);
    const from: Condition = { kind: "compare", operator: ">=", left, right: low };
    return negate({ kind: "and", left: from, right: { kind: "compare", operator: "<=", left, right: high } }, negated);
  }
  return left;
}

function negate(operand: Condition, negated: boolean): Condition {
  return negated ? { kind: "not", operand } : operand;
}

const comparisons: Readonly<Record<string, ComparisonOperator>> = {
  "=": "=",
  "<>": "<>",
  "!=": "<>",
  "<": "<",
  ">": ">",
  "<=": "<=",
  ">=": ">=",
  "!<": ">=",
  "!>": "<=",
};

function takeComparison(cursor: TokenCursor): ComparisonOperator | undefined {
  const { kind, text } = cursor.current;
  const operator = kind === "symbol" ? comparisons[text] : undefined;
  if (operator) cursor.next();
  return operator;
}

function parseComparison(cursor: TokenCursor, left: Expression, operator: ComparisonOperator): Condition {
  if (cursor.isWord("ALL", "ANY", "SOME") && cursor.ahead(1).text === "(") {
    const quantifier = cursor.next().text.toUpperCase() === "ALL" ? "all" : "any";
    cursor.expectSymbol("(");
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { kind: "quantified", operator, quantifier, left, query };
  }
  return { kind: "compare", operator, left, right: parseExpression(cursor) };
}

function parseIn(cursor: TokenCursor, operand: Expression): Condition {
  cursor.expectSymbol("(");
  if (startsQueryInside(cursor)) {
    const query = parseQuery(cursor);
    cursor.expectSymbol(")");
    return { kind: "in-query", operand, query };
  }
  const list = cursor.list(() => parseExpression(cursor));
  cursor.expectSymbol(")");
  return { kind: "in-list", operand, list };
}
