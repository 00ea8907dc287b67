import { SqlError } from "../../data/sql-error";
import type { Expression } from "../syntax/expression";
import type { SelectItem } from "../syntax/query";
import type { Compiled, ResultColumn } from "./compiled";
import { converted } from "./converted";
import { compileExpression } from "./expression-compiler";
import { matches, type Scope } from "./scope";
import { requireCollation } from "./sort-key";

/** An entry of a select list that is no star. */
export type OutputItem = Exclude<SelectItem, { kind: "star" }>;

/** Every `*` as the columns that it stands for. */
export function expandStars(items: readonly SelectItem[], scope: Scope): OutputItem[] {
  return items.flatMap((item) => {
    if (item.kind !== "star") return [item];
    const { fold } = scope.session.collation;
    const sources = scope.sources.filter((source) => matches(source.names, item.qualifier, fold));
    if (sources.length === 0) {
      if (item.qualifier.length === 0) throw new SqlError(263, "Must specify table to select from.", 16);
      throw new SqlError(
        107,
        `The column prefix '${item.qualifier.join(".")}' does not match with a table name or alias name used in the query.`,
        15,
      );
    }
    return sources.flatMap((source) =>
      source.columns.map((column) => {
        const expression: Expression = { kind: "column", path: [...source.names, column.name] };
        return { kind: "expression" as const, expression, alias: column.name };
      }),
    );
  });
}

export function compileItem(item: OutputItem, scope: Scope): { compiled: Compiled; column: ResultColumn } {
  const compiled = compileExpression(item.expression, scope);
  if (item.kind === "assign")
    return {
      compiled: assignment(item.variable, compiled, scope),
      column: { name: "", type: compiled.type, nullable: true },
    };
  const { type, nullable, collation, collates, conflict, isNull } = compiled;
  const stored = item.expression.kind === "column" ? compiled.stored : undefined;
  const name = item.alias ?? (item.expression.kind === "column" ? item.expression.path.at(-1)! : "");
  return {
    compiled,
    column: {
      name,
      type,
      nullable,
      ...(collation === undefined ? {} : { collation }),
      ...(collates ? { collates } : {}),
      ...(conflict && { conflict }),
      ...(isNull ? { isNull } : {}),
      ...(stored && { stored }),
    },
  };
}

/** SELECT @x = … sets the variable for each row; the last one stays. */
function assignment(name: string, compiled: Compiled, scope: Scope): Compiled {
  const variable = scope.variables.get(name);
  if (!variable) throw new SqlError(137, `Must declare the scalar variable "${name}".`, 15, 2);
  requireCollation(compiled, variable.type);
  const fitting = converted(compiled, variable.type, scope.session);
  return {
    ...fitting,
    evaluate(frame) {
      variable.value = fitting.evaluate(frame);
      return variable.value;
    },
  };
}
