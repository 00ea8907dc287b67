import type { Row, Table } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import type { Expression } from "../../syntax/expression";
import { parseExpression } from "../../syntax/expression-parser";
import type { BodyOf } from "../../syntax/statement";
import { TokenCursor } from "../../syntax/token-cursor";
import type { Compiled } from "../compiled";
import { compileExpression } from "../expression-compiler";
import { ObjectRegistry } from "../object-registry";
import type { Scope } from "../scope";
import { assigned } from "./assignment";
import { changeTarget } from "./change-target";
import { asStatement, type ChangeContext, compileOutput, requireOnce } from "./changed-rows";

/** @returns updates the rows and counts them */
export function compileUpdate(statement: BodyOf<"update">, context: ChangeContext): () => number {
  const { session } = context;
  const target = changeTarget(statement, "UPDATE", context);
  const { database, table, scope } = target;
  const assignments = statement.assignments.map(({ column, value }) => assignment(column.at(-1)!, value, table, scope));
  requireOnce(assignments.map(({ index }) => table.definition.columns[index]!.name));
  const output = compileOutput(statement.output, context, database, table);
  return () => {
    const registry = ObjectRegistry.of(session.view(database));
    const changed = target.rows().map(({ id, row, frame }) => {
      const after = table.definition.columns.map((column, index) =>
        column.type.name === "rowversion" ? registry.nextRowVersion() : (row[index] ?? null),
      );
      for (const { index, value } of assignments) after[index] = value.evaluate(frame);
      return { id, before: row, after: after as Row };
    });
    const { schema, name } = table.definition;
    const rows = changed.map(({ id, after }) => ({ id, row: after }));
    if (changed.length > 0)
      asStatement("UPDATE", () => session.write(database, [{ kind: "update", schema, table: name, rows }]), database);
    output?.(changed);
    return changed.length;
  };
}

function assignment(
  name: string,
  value: Expression | undefined,
  table: Table,
  scope: Scope,
): { index: number; value: Compiled } {
  const index = table.columnIndex(name);
  const column = table.definition.columns[index];
  if (!column) throw new SqlError(207, `Invalid column name '${name}'.`);
  if (column.identity) throw new SqlError(8102, `Cannot update identity column '${column.name}'.`);
  if (column.computed !== undefined)
    throw new SqlError(
      271,
      `The column "${column.name}" cannot be modified because it is either a computed column or is the result of a UNION operator.`,
    );
  if (column.type.name === "rowversion") throw new SqlError(272, "Cannot update a timestamp column.");
  const written =
    value ??
    (column.defaultExpression === undefined
      ? ({ kind: "null" } as const)
      : parseExpression(new TokenCursor(column.defaultExpression)));
  return { index, value: assigned(compileExpression(written, scope), column, table.definition, scope.session) };
}
