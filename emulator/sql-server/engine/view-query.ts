import type { View } from "../../data/schema-object";
import { SqlError } from "../../data/sql-error";
import { parseQuery } from "../syntax/query-parser";
import { TokenCursor } from "../syntax/token-cursor";
import { type CompiledQuery, compileQuery } from "./query-compiler";
import { Scope } from "./scope";
import type { Session } from "./session";
import { requireCollations } from "./sort-key";

/**
 * A view's query over the tables as they are now, under the view's column names.
 * @throws SqlError 4506, 4511 or 8158 for columns without a name, with one name twice, or more or fewer of them than names
 */
export function compileView(view: Pick<View, "name" | "query" | "columns">, session: Session): CompiledQuery {
  const compiled = compileQuery(parseQuery(new TokenCursor(view.query)), new Scope(session, new Map()));
  requireCollations(compiled.columns);
  const { columns: names } = view;
  if (names && names.length !== compiled.columns.length)
    throw new SqlError(
      8158,
      `'${view.name}' has ${compiled.columns.length > names.length ? "more" : "fewer"} columns than were specified in the column list.`,
    );
  const columns = compiled.columns.map((column, index) => ({ ...column, name: names?.[index] ?? column.name }));
  const { fold } = session.collation;
  for (const [index, { name }] of columns.entries()) {
    if (name === "")
      throw new SqlError(
        4511,
        `Create View or Function failed because no column name was specified for column ${index + 1}.`,
      );
    if (columns.findIndex((other) => fold(other.name) === fold(name)) !== index)
      throw new SqlError(
        4506,
        `Column names in each view or function must be unique. Column name '${name}' in view or function '${view.name}' is specified more than once.`,
      );
  }
  return { ...compiled, columns };
}
