import { SqlError } from "../../../data/sql-error";
import type { SqlType, SqlValue } from "../../../data/sql-value";
import type { Expression } from "../../syntax/expression";
import type { Statement } from "../../syntax/statement";
import { noFrame } from "../compiled";
import { converted } from "../converted";
import { declaredType } from "../declared-type";
import { compileExpression } from "../expression-compiler";
import { Scope } from "../scope";
import type { Variable, Variables } from "../session";
import { requireCollation } from "../sort-key";
import type { ChangeContext } from "./changed-rows";
import type { StatementContext } from "./perform";

function valueAs(expression: Expression, type: SqlType, { session, variables }: ChangeContext): SqlValue {
  const compiled = compileExpression(expression, new Scope(session, variables));
  requireCollation(compiled, type);
  return converted(compiled, type, session).evaluate(noFrame);
}

/** A new variable. @throws SqlError 134 when the batch has it already */
export function declared(name: string, type: SqlType, variables: Variables): Variable {
  if (!variables.has(name)) return { type, value: null };
  throw new SqlError(
    134,
    `The variable name '${name}' has already been declared. Variable names must be unique within a query batch or stored procedure.`,
    15,
    2,
  );
}

/** @throws SqlError 137 */
export function requireVariable(name: string, variables: Variables): Variable {
  const variable = variables.get(name);
  if (!variable) throw new SqlError(137, `Must declare the scalar variable "${name}".`, 15, 2);
  return variable;
}

/** A DECLARE that a loop passes again assigns its value, and declares nothing twice. */
export function declare(statement: Statement & { kind: "declare" }, context: StatementContext): void {
  const { variables, declaredBy } = context;
  for (const [index, { name, type: written, value }] of statement.variables.entries()) {
    const { type } = declaredType(written, index + 1, context.session);
    const known = declaredBy.get(name) === statement ? variables.get(name) : undefined;
    const variable = known ?? declared(name, type, variables);
    variables.set(name, variable);
    declaredBy.set(name, statement);
    if (value) variable.value = valueAs(value, type, context);
  }
}

export function setVariable(statement: Statement & { kind: "set-variable" }, context: ChangeContext): void {
  const variable = requireVariable(statement.name, context.variables);
  variable.value = valueAs(statement.value, variable.type, context);
}

export function print(statement: Statement & { kind: "print" }, context: ChangeContext): void {
  const text = valueAs(statement.value, { name: "nvarchar", length: 4000 }, context);
  context.sink.message(String(text ?? " "), { number: 0, severity: 0, state: 1, line: statement.line });
}
