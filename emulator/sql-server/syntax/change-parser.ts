import { type InsertBulk, parseInsertBulk } from "./bulk-parser";
import { condition } from "./condition-parser";
import type { Condition, Expression } from "./expression";
import { parseExpression } from "./expression-parser";
import type { CommonTable } from "./query";
import { parseItem, parseOptions, parseQuery, parseTop, startsQuery } from "./query-parser";
import { compoundOperators } from "./set-parser";
import type { BodyOf, Output } from "./statement";
import { parseFrom, takeHints } from "./table-source-parser";
import { notPlayed, type TokenCursor } from "./token-cursor";

export function parseInsert(cursor: TokenCursor, common: readonly CommonTable[]): BodyOf<"insert"> | InsertBulk {
  cursor.expectWord("INSERT");
  if (cursor.isWord("TOP")) throw notPlayed("INSERT TOP");
  if (cursor.takeWords("BULK")) return parseInsertBulk(cursor);
  cursor.takeWords("INTO");
  const target = changedTable(cursor);
  takeHints(cursor);
  const listsColumns = cursor.isSymbol("(") && !startsQuery(cursor);
  const columns = listsColumns ? cursor.parenthesized(() => cursor.name()) : undefined;
  const output = parseOutput(cursor);
  const insert = { kind: "insert" as const, with: common, target, columns, output };
  if (cursor.takeWords("DEFAULT", "VALUES")) return { ...insert, source: undefined };
  if (cursor.takeWords("VALUES")) {
    const rows = cursor.list(() =>
      cursor.parenthesized(() => (cursor.takeWords("DEFAULT") ? undefined : parseExpression(cursor))),
    );
    return { ...insert, source: { kind: "rows", rows } };
  }
  if (cursor.isWord("EXEC", "EXECUTE")) throw notPlayed("INSERT ... EXEC");
  if (!startsQuery(cursor)) throw cursor.unexpected();
  return { ...insert, source: parseQuery(cursor) };
}

export function parseUpdate(
  cursor: TokenCursor,
  common: readonly CommonTable[],
): BodyOf<"update" | "update-statistics"> {
  cursor.expectWord("UPDATE");
  if (cursor.takeWords("STATISTICS")) return parseUpdateStatistics(cursor);
  const top = parseTop(cursor);
  const target = changedTable(cursor);
  takeHints(cursor);
  cursor.expectWord("SET");
  const assignments = cursor.list(() => parseAssignment(cursor));
  const output = parseOutput(cursor);
  const from = cursor.takeWords("FROM") ? parseFrom(cursor) : [];
  const where = parseWhere(cursor);
  return { kind: "update", with: common, target, top, assignments, from, where, output };
}

/** `table [(names)] [WITH options]`: how a server plans, which nothing here does. */
function parseUpdateStatistics(cursor: TokenCursor): BodyOf<"update-statistics"> {
  const table = cursor.path();
  if (cursor.isSymbol("(")) cursor.parenthesized(() => cursor.name());
  if (cursor.takeWords("WITH"))
    cursor.list(() => {
      cursor.next();
      if (cursor.current.kind === "integer") cursor.next();
      if (cursor.isWord("PERCENT", "ROWS")) cursor.next();
      if (cursor.takeSymbol("=")) cursor.next();
    });
  return { kind: "update-statistics", table };
}

function parseAssignment(cursor: TokenCursor): { column: readonly string[]; value: Expression | undefined } {
  if (cursor.current.kind === "variable") throw notPlayed("UPDATE ... SET @variable");
  const column = cursor.path();
  if (cursor.isSymbol("(")) throw notPlayed(`UPDATE ... SET with the method ${column.at(-1)}`);
  const operator = cursor.current.text;
  if (compoundOperators.has(operator)) {
    cursor.next();
    const left: Expression = { kind: "column", path: column };
    return { column, value: { kind: "binary", operator: operator[0] as "+", left, right: parseExpression(cursor) } };
  }
  cursor.expectSymbol("=");
  return { column, value: cursor.takeWords("DEFAULT") ? undefined : parseExpression(cursor) };
}

export function parseDelete(cursor: TokenCursor, common: readonly CommonTable[]): BodyOf<"delete"> {
  cursor.expectWord("DELETE");
  const top = parseTop(cursor);
  cursor.takeWords("FROM");
  const target = changedTable(cursor);
  takeHints(cursor);
  const output = parseOutput(cursor);
  const from = cursor.takeWords("FROM") ? parseFrom(cursor) : [];
  const where = parseWhere(cursor);
  return { kind: "delete", with: common, target, top, from, where, output };
}

function changedTable(cursor: TokenCursor): string[] {
  if (cursor.current.kind === "variable") throw notPlayed("A table variable");
  if (cursor.isWord("OPENQUERY", "OPENROWSET", "OPENDATASOURCE")) throw notPlayed(cursor.current.text.toUpperCase());
  return cursor.path();
}

function parseWhere(cursor: TokenCursor): Condition | undefined {
  const given = cursor.takeWords("WHERE");
  if (given && cursor.isWord("CURRENT")) throw notPlayed("WHERE CURRENT OF");
  const where = given ? condition(cursor) : undefined;
  parseOptions(cursor);
  return where;
}

function parseOutput(cursor: TokenCursor): Output | undefined {
  if (!cursor.takeWords("OUTPUT")) return undefined;
  const items = cursor.list(() => parseItem(cursor));
  if (cursor.isWord("INTO")) throw notPlayed("OUTPUT ... INTO");
  return { items };
}
