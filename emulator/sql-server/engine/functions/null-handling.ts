import { SqlError } from "../../../data/sql-error";
import type { SqlValue } from "../../../data/sql-value";
import { equalityKey } from "../../values/comparison";
import { isNumberText } from "../../values/number-conversion";
import { isNumeric, isText } from "../../values/type-rules";
import type { Compiled } from "../compiled";
import { comparable } from "../condition-compiler";
import { converted } from "../converted";
import { toCommonType } from "../expression-compiler";
import { joinedCollation } from "../sort-key";
import { argumentsAs, type FunctionTable, intType, strict } from "./definition";

/** Functions that decide by NULL. */
export const nullFunctions: FunctionTable = {
  ISNULL: {
    takes: [2, 2],
    compile(call) {
      const [first, second] = call.arguments as [Compiled, Compiled];
      // The result has the type of the first argument, which may cut the second.
      const other = first.isNull ? second : converted(second, first.type, call.session);
      return {
        ...first,
        type: first.isNull ? second.type : first.type,
        isNull: false,
        nullable: second.nullable,
        evaluate: (frame) => first.evaluate(frame) ?? other.evaluate(frame),
      };
    },
  },
  COALESCE: {
    takes: [2, 254],
    compile(call) {
      if (call.arguments.every((argument) => argument.isNull))
        throw new SqlError(
          4127,
          "At least one of the arguments to COALESCE must be an expression that is not the NULL constant.",
        );
      const { type, operands } = toCommonType(call.arguments, call.scope);
      return {
        type,
        // As the CASE that it stands for, unlike ISNULL.
        nullable: operands.some((operand) => operand.nullable),
        ...(isText(type) && joinedCollation(call.arguments, "CASE")),
        evaluate(frame) {
          for (const operand of operands) {
            const value = operand.evaluate(frame);
            if (value !== null) return value;
          }
          return null;
        },
      };
    },
  },
  NULLIF: {
    takes: [2, 2],
    compile(call) {
      const [first, second] = call.arguments as [Compiled, Compiled];
      if (first.isNull)
        throw new SqlError(
          4151,
          "The type of the first argument to NULLIF cannot be the NULL constant because the type of the first argument has to be known.",
        );
      if (second.isNull) return { ...first, nullable: true };
      const sides = comparable(first, second, call.scope, "equal to");
      const key = equalityKey(sides.type, sides.collation);
      return {
        ...first,
        nullable: true,
        evaluate(frame): SqlValue {
          const value = first.evaluate(frame);
          const other = sides.right.evaluate(frame);
          return value !== null && other !== null && key(sides.left.evaluate(frame)) === key(other) ? null : value;
        },
      };
    },
  },
  IIF: { takes: [1, 1], since: 11, compile: (call) => call.arguments[0]! },
  CHOOSE: {
    takes: [2, 254],
    since: 11,
    compile(call) {
      const { type, operands } = toCommonType(call.arguments.slice(1), call.scope);
      const [index] = argumentsAs(call, [intType]);
      return {
        type,
        nullable: true,
        evaluate: (frame) => operands[Number(index!.evaluate(frame) ?? 0) - 1]?.evaluate(frame) ?? null,
      };
    },
  },
  ISNUMERIC: {
    takes: [1, 1],
    compile(call) {
      const operand = call.arguments[0]!;
      const test = isText(operand.type)
        ? strict(intType, [operand], (text) => Number(isNumberText(text as string)))
        : strict(intType, [operand], () => Number(isNumeric(operand.type)));
      return { ...test, nullable: false, evaluate: (frame) => test.evaluate(frame) ?? 0 };
    },
  },
};
