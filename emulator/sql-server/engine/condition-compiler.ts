import { SqlError } from "../../data/sql-error";
import type { SqlValue } from "../../data/sql-value";
import type { ComparisonOperator, Condition, Expression } from "../syntax/expression";
import type { Query } from "../syntax/query";
import { comparison, equalityKey } from "../values/comparison";
import { commonType, family, isText, isUnicode, scaleOf, sized } from "../values/type-rules";
import type { Compiled, Frame, Test } from "./compiled";
import { converted } from "./converted";
import { compileExpression } from "./expression-compiler";
import { likePattern } from "./like";
import { type CompiledQuery, compileSubquery } from "./query-compiler";
import type { Scope } from "./scope";
import { sharedCollation } from "./sort-key";
import { cheapestFirst, conjuncts } from "./source-use";

/** Makes a condition ready. Unknown (null) is neither true nor false, as in SQL. */
export function compileCondition(condition: Condition, scope: Scope): Test {
  switch (condition.kind) {
    case "and": {
      const tests = cheapestFirst(conjuncts(condition)).map((operand) => compileCondition(operand, scope));
      return (frame) => {
        let unknown = false;
        for (const test of tests) {
          const value = test(frame);
          if (value === false) return false;
          if (value === null) unknown = true;
        }
        return unknown ? null : true;
      };
    }
    case "or": {
      const left = compileCondition(condition.left, scope);
      const right = compileCondition(condition.right, scope);
      return (frame) => {
        const first = left(frame);
        if (first === true) return true;
        const second = right(frame);
        return second === true ? true : first === null || second === null ? null : false;
      };
    }
    case "not": {
      const operand = compileCondition(condition.operand, scope);
      return (frame) => {
        const value = operand(frame);
        return value === null ? null : !value;
      };
    }
    case "compare":
      return compare(
        condition.operator,
        compileExpression(condition.left, scope),
        compileExpression(condition.right, scope),
        scope,
      );
    case "is-null": {
      const operand = compileExpression(condition.operand, scope);
      return (frame) => operand.evaluate(frame) === null;
    }
    case "in-list":
      return inList(condition.operand, condition.list, scope);
    case "like":
      return like(condition, scope);
    case "exists": {
      const query = compileSubquery(condition.query, scope);
      return (frame) => query.rows(frame).length > 0;
    }
    case "in-query":
      return quantified("=", "any", compileExpression(condition.operand, scope), condition.query, scope);
    case "quantified":
      return quantified(
        condition.operator,
        condition.quantifier,
        compileExpression(condition.left, scope),
        condition.query,
        scope,
      );
  }
}

const holds: Readonly<Record<ComparisonOperator, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<>": (order) => order !== 0,
  "<": (order) => order < 0,
  ">": (order) => order > 0,
  "<=": (order) => order <= 0,
  ">=": (order) => order >= 0,
};

/** More than any two decimals need together. */
const comparedDigits = 76;

/** Both sides in their common type, and its order. @throws SqlError 402 or 468 when they do not compare */
export function comparable(left: Compiled, right: Compiled, scope: Scope, operation: string) {
  for (const operand of [left, right]) {
    if (["text", "ntext", "image", "xml"].includes(operand.type.name) && !operand.isNull)
      throw new SqlError(
        402,
        `The data types ${left.type.name} and ${right.type.name} are incompatible in the ${operation} operator.`,
      );
  }
  const type = left.isNull ? right.type : right.isNull ? left.type : commonType(left.type, right.type);
  // Comparing cuts nothing: texts keep their lengths, decimals their digits.
  const wide = isText(type)
    ? sized(isUnicode(type) ? "nvarchar" : "varchar", Number.POSITIVE_INFINITY)
    : family(type) === "binary"
      ? sized("varbinary", Number.POSITIVE_INFINITY)
      : family(type) === "decimal"
        ? { ...type, precision: comparedDigits, scale: Math.max(scaleOf(left.type), scaleOf(right.type)) }
        : type;
  const collation = sharedCollation(left, right, scope.session, operation);
  const adapt = (operand: Compiled) =>
    isText(wide) && isText(operand.type) ? operand : converted(operand, wide, scope.session);
  return { type: wide, collation, left: adapt(left), right: adapt(right), order: comparison(wide, collation) };
}

const operationNames: Readonly<Record<ComparisonOperator, string>> = {
  "=": "equal to",
  "<>": "not equal to",
  "<": "less than",
  ">": "greater than",
  "<=": "less than or equal to",
  ">=": "greater than or equal to",
};

function compare(operator: ComparisonOperator, left: Compiled, right: Compiled, scope: Scope): Test {
  if (left.isNull || right.isNull) return () => null;
  const sides = comparable(left, right, scope, operationNames[operator]);
  const test = holds[operator];
  return (frame) => {
    const first = sides.left.evaluate(frame);
    if (first === null) return null;
    const second = sides.right.evaluate(frame);
    return second === null ? null : test(sides.order(first, second));
  };
}

function inList(operand: Expression, list: readonly Expression[], scope: Scope): Test {
  const left = compileExpression(operand, scope);
  const tests = list.map((item) => compare("=", left, compileExpression(item, scope), scope));
  return (frame) => {
    let unknown = false;
    for (const test of tests) {
      const value = test(frame);
      if (value === true) return true;
      if (value === null) unknown = true;
    }
    return unknown ? null : false;
  };
}

function quantified(
  operator: ComparisonOperator,
  quantifier: "all" | "any",
  left: Compiled,
  query: Query,
  scope: Scope,
): Test {
  const compiled = compileSubquery(query, scope);
  const [column, second] = compiled.columns;
  if (!column || second)
    throw new SqlError(
      116,
      "Only one expression can be specified in the select list when the subquery is not introduced with EXISTS.",
    );
  let current: SqlValue = null;
  const right: Compiled = { ...column, evaluate: () => current };
  if (operator === "=" && quantifier === "any" && !compiled.correlated && !left.isNull)
    return membership(left, right, compiled, (value) => (current = value), scope);
  const test = compare(operator, left, right, scope);
  const decides = quantifier === "any";
  return (frame) => {
    let unknown = false;
    for (const row of compiled.rows(frame)) {
      scope.session.work.row();
      current = row[0]!;
      const value = test(frame);
      if (value === decides) return decides;
      if (value === null) unknown = true;
    }
    return unknown ? null : !decides;
  };
}

/** IN over rows that are the same for every row outside: one look into a set. */
function membership(
  left: Compiled,
  right: Compiled,
  query: CompiledQuery,
  hold: (value: SqlValue) => void,
  scope: Scope,
): Test {
  const sides = comparable(left, right, scope, "equal to");
  const key = equalityKey(sides.type, sides.collation);
  let members: Set<string> | undefined;
  let hasNull = false;
  const read = (frame: Frame) => {
    members = new Set();
    for (const [value] of query.rows(frame)) {
      if (value === null) hasNull = true;
      else {
        hold(value!);
        members.add(key(sides.right.evaluate(frame)));
      }
    }
    return members;
  };
  return (frame) => {
    const set = members ?? read(frame);
    if (set.size === 0 && !hasNull) return false;
    const value = sides.left.evaluate(frame);
    if (value === null) return null;
    return set.has(key(value)) ? true : hasNull ? null : false;
  };
}

function like(condition: Condition & { kind: "like" }, scope: Scope): Test {
  const operand = compileExpression(condition.operand, scope);
  const pattern = compileExpression(condition.pattern, scope);
  const escapeCharacter = condition.escape && compileExpression(condition.escape, scope);
  const collation = sharedCollation(operand, pattern, scope.session, "like");
  const asText = (side: Compiled) =>
    isText(side.type) ? side : converted(side, { name: "nvarchar", length: 4000 }, scope.session);
  const [text, wanted] = [asText(operand), asText(pattern)];
  const unicode = isUnicode(text.type) || isUnicode(wanted.type);
  let known: { readonly pattern: string; readonly expression: RegExp } | undefined;
  return (frame) => {
    const value = text.evaluate(frame);
    const sought = wanted.evaluate(frame);
    const escapeValue = escapeCharacter ? escapeCharacter.evaluate(frame) : undefined;
    if (value === null || sought === null || escapeValue === null) return null;
    if (typeof escapeValue === "string" && escapeValue.length !== 1)
      throw new SqlError(506, `The invalid escape character "${escapeValue}" was specified in a LIKE predicate.`);
    if (known?.pattern !== sought)
      known = {
        pattern: sought as string,
        expression: likePattern(sought as string, escapeValue as string | undefined, collation, !unicode),
      };
    return known.expression.test(collation.fold(value as string));
  };
}
