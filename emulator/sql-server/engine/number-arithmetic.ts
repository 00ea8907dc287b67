import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import type { BinaryOperator } from "../syntax/expression";
import { overflow } from "../values/conversion-errors";
import { decimalText, divideRounded, fitsPrecision, powerOfTen, unitsOf } from "../values/decimal";
import { inRange } from "../values/number-conversion";
import { commonType, decimalName, family, precisionOf, productType, scaleOf, sumType } from "../values/type-rules";
import type { Compiled } from "./compiled";
import { operatorNames } from "./operator-names";

/** `&`, `|`, `^` of integers. @throws SqlError 402 for other types */
export function bitwise(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  if (![left, right].every((operand) => ["integer", "bit"].includes(family(operand.type))))
    throw incompatible(operator, left, right);
  const type = commonType(left.type, right.type);
  const apply = (first: bigint, second: bigint) =>
    operator === "&" ? first & second : operator === "|" ? first | second : first ^ second;
  return binary(type, left, right, (first, second) =>
    integer(apply(BigInt(first as number), BigInt(second as number)), type),
  );
}

function incompatible(operator: BinaryOperator, left: Compiled, right: Compiled): SqlError {
  return new SqlError(
    402,
    `The data types ${left.type.name} and ${right.type.name} are incompatible in the ${operatorNames[operator]} operator.`,
  );
}

/** A whole number as a value of its type. @throws SqlError 8115 when it does not fit */
export function integer(value: bigint, type: SqlType): SqlValue {
  if (type.name === "bit") return value !== 0n;
  if (!inRange(value, type)) throw overflow(type);
  return type.name === "bigint" ? value : Number(value);
}

/** `+ - * / %` of two numbers. @throws SqlError 402 for types without that operator; evaluating 8115 and 8134 */
export function computed(operator: BinaryOperator, left: Compiled, right: Compiled): Compiled {
  const families = [family(left.type), family(right.type)];
  if (families.includes("float")) return floating(operator, left, right);
  if (families.includes("decimal")) return decimal(operator, left, right);
  if (families.includes("money")) return money(operator, left, right);
  const type = commonType(left.type, right.type);
  if (type.name === "bit") throw incompatible(operator, left, right);
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
  if (operator === "%") throw incompatible(operator, left, right);
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
  const name = decimalName(left.type, right.type);
  const type =
    operator === "*"
      ? productType(name, p1 + p2 + 1, s1 + s2)
      : operator === "/"
        ? productType(name, p1 - s1 + s2 + quotientScale, quotientScale)
        : operator === "%"
          ? sumType(name, Math.min(p1 - s1, p2 - s2), scale, 0)
          : sumType(name, Math.max(p1 - s1, p2 - s2), scale, 1);
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
    // It could overflow, which is NULL under ARITHABORT OFF.
    nullable: true,
    evaluate(frame) {
      const first = left.evaluate(frame);
      const second = right.evaluate(frame);
      return first === null || second === null ? null : apply(first, second);
    },
  };
}
