import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import type { Expression } from "../syntax/expression";
import type { Query } from "../syntax/query";
import { isNotPlayed } from "../syntax/token-cursor";
import { fitText } from "../values/character-conversion";
import { commonType, declared, family, isText } from "../values/type-rules";
import { isAggregate } from "./aggregate";
import { compileArithmetic, compileUnary } from "./arithmetic";
import { type Compiled, constant, type Frame, noFrame } from "./compiled";
import { compileCondition } from "./condition-compiler";
import { converted } from "./converted";
import { compileFunction } from "./functions/registry";
import { requireCollation } from "./known-collation";
import { compileSubquery } from "./query-compiler";
import { Scope } from "./scope";
import { joinedCollation, requireCollations } from "./sort-key";
import { systemVariable } from "./system-variable";

/** Makes an expression ready for the rows of `scope`. @throws SqlError for names, types and versions that do not fit */
export function compileExpression(expression: Expression, scope: Scope): Compiled {
  const grouped = scope.grouping?.key(expression, scope);
  if (grouped) return grouped;
  const { session } = scope;
  switch (expression.kind) {
    case "literal":
      return compileLiteral(expression.value, expression.type, scope);
    case "null":
      return { ...constant({ name: "int" }, null), isNull: true };
    case "column":
      return compileColumn(expression.path, scope);
    case "variable": {
      const variable = scope.variables.get(expression.name);
      if (!variable) throw new SqlError(137, `Must declare the scalar variable "${expression.name}".`, 15, 2);
      return { type: variable.type, nullable: true, evaluate: () => variable.value };
    }
    case "system-variable":
      return systemVariable(expression.name, session);
    case "unary":
      return compileUnary(expression.operator, compileExpression(expression.operand, scope));
    case "binary": {
      const left = compileExpression(expression.left, scope);
      return compileArithmetic(expression.operator, left, compileExpression(expression.right, scope), session);
    }
    case "case":
      return compileCase(expression, scope);
    case "convert":
      return compileConvert(expression, scope);
    case "call":
      return compileCall(expression, scope);
    case "collate":
      return compileCollate(compileExpression(expression.operand, scope), expression.collation, scope);
    case "subquery":
      return scalarSubquery(expression.query, scope);
    case "word":
      throw new SqlError(207, `Invalid column name '${expression.text}'.`);
  }
}

function compileLiteral(value: SqlValue, type: SqlType, scope: Scope): Compiled {
  // A literal without N passes through the code page of the database.
  if (type.name === "varchar")
    return constant(type, fitText(value as string, { name: "varchar", length: "max" }, scope.session.collation));
  const compiled = constant(type, value);
  return type.name === "int" ? { ...compiled, literalDigits: String(value).length } : compiled;
}

function compileColumn(path: readonly string[], scope: Scope): Compiled {
  const resolved = scope.resolve(path);
  const { depth, source, column, definition } = resolved;
  const { type, nullable, collation, stored } = definition;
  const properties = { type, nullable, ...(collation === undefined ? {} : { collation }), ...(stored && { stored }) };
  if (resolved.scope.grouping) {
    const slot = resolved.scope.grouping.column(resolved);
    return { ...properties, evaluate: (frame) => outward(frame, depth).groups[slot]! };
  }
  if (depth === 0) return { ...properties, evaluate: (frame) => frame.rows[source]?.[column] ?? null };
  return { ...properties, evaluate: (frame) => outward(frame, depth).rows[source]?.[column] ?? null };
}

function outward(frame: Frame, depth: number): Frame {
  let found = frame;
  for (let steps = depth; steps > 0; steps--) found = found.outer!;
  return found;
}

/** Expressions brought to their common type, as CASE, COALESCE and set operations do. */
export function toCommonType(
  operands: readonly Compiled[],
  scope: Scope,
): { readonly type: SqlType; readonly operands: Compiled[] } {
  const typed = operands.filter((operand) => !operand.isNull);
  const type = typed
    .map((operand) => operand.type)
    .reduce<SqlType | undefined>((common, next) => (common ? commonType(common, next) : next), undefined) ?? {
    name: "int",
  };
  return { type, operands: operands.map((operand) => converted(operand, type, scope.session)) };
}

function compileCase(expression: Expression & { kind: "case" }, scope: Scope): Compiled {
  const tests = expression.branches.map((branch) => compileCondition(branch.when, scope));
  const results = [...expression.branches.map((branch) => branch.result), expression.otherwise].map((result) =>
    compileExpression(result, scope),
  );
  if (results.every((result) => result.isNull))
    throw new SqlError(
      8133,
      "At least one of the result expressions in a CASE specification must be an expression other than the NULL constant.",
    );
  const { type, operands } = toCommonType(results, scope);
  return {
    type,
    nullable: results.some((result) => result.nullable),
    ...(isText(type) && joinedCollation(results, "CASE")),
    evaluate(frame) {
      for (const [index, test] of tests.entries()) if (test(frame)) return operands[index]!.evaluate(frame);
      return operands.at(-1)!.evaluate(frame);
    },
  };
}

function compileConvert(expression: Expression & { kind: "convert" }, scope: Scope): Compiled {
  if (expression.tries) scope.session.server.requireVersion(11, "TRY_CONVERT", "function");
  const operand = compileExpression(expression.operand, scope);
  const style = expression.style && constantValue(expression.style, scope);
  if (style === null) return constant(expression.type, null);
  if (style === 3 && family(operand.type) === "float") scope.session.server.requireVersion(13, "style 3", "syntax");
  const plain = converted(operand, expression.type, scope.session, style === undefined ? undefined : Number(style));
  const result = { ...plain, nullable: plain.nullable || declared(operand.type) !== declared(expression.type) };
  // A bound such as CONVERT(INT, @after) is the same for every row.
  if (!expression.tries) return expression.operand.kind === "variable" ? remembering(result, operand) : result;
  return {
    ...result,
    nullable: true,
    evaluate(frame) {
      const value = operand.evaluate(frame);
      try {
        return value === null ? null : result.evaluate(frame);
      } catch (error) {
        if (isNotPlayed(error) || !(error instanceof SqlError)) throw error;
        return null;
      }
    },
  };
}

/** Computes again only when the operand's value is another one. */
function remembering(result: Compiled, operand: Compiled): Compiled {
  let known: { readonly of: SqlValue; readonly value: SqlValue } | undefined;
  return {
    ...result,
    evaluate(frame) {
      const of = operand.evaluate(frame);
      if (known === undefined || known.of !== of) known = { of, value: result.evaluate(frame) };
      return known.value;
    },
  };
}

/** An expression that depends on no row: styles, TOP, defaults. */
export function compileConstant(expression: Expression, scope: Scope): Compiled {
  return compileExpression(expression, new Scope(scope.session, scope.variables));
}

export function constantValue(expression: Expression, scope: Scope): SqlValue {
  return compileConstant(expression, scope).evaluate(noFrame);
}

function compileCall(call: Expression & { kind: "call" }, scope: Scope): Compiled {
  if (call.over) {
    if (!scope.windows)
      throw new SqlError(4108, "Windowed functions can only appear in the SELECT or ORDER BY clauses.", 15);
    return scope.windows.add(call);
  }
  if (isAggregate(call.name)) {
    if (!scope.grouping)
      throw new SqlError(
        147,
        "An aggregate may not appear in the WHERE clause unless it is in a subquery contained in a HAVING clause or a select list, and the column being aggregated is an outer reference.",
        15,
      );
    return scope.grouping.aggregate(call);
  }
  return compileFunction(call, scope);
}

function compileCollate(operand: Compiled, name: string, scope: Scope): Compiled {
  if (!isText(operand.type) && !operand.isNull)
    throw new SqlError(447, `Expression type ${operand.type.name} is invalid for COLLATE clause.`);
  const wanted = name.toLowerCase();
  const { conflict: _, ...plain } = operand;
  if (wanted === "database_default" || wanted === "catalog_default")
    return { ...plain, collation: scope.session.database.collation, collates: true };
  requireCollation(name);
  return { ...plain, collation: name, collates: true };
}

function scalarSubquery(query: Query, scope: Scope): Compiled {
  const compiled = compileSubquery(query, scope);
  const [column, second] = compiled.columns;
  if (!column || second)
    throw new SqlError(
      116,
      "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
    );
  requireCollations([column]);
  return {
    type: column.type,
    nullable: true,
    ...(column.collation === undefined ? {} : { collation: column.collation }),
    evaluate(frame) {
      const rows = compiled.rows(frame);
      if (rows.length > 1)
        throw new SqlError(
          512,
          "Subquery returned more than 1 value. This is not permitted when the subquery follows =, !=, <, <= , >, >= or when the subquery is used as an expression.",
        );
      return rows[0]?.[0] ?? null;
    },
  };
}
