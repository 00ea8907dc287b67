import type { Database } from "../../data/database";
import type { SqlValue } from "../../data/sql-value";
import type { ColumnDefinition, RowCondition } from "../../data/table-definition";
import { definitionText } from "../syntax/definition-text";
import type { ConditionText } from "../syntax/table-syntax";
import { noFrame } from "./compiled";
import { compileCondition } from "./condition-compiler";
import { Scope } from "./scope";
import type { Session } from "./session";
import { resultColumn } from "./table-source";

/** A condition of a table's definition as a test that the store can make. @throws SqlError 207 for a column that the table lacks */
export function rowCondition(
  { condition, text: written }: ConditionText,
  table: { readonly name: string; readonly columns: readonly ColumnDefinition[] },
  database: Database,
  session: Session,
  lists?: "taken-apart",
): RowCondition {
  const columns = table.columns.map((column) => resultColumn(column, database));
  const scope = new Scope(session, new Map(), [{ names: [table.name], columns, rows: () => [] }]);
  const test = compileCondition(condition, scope);
  const used = new Set(columnsIn(condition).map((path) => scope.resolve(path).column));
  return {
    text: definitionText(condition, written, lists),
    columns: [...used].map((index) => columns[index]!.name),
    holds(valueIn) {
      const row = columns.map(({ name }, index): SqlValue => (used.has(index) ? valueIn(name) : null));
      return test({ ...noFrame, rows: [row] });
    },
  };
}

/** The names of all columns that an expression or condition reads. */
export function columnsIn(node: unknown): string[][] {
  if (Array.isArray(node)) return node.flatMap(columnsIn);
  if (typeof node !== "object" || node === null || node instanceof Uint8Array) return [];
  if ("kind" in node && node.kind === "column" && "path" in node) return [node.path as string[]];
  return Object.values(node).flatMap(columnsIn);
}
