import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import type { BinaryOperator } from "../syntax/expression";
import { notPlayed } from "../syntax/token-cursor";
import { decimalText, unitsOf } from "../values/decimal";
import { family, isNumeric, isText, isUnicode, lengthOf, scaleOf, sized } from "../values/type-rules";
import type { Compiled, Frame } from "./compiled";
import { converted } from "./converted";
import { bitwise, computed, integer } from "./number-arithmetic";
import { operatorNames } from "./operator-names";
import type { Session } from "./session";
import { joinedCollation } from "./sort-key";

/** `left operator right` with SQL Server's types. @throws SqlError 402 or 8117 when the operator does not take them */
export function compileArithmetic(
  operator: BinaryOperator,
  left: Compiled,
  right: Compiled,
  session: Session,
): Compiled {
  if (
    operator === "+" &&
    (isText(left.type) || left.isNull) &&
    (isText(right.type) || right.isNull) &&
    !(left.isNull && right.isNull)
  )
    return concatenation(left, right, session);
  if (operator === "+" && family(left.type) === "binary" && family(right.type) === "binary")
    return joinedBytes(left, right);
  for (const operand of [left, right]) {
    if (["guid", "xml"].includes(family(operand.type)))
      throw new SqlError(
        8117,
        `Operand data type ${operand.type.name} is invalid for ${operatorNames[operator]} operator.`,
      );
  }
  if (isText(left.type) && isText(right.type))
    throw new SqlError(8117, `Operand data type ${left.type.name} is invalid for ${operatorNames[operator]} operator.`);
  if (family(left.type) === "temporal" || family(right.type) === "temporal")
    return dateArithmetic(operator, left, right, session);
  for (const [one, other] of [
    [left, right],
    [right, left],
  ] as const)
    if (family(one.type) === "binary" && !other.isNull && !["integer", "bit"].includes(family(other.type)))
      throw notPlayed("Arithmetic on binary values");
  const numeric = numericOperands(left, right, session);
  return "&|^".includes(operator) ? bitwise(operator, ...numeric) : computed(operator, ...numeric);
}

/** Texts and bytes become the other side's type, a bare NULL too. */
function numericOperands(left: Compiled, right: Compiled, session: Session): [Compiled, Compiled] {
  const adopt = (operand: Compiled, other: Compiled) =>
    operand.isNull || isText(operand.type) || family(operand.type) === "binary"
      ? converted(operand, other.isNull ? { name: "int" } : other.type, session)
      : operand;
  return [adopt(left, right), adopt(right, left)];
}

function concatenation(left: Compiled, right: Compiled, session: Session): Compiled {
  const unicode = isUnicode(left.type) || isUnicode(right.type);
  const total = (left.isNull ? 1 : lengthOf(left.type)) + (right.isNull ? 1 : lengthOf(right.type));
  const type = sized(unicode ? "nvarchar" : "varchar", total);
  // Beyond the 8,000 bytes of a row the result is cut without a word, unless one side is a (max) type.
  const cut =
    type.length === "max"
      ? undefined
      : converted({ type: { ...type, length: "max" }, nullable: true, evaluate: join }, type, session);
  function join(frame: Frame): SqlValue {
    const first = left.evaluate(frame);
    const second = right.evaluate(frame);
    return first === null || second === null ? null : `${first as string}${second as string}`;
  }
  const evaluate = cut && total > Number(type.length) ? cut.evaluate : join;
  return {
    type,
    nullable: left.nullable || right.nullable,
    evaluate,
    ...joinedCollation([left, right], "add"),
  };
}

function joinedBytes(left: Compiled, right: Compiled): Compiled {
  return {
    type: sized("varbinary", lengthOf(left.type) + lengthOf(right.type)),
    nullable: true,
    evaluate(frame) {
      const first = left.evaluate(frame);
      const second = right.evaluate(frame);
      return first === null || second === null
        ? null
        : Uint8Array.from(Buffer.concat([first as Uint8Array, second as Uint8Array]));
    },
  };
}

/** Only the older types count in days: datetime + 1. A text beside one is a date. */
function dateArithmetic(operator: BinaryOperator, first: Compiled, second: Compiled, session: Session): Compiled {
  const asDate = (operand: Compiled, other: Compiled) =>
    isText(operand.type) && !operand.isNull ? converted(operand, other.type, session) : operand;
  const [left, right] = [asDate(first, second), asDate(second, first)];
  return countedInDays(operator, left, right, session);
}

function countedInDays(operator: BinaryOperator, left: Compiled, right: Compiled, session: Session): Compiled {
  const older = (type: SqlType) => type.name === "datetime" || type.name === "smalldatetime";
  const fits = (operand: Compiled) => older(operand.type) || isNumeric(operand.type) || operand.isNull;
  if ((operator !== "+" && operator !== "-") || !fits(left) || !fits(right))
    throw new SqlError(
      402,
      `The data types ${left.type.name} and ${right.type.name} are incompatible in the ${operatorNames[operator]} operator.`,
    );
  const type: SqlType = older(left.type) ? left.type : right.type;
  const asDays = (operand: Compiled) => converted(operand, { name: "float" }, session);
  const sign = operator === "-" ? -1 : 1;
  const [first, second] = [asDays(left), asDays(right)];
  const sum: Compiled = {
    type: { name: "float" },
    nullable: true,
    evaluate(frame) {
      const augend = first.evaluate(frame);
      const addend = second.evaluate(frame);
      return augend === null || addend === null ? null : (augend as number) + sign * (addend as number);
    },
  };
  return converted(sum, type, session);
}

/** `-x`, `+x`, `~x`. */
export function compileUnary(operator: "-" | "+" | "~", operand: Compiled): Compiled {
  if (operator === "+") return operand;
  if (operand.isNull) return operand;
  const { type } = operand;
  if (!isNumeric(type) || type.name === "bit")
    throw new SqlError(
      8117,
      `Operand data type ${type.name} is invalid for ${operator === "-" ? "minus" : "'~'"} operator.`,
    );
  const apply = (value: SqlValue): SqlValue => {
    if (operator === "~") {
      if (family(type) !== "integer")
        throw new SqlError(8117, `Operand data type ${type.name} is invalid for '~' operator.`);
      return integer(type.name === "tinyint" ? 255n - BigInt(value as number) : ~BigInt(value as number), type);
    }
    if (typeof value === "string") return decimalText(-unitsOf(value), scaleOf(type));
    return typeof value === "bigint" ? integer(-value, type) : -(value as number) + 0;
  };
  return {
    type,
    // A literal stays what it is; anything else could overflow.
    nullable: operand.nullable || operand.literalDigits === undefined,
    ...(operand.literalDigits === undefined ? {} : { literalDigits: operand.literalDigits }),
    evaluate(frame) {
      const value = operand.evaluate(frame);
      return value === null ? null : apply(value);
    },
  };
}
