import { SqlError } from "../../../data/sql-error";
import type { Statement } from "../../syntax/statement";
import type { Steps } from "../control-flow";
import { type CompiledQuery, compileQuery } from "../query-compiler";
import { Scope } from "../scope";
import type { Session } from "../session";
import { requireCollations } from "../sort-key";
import type { ChangeContext } from "./changed-rows";
import type { Outcome } from "./perform";

/** @returns the query, and whether its columns are assigned to variables instead of sent. @throws SqlError 141 for both */
export function compileSelect(
  { query: select }: Statement & { kind: "query" },
  { session, variables }: ChangeContext,
): { readonly compiled: CompiledQuery; readonly assigns: boolean } {
  const items = select.body.kind === "select" ? select.body.items : [];
  const assigns = items.filter((item) => item.kind === "assign").length;
  if (assigns > 0 && assigns < items.length)
    throw new SqlError(
      141,
      "A SELECT statement that assigns a value to a variable must not be combined with data-retrieval operations.",
      15,
    );
  const compiled = compileQuery(select, new Scope(session, variables), false);
  requireCollations(compiled.columns);
  return { compiled, assigns: assigns > 0 };
}

/** What SET ROWCOUNT leaves of them. */
export function limited<T>(rows: T[], { settings: { rowLimit } }: Session): T[] {
  return rowLimit > 0 && rows.length > rowLimit ? rows.slice(0, rowLimit) : rows;
}

/** Computes a SELECT at one moment and sends its rows; others have their turns in between. @throws SqlError of SQL Server */
export function* query(statement: Statement & { kind: "query" }, context: ChangeContext): Steps<Outcome> {
  const { session, sink } = context;
  const { compiled, assigns } = compileSelect(statement, context);
  const rows = limited(session.settings.formatOnly ? [] : compiled.rows(undefined), session);
  if (assigns) return { rowCount: rows.length, assigns: true };
  sink.columns(compiled.columns);
  for (const row of rows) {
    sink.row(row);
    session.work.rowSent();
    yield;
  }
  return { rowCount: rows.length };
}
