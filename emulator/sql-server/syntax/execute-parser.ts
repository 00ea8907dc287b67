import type { Expression } from "./expression";
import { parseExpression } from "./expression-parser";
import { isReserved } from "./keywords";
import { parseLiteral } from "./literal";
import type { BodyOf, ExecuteArgument } from "./statement";
import { notPlayed, type TokenCursor } from "./token-cursor";

type Execute = BodyOf<"execute" | "execute-text">;

/** What follows EXEC: a procedure with its arguments, or a text in parentheses. */
export function parseExecute(cursor: TokenCursor): Execute {
  if (cursor.takeSymbol("(")) {
    const text = parseExpression(cursor);
    if (cursor.isSymbol(",")) throw notPlayed("EXEC of a text with arguments");
    cursor.expectSymbol(")");
    if (cursor.isWord("AS", "AT")) throw notPlayed(`EXEC of a text ${cursor.current.text.toUpperCase()}`);
    return { kind: "execute-text", text };
  }
  if (cursor.isWord("AS")) throw notPlayed("EXECUTE AS");
  if (cursor.current.kind === "variable") throw notPlayed("EXEC with a variable for the procedure or its result");
  const procedure = cursor.path();
  const given = startsArgument(cursor) ? cursor.list(() => argument(cursor)) : [];
  if (cursor.isWord("WITH") && cursor.isWordAt(1, "RESULT")) throw notPlayed("EXEC ... WITH RESULT SETS");
  cursor.takeWords("WITH", "RECOMPILE");
  return { kind: "execute", procedure, arguments: given };
}

function startsArgument(cursor: TokenCursor): boolean {
  const { kind, text } = cursor.current;
  if (kind === "end" || (kind === "symbol" && text !== "-")) return false;
  if (kind !== "word" || text.toUpperCase() === "NULL" || text.toUpperCase() === "DEFAULT") return true;
  const startsStatement =
    cursor.isWord("THROW") ||
    (cursor.isWord("ENABLE", "DISABLE") && cursor.isWordAt(1, "TRIGGER")) ||
    cursor.ahead(1).text === ":";
  return !isReserved(text) && !startsStatement;
}

/** Arguments are literals, variables or bare words, never expressions. */
function argument(cursor: TokenCursor): ExecuteArgument {
  const named = cursor.current.kind === "variable" && cursor.ahead(1).text === "=";
  const name = named ? cursor.variable() : undefined;
  if (named) cursor.expectSymbol("=");
  const value = argumentValue(cursor);
  const output = cursor.takeWords("OUTPUT") || cursor.takeWords("OUT");
  return { name, value, output };
}

function argumentValue(cursor: TokenCursor): Expression {
  if (cursor.isWord("DEFAULT")) throw notPlayed("EXEC with DEFAULT");
  const negative = cursor.takeSymbol("-");
  const literal = parseLiteral(cursor);
  if (literal) return negative ? { kind: "unary", operator: "-", operand: literal } : literal;
  const { kind, text } = cursor.current;
  if (kind === "variable") {
    cursor.next();
    return text.startsWith("@@")
      ? { kind: "system-variable", name: text.toUpperCase() }
      : { kind: "variable", name: text.toLowerCase() };
  }
  const word = cursor.name();
  return { kind: "literal", value: word, type: { name: "nvarchar", length: Math.max(1, word.length) } };
}
