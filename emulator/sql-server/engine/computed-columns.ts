import type { Database, Row, Table } from "../../data/database";
import { parseExpression } from "../syntax/expression-parser";
import { TokenCursor } from "../syntax/token-cursor";
import type { Compiled } from "./compiled";
import { converted } from "./converted";
import { compileExpression } from "./expression-compiler";
import { Scope } from "./scope";
import type { Session } from "./session";
import { tableColumns } from "./table-source";

/** Fills in a row's computed columns, which are not stored. Undefined for a table without any. */
export function computedRows(session: Session, database: Database, table: Table): ((row: Row) => Row) | undefined {
  const { columns } = table.definition;
  if (!columns.some((column) => column.computed !== undefined)) return undefined;
  const scope = new Scope(session, new Map(), [
    { names: [table.definition.name], columns: tableColumns(database, table), rows: () => [] },
  ]);
  const expressions = columns.map((column): Compiled | undefined => {
    if (column.computed === undefined) return undefined;
    return converted(compileExpression(parseExpression(new TokenCursor(column.computed)), scope), column.type, session);
  });
  return (row) => {
    const frame = { rows: [row], groups: [], windows: [], outer: undefined };
    return columns.map((_, index) => expressions[index]?.evaluate(frame) ?? row[index] ?? null);
  };
}
