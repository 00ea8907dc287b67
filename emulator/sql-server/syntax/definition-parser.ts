import { parseExpression } from "./expression-parser";
import { parseAlterIndex, parseCreateIndex, parseDropIndex } from "./index-parser";
import { parseCreateSchema, parseCreateType } from "./schema-parser";
import type { BodyOf } from "./statement";
import {
  parseAlteredColumn,
  parseTableElement,
  type TableElement,
  takeIndexOptions,
  takePlace,
} from "./table-element-parser";
import type { AlterTable, ColumnSyntax, ConstraintSyntax, DroppedElement } from "./table-syntax";
import { notPlayed, type TokenCursor } from "./token-cursor";
import { parseCreateView } from "./view-parser";

export function parseCreate(
  cursor: TokenCursor,
  first: boolean,
): BodyOf<
  | "create-table"
  | "create-index"
  | "create-view"
  | "create-synonym"
  | "create-database"
  | "create-schema"
  | "create-type"
> {
  const { start } = cursor.current;
  cursor.expectWord("CREATE");
  if (cursor.takeWords("VIEW")) return parseCreateView(cursor, start, first);
  if (cursor.takeWords("SCHEMA")) return parseCreateSchema(cursor, first);
  if (cursor.takeWords("TYPE")) return parseCreateType(cursor);
  if (cursor.takeWords("SYNONYM")) {
    const synonym = cursor.path();
    cursor.expectWord("FOR");
    return { kind: "create-synonym", synonym, target: cursor.path() };
  }
  if (cursor.takeWords("TABLE")) {
    const table = cursor.path();
    if (table.at(-1)!.startsWith("#")) throw notPlayed("A temporary table");
    if (cursor.isWord("AS")) throw notPlayed("CREATE TABLE ... AS");
    const elements = parseElements(cursor);
    takePlace(cursor);
    if (cursor.takeWords("TEXTIMAGE_ON")) cursor.name();
    if (cursor.isWord("WITH", "AS", "FILESTREAM_ON") && !startsCommonTable(cursor))
      throw notPlayed(`CREATE TABLE ... ${cursor.current.text.toUpperCase()}`);
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

/** A query with common tables may follow without a semicolon in front. */
function startsCommonTable(cursor: TokenCursor): boolean {
  return cursor.isWord("WITH") && cursor.ahead(1).text !== "(";
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
  const checked = cursor.takeWords("WITH", "CHECK");
  const unchecked = !checked && cursor.takeWords("WITH", "NOCHECK");
  if (cursor.takeWords("ADD"))
    return { kind: "add", ...gathered(cursor.list(() => parseTableElement(cursor))), unchecked };
  if (cursor.isWord("CHECK", "NOCHECK") && cursor.isWordAt(1, "CONSTRAINT")) {
    const enabled = cursor.next().text.toUpperCase() === "CHECK";
    cursor.expectWord("CONSTRAINT");
    return { kind: "constraints", names: namesOrAll(cursor), enabled, checked };
  }
  if (checked || unchecked) throw cursor.unexpected();
  if (cursor.takeWords("DROP")) return { kind: "drop", dropped: parseDropped(cursor) };
  if (cursor.takeWords("ALTER", "COLUMN")) return { kind: "alter-column", column: parseAlteredColumn(cursor) };
  if (cursor.isWord("ENABLE", "DISABLE") && cursor.isWordAt(1, "TRIGGER")) {
    const enabled = cursor.next().text.toUpperCase() === "ENABLE";
    cursor.next();
    return { kind: "triggers", enabled, names: namesOrAll(cursor) };
  }
  throw notPlayed(`ALTER TABLE ... ${cursor.current.text.toUpperCase()} ${cursor.ahead(1).text.toUpperCase()}`);
}

/** `[CONSTRAINT] a, b, COLUMN c`: each word counts until the next one. */
function parseDropped(cursor: TokenCursor): DroppedElement[] {
  let what: DroppedElement["what"] = "constraint";
  let ifExists = false;
  return cursor.list(() => {
    if (cursor.isWord("CONSTRAINT", "COLUMN")) {
      what = cursor.next().text.toUpperCase() === "COLUMN" ? "column" : "constraint";
      ifExists = cursor.takeWords("IF", "EXISTS");
    } else if (cursor.takeWords("IF", "EXISTS")) ifExists = true;
    const name = cursor.name();
    if (cursor.isWord("WITH") && cursor.ahead(1).text === "(") takeIndexOptions(cursor);
    return { what, name, ifExists };
  });
}

function namesOrAll(cursor: TokenCursor): string[] | "all" {
  return cursor.takeWords("ALL") ? "all" : cursor.list(() => cursor.name());
}

export function parseDrop(
  cursor: TokenCursor,
): BodyOf<"drop-table" | "drop-index" | "drop-objects" | "drop-database" | "drop-schema" | "drop-type"> {
  cursor.expectWord("DROP");
  if (cursor.takeWords("INDEX")) return parseDropIndex(cursor);
  if (cursor.isWord("VIEW", "SYNONYM", "PROC", "PROCEDURE")) {
    const word = cursor.next().text.toLowerCase();
    const what = word === "view" || word === "synonym" ? word : "procedure";
    const ifExists = cursor.takeWords("IF", "EXISTS");
    return { kind: "drop-objects", what, paths: cursor.list(() => cursor.path()), ifExists };
  }
  if (cursor.isWord("SCHEMA", "TYPE")) {
    const kind = cursor.next().text.toUpperCase() === "SCHEMA" ? "drop-schema" : "drop-type";
    return { kind, ifExists: cursor.takeWords("IF", "EXISTS"), path: cursor.path() };
  }
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
