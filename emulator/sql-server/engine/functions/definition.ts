import { SqlError } from "../../../data/sql-error";
import type { SqlType, SqlValue } from "../../../data/sql-value";
import type { Expression } from "../../syntax/expression";
import { isText, isUnicode, lengthOf } from "../../values/type-rules";
import type { Compiled } from "../compiled";
import { converted } from "../converted";
import type { Scope } from "../scope";
import type { Session } from "../session";

export interface FunctionCall {
  readonly name: string;
  readonly arguments: readonly Compiled[];
  /** As written: some arguments are words, not values. */
  readonly expressions: readonly Expression[];
  readonly session: Session;
  readonly scope: Scope;
}

export interface FunctionDefinition {
  /** Fewest and most arguments. */
  readonly takes: readonly [number, number];
  /** Major version of SQL Server that brought it. */
  readonly since?: number;
  compile(call: FunctionCall): Compiled;
}

/** Error 174, or 189 for a function that takes more or fewer. */
export function wrongCount(name: string, [least, most]: readonly [number, number]): SqlError {
  const function_ = name.toLowerCase();
  return least === most
    ? new SqlError(174, `The ${function_} function requires ${least} argument(s).`, 15)
    : new SqlError(189, `The ${function_} function requires ${least} to ${most} arguments.`, 15);
}

export type FunctionTable = Readonly<Record<string, FunctionDefinition>>;

/** Arguments converted to types, in their order; the rest stay as they are. */
export function argumentsAs(call: FunctionCall, types: readonly (SqlType | undefined)[]): Compiled[] {
  return call.arguments.map((argument, index) => {
    const type = types[index];
    return type ? converted(argument, type, call.session) : argument;
  });
}

/** A function of values: NULL for any NULL argument. */
export function strict(
  type: SqlType,
  operands: readonly Compiled[],
  apply: (...values: Exclude<SqlValue, null>[]) => SqlValue,
): Compiled {
  const collation = isText(type) ? operands.find((operand) => operand.collation !== undefined)?.collation : undefined;
  return {
    type,
    nullable: true,
    ...(collation === undefined ? {} : { collation }),
    evaluate(frame) {
      const values: Exclude<SqlValue, null>[] = [];
      for (const operand of operands) {
        const value = operand.evaluate(frame);
        if (value === null) return null;
        values.push(value);
      }
      return apply(...values);
    },
  };
}

/** The argument as a text that keeps being Unicode or not; numbers and dates become texts as CONVERT makes them. */
export function textArgument(call: FunctionCall, index: number): Compiled {
  const argument = call.arguments[index]!;
  if (isText(argument.type) && !argument.isNull) {
    if (argument.type.name === "text" || argument.type.name === "ntext")
      return converted(
        argument,
        { name: isUnicode(argument.type) ? "nvarchar" : "varchar", length: "max" },
        call.session,
      );
    return argument;
  }
  if (argument.type.name === "image")
    throw new SqlError(
      8116,
      `Argument data type ${argument.type.name} is invalid for argument ${index + 1} of ${call.name.toLowerCase()} function.`,
    );
  return converted(argument, { name: "varchar", length: 8000 }, call.session);
}

/** varchar or nvarchar like `like`, with another length. */
export function textLike(like: SqlType, length = lengthOf(like)): SqlType {
  const name = isUnicode(like) ? "nvarchar" : "varchar";
  const most = name === "nvarchar" ? 4000 : 8000;
  return { name, length: length > most ? (length === Number.POSITIVE_INFINITY ? "max" : most) : Math.max(1, length) };
}

export const intType: SqlType = { name: "int" };
export const bigintType: SqlType = { name: "bigint" };
export const nameType: SqlType = { name: "nvarchar", length: 128 };
