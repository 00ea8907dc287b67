import { notPlayed, type TokenCursor } from "./token-cursor";
import { parseDeclaredType } from "./type-parser";

/** What a client says before it sends rows in a message of their own. */
export interface InsertBulk {
  readonly kind: "insert-bulk";
  readonly target: readonly string[];
  readonly columns: readonly string[];
  /** CHECK_CONSTRAINTS, KEEP_NULLS, FIRE_TRIGGERS; the others say how the server may work. */
  readonly options: ReadonlySet<string>;
}

const known = [
  "CHECK_CONSTRAINTS",
  "FIRE_TRIGGERS",
  "KEEP_NULLS",
  "KEEP_IDENTITY",
  "TABLOCK",
  "ROWS_PER_BATCH",
  "KILOBYTES_PER_BATCH",
  "ORDER",
];

/** Behind INSERT BULK: `table (column type, …) [WITH (option, …)]`. */
export function parseInsertBulk(cursor: TokenCursor): InsertBulk {
  const target = cursor.path();
  const columns = cursor.parenthesized(() => {
    const name = cursor.name();
    parseDeclaredType(cursor);
    if (cursor.takeWords("COLLATE")) cursor.next();
    if (!cursor.takeWords("NOT", "NULL")) cursor.takeWords("NULL");
    return name;
  });
  const options = cursor.takeWords("WITH") ? cursor.parenthesized(() => parseOption(cursor)) : [];
  return { kind: "insert-bulk", target, columns, options: new Set(options) };
}

function parseOption(cursor: TokenCursor): string {
  if (!cursor.isWord(...known)) throw notPlayed(`INSERT BULK ... WITH ${cursor.current.text.toUpperCase()}`);
  const option = cursor.next().text.toUpperCase();
  if (cursor.takeSymbol("=")) cursor.wholeNumber();
  if (option === "ORDER")
    cursor.parenthesized(() => {
      cursor.name();
      if (!cursor.takeWords("ASC")) cursor.takeWords("DESC");
    });
  return option;
}
