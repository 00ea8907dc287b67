import { condition } from "./condition-parser";
import type { JoinType, TableSource } from "./query";
import { parseAlias, parseQuery, startsQuery } from "./query-parser";
import { notPlayed, type TokenCursor } from "./token-cursor";

/** What follows FROM. */
export function parseFrom(cursor: TokenCursor): TableSource[] {
  return cursor.list(() => parseJoins(cursor));
}

function parseJoins(cursor: TokenCursor): TableSource {
  let left = parseSource(cursor);
  for (let type = takeJoin(cursor); type; type = takeJoin(cursor)) {
    if (!hasCondition(type)) left = { kind: "join", type, left, right: parseSource(cursor) };
    else {
      // `a JOIN b JOIN c ON … ON …` nests to the right.
      const right = parseNested(cursor);
      cursor.expectWord("ON");
      left = { kind: "join", type, left, right, on: condition(cursor) };
    }
  }
  return left;
}

function parseNested(cursor: TokenCursor): TableSource {
  let right = parseSource(cursor);
  while (!cursor.isWord("ON")) {
    const type = takeJoin(cursor);
    if (!type || !hasCondition(type)) throw cursor.unexpected();
    const inner = parseNested(cursor);
    cursor.expectWord("ON");
    right = { kind: "join", type, left: right, right: inner, on: condition(cursor) };
  }
  return right;
}

function hasCondition(type: JoinType): boolean {
  return type !== "cross" && type !== "cross-apply" && type !== "outer-apply";
}

function takeJoin(cursor: TokenCursor): JoinType | undefined {
  if (cursor.takeWords("CROSS", "APPLY")) return "cross-apply";
  if (cursor.takeWords("OUTER", "APPLY")) return "outer-apply";
  if (cursor.isWord("PIVOT", "UNPIVOT")) throw notPlayed("PIVOT");
  if (cursor.takeWords("CROSS")) {
    cursor.expectWord("JOIN");
    return "cross";
  }
  if (cursor.takeWords("JOIN")) return "inner";
  if (cursor.takeWords("INNER")) return joined(cursor, "inner");
  for (const type of ["left", "right", "full"] as const) {
    if (!cursor.takeWords(type.toUpperCase())) continue;
    cursor.takeWords("OUTER");
    return joined(cursor, type);
  }
  return undefined;
}

/** Join hints (LOOP, HASH, MERGE) say how, not what. */
function joined<T>(cursor: TokenCursor, type: T): T {
  if (cursor.isWord("LOOP", "HASH", "MERGE", "REMOTE")) cursor.next();
  cursor.expectWord("JOIN");
  return type;
}

function parseSource(cursor: TokenCursor): TableSource {
  if (cursor.takeSymbol("{")) {
    cursor.expectWord("OJ");
    const inner = parseJoins(cursor);
    cursor.expectSymbol("}");
    return inner;
  }
  if (cursor.isSymbol("(") && cursor.isWordAt(1, "INSERT", "UPDATE", "DELETE", "MERGE"))
    throw notPlayed("A change inside a FROM clause");
  if (!cursor.isSymbol("(")) return parseTable(cursor);
  if (!startsQuery(cursor) && !cursor.isWordAt(1, "VALUES")) {
    cursor.expectSymbol("(");
    const inner = parseJoins(cursor);
    cursor.expectSymbol(")");
    return inner;
  }
  cursor.expectSymbol("(");
  const query = parseQuery(cursor);
  cursor.expectSymbol(")");
  const alias = parseAlias(cursor, false);
  if (alias === undefined) throw cursor.unexpected();
  const columns = cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.name()) : undefined;
  return { kind: "derived", query, alias, columns };
}

function parseTable(cursor: TokenCursor): TableSource {
  if (cursor.current.kind === "variable") throw notPlayed("A table variable");
  if (cursor.isWord("OPENROWSET", "OPENQUERY", "OPENXML", "OPENDATASOURCE", "CONTAINSTABLE", "FREETEXTTABLE"))
    throw notPlayed(cursor.current.text.toUpperCase());
  if (cursor.isSymbol(":")) throw notPlayed("A table-valued function of the system");
  const path = cursor.path();
  if (
    cursor.isSymbol("(") &&
    !cursor.isWordAt(1, "NOLOCK", "READUNCOMMITTED", "UPDLOCK", "HOLDLOCK", "ROWLOCK", "TABLOCK")
  )
    throw notPlayed(`The table-valued function ${path.at(-1)}`);
  takeHints(cursor);
  if (cursor.isWord("TABLESAMPLE")) throw notPlayed("TABLESAMPLE");
  const alias = parseAlias(cursor, false);
  takeHints(cursor);
  return { kind: "table", path, ...(alias !== undefined ? { alias } : {}) };
}

/** WITH (NOLOCK) and its like: nothing is ever locked here. */
export function takeHints(cursor: TokenCursor): void {
  const bare =
    cursor.isSymbol("(") &&
    cursor.isWordAt(1, "NOLOCK", "READUNCOMMITTED", "UPDLOCK", "HOLDLOCK", "ROWLOCK", "TABLOCK");
  const full = cursor.isWord("WITH") && cursor.ahead(1).text === "(";
  if (!bare && !full) return;
  if (full) cursor.next();
  cursor.expectSymbol("(");
  for (let depth = 1; depth > 0; ) {
    const token = cursor.next();
    if (token.kind === "end") throw cursor.unexpected();
    if (token.text === "(" && token.kind === "symbol") depth++;
    if (token.text === ")" && token.kind === "symbol") depth--;
  }
}
