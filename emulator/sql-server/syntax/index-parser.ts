import { conditionText } from "./condition-parser";
import { sortedColumns, takeClustered, takeIndexOptions } from "./table-element-parser";
import type { AlterIndex, CreateIndex, DropIndex } from "./table-syntax";
import { notPlayed, type TokenCursor } from "./token-cursor";

/** Behind CREATE: `[UNIQUE] [CLUSTERED] INDEX name ON t (a, b DESC) [INCLUDE (c)] [WHERE …] [WITH (…)]`. */
export function parseCreateIndex(cursor: TokenCursor): CreateIndex {
  const unique = cursor.takeWords("UNIQUE");
  const clustered = takeClustered(cursor) ?? false;
  cursor.expectWord("INDEX");
  const name = cursor.name();
  cursor.expectWord("ON");
  const table = cursor.path();
  const columns = sortedColumns(cursor);
  const included = cursor.takeWords("INCLUDE") ? cursor.parenthesized(() => cursor.name()) : [];
  const filter = cursor.takeWords("WHERE") ? conditionText(cursor) : undefined;
  if (cursor.isWord("WITH") && hasOption(cursor, "IGNORE_DUP_KEY", "ON")) throw notPlayed("IGNORE_DUP_KEY");
  takeIndexOptions(cursor);
  return { kind: "create-index", name, table, unique, clustered, ...columns, included, filter };
}

/** Behind ALTER INDEX: `name ON t DISABLE`, `REBUILD` or `REORGANIZE`. */
export function parseAlterIndex(cursor: TokenCursor): AlterIndex {
  const name = cursor.takeWords("ALL") ? "all" : cursor.name();
  cursor.expectWord("ON");
  const table = cursor.path();
  const disabled = cursor.takeWords("DISABLE");
  if (!disabled) {
    if (!cursor.takeWords("REBUILD")) throw notPlayed(`ALTER INDEX ... ${cursor.current.text.toUpperCase()}`);
    takeIndexOptions(cursor);
  }
  return { kind: "alter-index", name, table, disabled };
}

/** Behind DROP INDEX: `name ON t`, or `t.name` as it was written before 2005. */
export function parseDropIndex(cursor: TokenCursor): DropIndex {
  const ifExists = cursor.takeWords("IF", "EXISTS");
  const indexes = cursor.list(() => {
    const path = cursor.path();
    if (cursor.takeWords("ON")) return { name: path.at(-1)!, table: cursor.path() };
    if (path.length < 2) throw cursor.unexpected();
    return { name: path.at(-1)!, table: path.slice(0, -1) };
  });
  return { kind: "drop-index", indexes, ifExists };
}

function hasOption(cursor: TokenCursor, name: string, value: string): boolean {
  for (let ahead = 1; cursor.ahead(ahead).text !== ")" && cursor.ahead(ahead).kind !== "end"; ahead++)
    if (cursor.isWordAt(ahead, name)) return cursor.isWordAt(ahead + 2, value);
  return false;
}
