import { parseExpression } from "./expression-parser";
import { parseAlterIndex, parseCreateIndex, parseDropIndex } from "./index-parser";
import type { BodyOf } from "./statement";
import { parseTableElement, type TableElement } from "./table-element-parser";
import type { AlterTable, ColumnSyntax, ConstraintSyntax } from "./table-syntax";
import { notPlayed, type TokenCursor } from "./token-cursor";

export function parseCreate(cursor: TokenCursor): BodyOf<"create-table" | "create-index" | "create-database"> {
  cursor.expectWord("CREATE");
  if (cursor.takeWords("TABLE")) {
    const table = cursor.path();
    if (table.at(-1)!.startsWith("#")) throw notPlayed("A temporary table");
    const elements = parseElements(cursor);
    if (cursor.takeWords("ON")) cursor.name();
    return { kind: "create-table", table, ...elements };
  }
  if (startsIndex(cursor)) return parseCreateIndex(cursor);
  if (!cursor.takeWords("DATABASE")) throw notPlayed(`CREATE ${cursor.current.text.toUpperCase()}`);
  const name = cursor.name();
  const collation = cursor.takeWords("COLLATE") ? cursor.next().text : undefined;
  if (cursor.isWord("ON", "LOG", "FOR", "WITH", "CONTAINMENT"))
    throw notPlayed(`CREATE DATABASE ... ${cursor.current.text.toUpperCase()}`);
  return { kind: "create-database", name, collation };
}

function startsIndex(cursor: TokenCursor): boolean {
  return cursor.isWord("INDEX", "UNIQUE", "CLUSTERED", "NONCLUSTERED") && !cursor.isWordAt(1, "COLUMNSTORE");
}

function parseElements(cursor: TokenCursor): { columns: ColumnSyntax[]; constraints: ConstraintSyntax[] } {
  cursor.expectSymbol("(");
  const elements: TableElement[] = [];
  do {
    if (cursor.isSymbol(")")) break;
    elements.push(parseTableElement(cursor));
  } while (cursor.takeSymbol(","));
  cursor.expectSymbol(")");
  return gathered(elements);
}

function gathered(elements: readonly TableElement[]) {
  return {
    columns: elements.flatMap((element) => element.columns),
    constraints: elements.flatMap((element) => element.constraints),
  };
}

export function parseAlter(cursor: TokenCursor): BodyOf<"alter-table" | "alter-index"> {
  cursor.expectWord("ALTER");
  if (cursor.takeWords("INDEX")) return parseAlterIndex(cursor);
  if (!cursor.takeWords("TABLE")) throw notPlayed(`ALTER ${cursor.current.text.toUpperCase()}`);
  const table = cursor.path();
  return { kind: "alter-table", table, change: parseChange(cursor) };
}

function parseChange(cursor: TokenCursor): AlterTable["change"] {
  if (cursor.takeWords("WITH", "CHECK") || cursor.takeWords("WITH", "NOCHECK") || cursor.isWord("ADD")) {
    cursor.expectWord("ADD");
    return { kind: "add", ...gathered(cursor.list(() => parseTableElement(cursor))) };
  }
  if (cursor.takeWords("DROP", "CONSTRAINT")) return { kind: "drop-constraint", name: cursor.name() };
  if (cursor.isWord("ENABLE", "DISABLE") && cursor.isWordAt(1, "TRIGGER")) {
    const enabled = cursor.next().text.toUpperCase() === "ENABLE";
    cursor.next();
    return { kind: "triggers", enabled, names: cursor.takeWords("ALL") ? "all" : cursor.list(() => cursor.name()) };
  }
  throw notPlayed(`ALTER TABLE ... ${cursor.current.text.toUpperCase()} ${cursor.ahead(1).text.toUpperCase()}`);
}

export function parseDrop(cursor: TokenCursor): BodyOf<"drop-table" | "drop-index" | "drop-database"> {
  cursor.expectWord("DROP");
  if (cursor.takeWords("INDEX")) return parseDropIndex(cursor);
  const table = cursor.takeWords("TABLE");
  if (!table && !cursor.takeWords("DATABASE")) throw notPlayed(`DROP ${cursor.current.text.toUpperCase()}`);
  const ifExists = cursor.takeWords("IF", "EXISTS");
  if (table) return { kind: "drop-table", tables: cursor.list(() => cursor.path()), ifExists };
  return { kind: "drop-database", names: cursor.list(() => cursor.name()), ifExists };
}

/** The text of an expression, for definitions that keep it. */
export function expressionText(cursor: TokenCursor): string {
  const start = cursor.current.start;
  parseExpression(cursor);
  return withoutOuterParentheses(cursor.textFrom(start));
}

function withoutOuterParentheses(text: string): string {
  if (!text.startsWith("(") || !text.endsWith(")")) return text;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === "(") depth++;
    if (text[index] === ")") depth--;
    if (depth === 0 && index < text.length - 1) return text;
  }
  return withoutOuterParentheses(text.slice(1, -1).trim());
}
