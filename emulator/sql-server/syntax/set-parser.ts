import type { Expression } from "./expression";
import { parseExpression } from "./expression-parser";
import type { BodyOf } from "./statement";
import { notPlayed, type TokenCursor } from "./token-cursor";

/** An operator that assigns what it computes. */
export const compoundOperators: ReadonlySet<string> = new Set(["+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="]);

type Set = BodyOf<"set-variable" | "set-option">;

/** SET @x = …, or session options up to the end of the statement. */
export function parseSet(cursor: TokenCursor): Set {
  cursor.expectWord("SET");
  if (cursor.current.kind === "variable") return parseSetVariable(cursor);
  if (cursor.takeWords("TRANSACTION", "ISOLATION", "LEVEL")) {
    const first = cursor.next().text.toUpperCase();
    const level = first === "READ" || first === "REPEATABLE" ? `${first} ${cursor.next().text.toUpperCase()}` : first;
    return { kind: "set-option", options: ["TRANSACTION ISOLATION LEVEL"], value: level };
  }
  if (cursor.isWord("OFFSETS", "FIPS_FLAGGER")) throw notPlayed(`SET ${cursor.current.text.toUpperCase()}`);
  if (cursor.takeWords("STATISTICS")) {
    cursor.list(() => cursor.next());
    return { kind: "set-option", options: ["STATISTICS"], value: cursor.next().text.toUpperCase() };
  }
  if (cursor.takeWords("IDENTITY_INSERT")) {
    const table = cursor.path();
    return {
      kind: "set-option",
      options: ["IDENTITY_INSERT", table.join(".")],
      value: cursor.next().text.toUpperCase(),
    };
  }
  const options = cursor.list(() => cursor.next().text.toUpperCase());
  const negative = cursor.takeSymbol("-");
  const value = cursor.next().text;
  return { kind: "set-option", options, value: negative ? `-${value}` : value.toUpperCase() };
}

function parseSetVariable(cursor: TokenCursor): Set {
  const name = cursor.variable();
  const operator = cursor.current.text;
  if (compoundOperators.has(operator)) {
    cursor.next();
    const left: Expression = { kind: "variable", name };
    const value: Expression = { kind: "binary", operator: operator[0] as "+", left, right: parseExpression(cursor) };
    return { kind: "set-variable", name, value };
  }
  if (cursor.isSymbol(".")) throw notPlayed("A method of a variable");
  cursor.expectSymbol("=");
  return { kind: "set-variable", name, value: parseExpression(cursor) };
}
