import { SqlError } from "../../../data/sql-error";
import type { SqlType, SqlValue } from "../../../data/sql-value";
import { overflow } from "../../values/conversion-errors";
import { decimalText, divideRounded, fitsPrecision, powerOfTen, unitsOf } from "../../values/decimal";
import { inRange } from "../../values/number-conversion";
import { family, isNumeric, isText, precisionOf, scaleOf } from "../../values/type-rules";
import type { Compiled } from "../compiled";
import { converted } from "../converted";
import {
  argumentsAs,
  type FunctionCall,
  type FunctionDefinition,
  type FunctionTable,
  intType,
  strict,
  wrongCount,
} from "./definition";

const float: SqlType = { name: "float" };

/** The argument as a number: texts become float, small integers int. @throws SqlError 8116 for other types */
function numberArgument(call: FunctionCall): Compiled {
  const argument = call.arguments[0]!;
  if (isText(argument.type)) return converted(argument, float, call.session);
  if (!isNumeric(argument.type))
    throw new SqlError(
      8116,
      `Argument data type ${argument.type.name} is invalid for argument 1 of ${call.name.toLowerCase()} function.`,
    );
  if (argument.type.name === "real" || argument.type.name === "bit") return converted(argument, float, call.session);
  if (argument.type.name === "smallmoney") return converted(argument, { name: "money" }, call.session);
  const small = ["tinyint", "smallint"].includes(argument.type.name);
  return small ? converted(argument, intType, call.session) : argument;
}

/** Applies to the units of 10^-scale of an exact number, or to a float. */
function numeric(
  exact: (units: bigint, scale: number) => bigint,
  floating: (value: number) => number,
): FunctionDefinition {
  return {
    takes: [1, 1],
    compile(call) {
      const operand = numberArgument(call);
      return strict(operand.type, [operand], (value) => apply(value, operand.type, exact, floating));
    },
  };
}

/** FLOOR and CEILING, whose decimals have no digits behind the point. */
function toWholeNumber(direction: 1n | -1n, floating: (value: number) => number): FunctionDefinition {
  const inUnits = numeric((units, scale) => toWhole(units, scale, direction), floating);
  return {
    takes: [1, 1],
    compile(call) {
      const whole = inUnits.compile(call);
      return family(whole.type) === "decimal" ? converted(whole, { ...whole.type, scale: 0 }, call.session) : whole;
    },
  };
}

/** POWER, computed as a float, in the type of its first argument. @throws SqlError 232 or 8115 when that does not hold it */
function power(call: FunctionCall): Compiled {
  const { type } = numberArgument(call);
  const operands = argumentsAs(call, [float, float]);
  const result = strict(float, operands, (base, exponent) => {
    const value = (base as number) ** (exponent as number);
    if (Number.isNaN(value) || (base === 0 && (exponent as number) < 0)) throw invalidOperation();
    return value;
  });
  return converted(result, family(type) === "decimal" ? { ...type, precision: 38 } : type, call.session);
}

function invalidOperation(): SqlError {
  return new SqlError(3623, "An invalid floating point operation occurred.");
}

function apply(
  value: SqlValue,
  type: SqlType,
  exact: (units: bigint, scale: number) => bigint,
  floating: (value: number) => number,
): SqlValue {
  if (family(type) === "float") return floating(value as number);
  const scale = scaleOf(type);
  const units = exact(typeof value === "string" ? unitsOf(value) : BigInt(value as number), scale);
  if (family(type) === "decimal") {
    if (!fitsPrecision(units, precisionOf(type))) throw overflow(type);
    return decimalText(units, scale);
  }
  if (!inRange(units, type)) throw overflow(type);
  if (family(type) === "money") return decimalText(units, scale);
  return type.name === "bigint" ? units : Number(units);
}

function toWhole(units: bigint, scale: number, direction: 1n | -1n): bigint {
  const unit = powerOfTen(scale);
  const rest = units % unit;
  if (rest === 0n) return units;
  const toZero = units - rest;
  return rest > 0n === direction > 0n ? toZero + direction * unit : toZero;
}

/** A function of floats. */
function floating(
  compute: (...values: number[]) => number,
  takes: readonly [number, number] = [1, 1],
): FunctionDefinition {
  return {
    takes,
    compile(call) {
      const operands = argumentsAs(call, [float, float]);
      return strict(float, operands, (...values) => {
        const result = compute(...(values as number[]));
        if (!Number.isFinite(result)) throw invalidOperation();
        return result;
      });
    },
  };
}

function round(call: FunctionCall): Compiled {
  const operand = numberArgument(call);
  const [, length, cuts] = argumentsAs(call, [undefined, intType, intType]);
  const operands = cuts ? [operand, length!, cuts] : [operand, length!];
  return strict(operand.type, operands, (value, digits, mode) => {
    const keep = digits as number;
    const cut = mode !== undefined && mode !== 0;
    const exact = (units: bigint, scale: number) => {
      if (keep >= scale) return units;
      const unit = powerOfTen(scale - keep);
      return (cut ? units / unit : divideRounded(units, unit)) * unit;
    };
    return apply(value, operand.type, exact, (number) => roundFloat(number, keep, cut));
  });
}

/** By its decimal digits, so that 2.675 does not become 2.67 by its binary form. */
function roundFloat(value: number, digits: number, cut: boolean): number {
  const shifted = Number(`${value}e${digits}`);
  if (!Number.isFinite(shifted)) return Math.abs(value) < 1 ? 0 : value;
  const whole = cut ? Math.trunc(shifted) : Math.sign(shifted) * Math.round(Math.abs(shifted));
  return Number(`${whole}e${-digits}`);
}

/** LOG with a base came with SQL Server 2012. */
function logarithm(call: FunctionCall): Compiled {
  if (call.arguments.length > 1 && call.session.server.version.major < 11) throw wrongCount(call.name, [1, 1]);
  return floating((value, base) => Math.log(value) / (base === undefined ? 1 : Math.log(base))).compile(call);
}

export const mathFunctions: FunctionTable = {
  ABS: numeric((units) => (units < 0n ? -units : units), Math.abs),
  FLOOR: toWholeNumber(-1n, Math.floor),
  CEILING: toWholeNumber(1n, Math.ceil),
  SIGN: numeric((units, scale) => (units > 0n ? 1n : units < 0n ? -1n : 0n) * powerOfTen(scale), Math.sign),
  ROUND: { takes: [2, 3], compile: round },
  POWER: { takes: [2, 2], compile: power },
  SQRT: floating(Math.sqrt),
  SQUARE: floating((value) => value * value),
  EXP: floating(Math.exp),
  LOG: { takes: [1, 2], compile: logarithm },
  LOG10: floating(Math.log10),
  SIN: floating(Math.sin),
  COS: floating(Math.cos),
  TAN: floating(Math.tan),
  COT: floating((value) => 1 / Math.tan(value)),
  ASIN: floating(Math.asin),
  ACOS: floating(Math.acos),
  ATAN: floating(Math.atan),
  ATN2: floating((y, x) => Math.atan2(y, x!), [2, 2]),
  PI: { takes: [0, 0], compile: () => ({ type: float, nullable: false, evaluate: () => Math.PI }) },
};
