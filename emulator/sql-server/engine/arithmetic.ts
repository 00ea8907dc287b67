import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import type { BinaryOperator } from "../syntax/expression";
import { notPlayed } from "../syntax/token-cursor";
import { decimalText, divideRounded, fitsPrecision, powerOfTen, unitsOf } from "../values/decimal";
import { inRange, overflow } from "../values/number-conversion";
import {
  commonType,
  decimalType,
  family,
  isNumeric,
  isText,
  isUnicode,
  lengthOf,
  precisionOf,
  scaleOf,
  sized,
} from "../values/type-rules";
import type { Compiled, Frame } from "./compiled";
import { converted } from "./converted";
import type { Session } from "./session";

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
  if (family(left.type) === "binary" || family(right.type) === "binary") throw notPlayed("Arithmetic on binary values");
  const numeric = numericOperands(left, right, session);
  return "&|^".includes(operator) ? bitwise(operator, ...numeric) : computed(operator, ...numeric);
}

const operatorNames: Readonly<Record<BinaryOperator, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "modulo",
  "&": "'&'",
  "|": "'|'",
  "^": "'^'",
};

/** Texts become the other side's type, a bare NULL too. */
function numericOperands(left: Compiled, right: Compiled, session: Session): [Compiled, Compiled] {
  const adopt = (operand: Compiled, other: Compiled) =>
    operand.isNull || isText(operand.type)
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
  const collation = left.collation ?? right.collation;
  const evaluate = cut && total > Number(type.length) ? cut.evaluate : join;
  return { type, nullable: left.nullable || right.nullable, evaluate, ...(collation ? { collation } : {}) };
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

/** Only the older types count in days: datetime + 1. */
function dateArithmetic(operator: BinaryOperator, left: Compiled, right: Compiled, session: Session): Compiled {
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

function bitwise(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  if (![left, right].every((operand) => ["integer", "bit"].includes(family(operand.type))))
    throw new SqlError(
      402,
      `The data types ${left.type.name} and ${right.type.name} are incompatible in the ${operatorNames[operator]} operator.`,
    );
  const type = commonType(left.type, right.type);
  const apply = (first: bigint, second: bigint) =>
    operator === "&" ? first & second : operator === "|" ? first | second : first ^ second;
  return binary(type, left, right, (first, second) =>
    integer(apply(BigInt(first as number), BigInt(second as number)), type),
  );
}

function integer(value: bigint, type: SqlType): SqlValue {
  if (type.name === "bit") return value !== 0n;
  if (!inRange(value, type)) throw overflow(type);
  return type.name === "bigint" ? value : Number(value);
}

function computed(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  const families = [family(left.type), family(right.type)];
  if (families.includes("float")) return floating(operator, left, right);
  if (families.includes("decimal")) return decimal(operator, left, right);
  if (families.includes("money")) return money(operator, left, right);
  const common = commonType(left.type, right.type);
  const type: SqlType = common.name === "bit" ? { name: "int" } : common;
  return binary(type, left, right, (first, second) =>
    integer(whole(operator, BigInt(first as number), BigInt(second as number)), type),
  );
}

/** Integer division cuts; a remainder has the dividend's sign. */
function whole(operator: BinaryOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    default:
      if (right === 0n) throw divideByZero();
      return operator === "/" ? left / right : left % right;
  }
}

function divideByZero(): SqlError {
  return new SqlError(8134, "Divide by zero error encountered.");
}

function floating(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  if (operator === "%")
    throw new SqlError(
      402,
      `The data types ${left.type.name} and ${right.type.name} are incompatible in the modulo operator.`,
    );
  const real = left.type.name === "real" && (right.type.name === "real" || family(right.type) === "integer");
  const type: SqlType = {
    name: real || (right.type.name === "real" && family(left.type) === "integer") ? "real" : "float",
  };
  return binary(type, left, right, (first, second) => {
    const [a, b] = [Number(first), Number(second)];
    if (operator === "/" && b === 0) throw divideByZero();
    const result = operator === "+" ? a + b : operator === "-" ? a - b : operator === "*" ? a * b : a / b;
    if (!Number.isFinite(result)) throw overflow(type);
    return type.name === "real" ? Math.fround(result) : result;
  });
}

function digits(operand: Compiled): { precision: number; scale: number } {
  if (operand.literalDigits !== undefined) return { precision: operand.literalDigits, scale: 0 };
  return { precision: precisionOf(operand.type), scale: scaleOf(operand.type) };
}

/** Precision and scale by the table "Precision, scale, and length". */
function decimal(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  const { precision: p1, scale: s1 } = digits(left);
  const { precision: p2, scale: s2 } = digits(right);
  const scale = Math.max(s1, s2);
  const quotientScale = Math.max(6, s1 + p2 + 1);
  const type =
    operator === "*"
      ? decimalType(p1 + p2 + 1, s1 + s2)
      : operator === "/"
        ? decimalType(p1 - s1 + s2 + quotientScale, quotientScale)
        : operator === "%"
          ? decimalType(Math.min(p1 - s1, p2 - s2) + scale, scale)
          : decimalType(Math.max(p1 - s1, p2 - s2) + scale + 1, scale);
  return binary(type, left, right, (first, second) => {
    const units = combine(operator, exact(first), s1, exact(second), s2, scaleOf(type));
    if (!fitsPrecision(units, precisionOf(type))) throw overflow(type);
    return decimalText(units, scaleOf(type));
  });
}

function exact(value: SqlValue): bigint {
  return typeof value === "string" ? unitsOf(value) : BigInt(value as number);
}

/** The result in units of 10^-scale; decimals lose surplus digits of products by rounding, of quotients by cutting. */
function combine(operator: BinaryOperator, left: bigint, s1: number, right: bigint, s2: number, scale: number): bigint {
  if (operator === "*") return atScale(left * right, s1 + s2, scale);
  if (operator === "/") {
    if (right === 0n) throw divideByZero();
    const shift = scale + s2 - s1;
    return shift >= 0 ? (left * powerOfTen(shift)) / right : left / (right * powerOfTen(-shift));
  }
  const common = Math.max(s1, s2);
  return atScale(whole(operator, left * powerOfTen(common - s1), right * powerOfTen(common - s2)), common, scale);
}

function atScale(units: bigint, from: number, to: number): bigint {
  return from <= to ? units * powerOfTen(to - from) : divideRounded(units, powerOfTen(from - to));
}

function money(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  const type = commonType(left.type, right.type);
  return binary(type, left, right, (first, second) => {
    const units = combine(operator, exact(first), scaleOf(left.type), exact(second), scaleOf(right.type), 4);
    if (!inRange(units, type)) throw overflow(type);
    return decimalText(units, 4);
  });
}

function binary(
  type: SqlType,
  left: Compiled,
  right: Compiled,
  apply: (left: SqlValue, right: SqlValue) => SqlValue,
): Compiled {
  return {
    type,
    nullable: left.nullable || right.nullable,
    evaluate(frame) {
      const first = left.evaluate(frame);
      const second = right.evaluate(frame);
      return first === null || second === null ? null : apply(first, second);
    },
  };
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
    nullable: operand.nullable,
    ...(operand.literalDigits === undefined ? {} : { literalDigits: operand.literalDigits }),
    evaluate(frame) {
      const value = operand.evaluate(frame);
      return value === null ? null : apply(value);
    },
  };
}
