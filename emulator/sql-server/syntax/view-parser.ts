import { SqlError } from "../../data/sql-error";
import { parseQuery } from "./query-parser";
import { notPlayed, type TokenCursor } from "./token-cursor";

export interface CreateView {
  readonly kind: "create-view";
  readonly view: readonly string[];
  readonly columns: readonly string[] | undefined;
  /** The whole statement, and what is behind AS. */
  readonly text: string;
  readonly queryText: string;
}

/**
 * Behind CREATE VIEW: `name [(columns)] AS query`.
 * @param start where CREATE stands
 * @param first is it the first statement of its batch?
 */
export function parseCreateView(cursor: TokenCursor, start: number, first: boolean): CreateView {
  if (!first) throw new SqlError(111, "'CREATE VIEW' must be the first statement in a query batch.", 15);
  const view = cursor.path();
  const columns = cursor.isSymbol("(") ? cursor.parenthesized(() => cursor.name()) : undefined;
  if (cursor.takeWords("WITH")) {
    if (!cursor.isWord("SCHEMABINDING", "VIEW_METADATA", "ENCRYPTION")) throw cursor.unexpected();
    throw notPlayed(`CREATE VIEW ... WITH ${cursor.current.text.toUpperCase()}`);
  }
  cursor.expectWord("AS");
  const from = cursor.current.start;
  parseQuery(cursor);
  const queryText = cursor.textFrom(from);
  if (cursor.isWord("WITH")) throw notPlayed("WITH CHECK OPTION");
  cursor.takeSymbol(";");
  if (cursor.current.kind !== "end") throw cursor.unexpected();
  return { kind: "create-view", view, columns, text: cursor.textFrom(start), queryText };
}
