import { SqlError } from "../../../data/sql-error";
import type { SqlType } from "../../../data/sql-value";
import { notPlayed } from "../../syntax/token-cursor";
import { byteLength, fitText } from "../../values/character-conversion";
import type { Collation } from "../../values/collation";
import { family, isText, isUnicode, lengthOf } from "../../values/type-rules";
import {
  argumentsAs,
  type FunctionCall,
  type FunctionDefinition,
  type FunctionTable,
  intType,
  nameType,
  strict,
  textArgument,
  textLike,
} from "./definition";

import {
  charIndex,
  collationOfCall,
  counted,
  countType,
  invalidLength,
  replace,
  stuff,
  substring,
} from "./text-position";

const int = intType;

/** A function of one text to a text of the same type. */
function mapped(apply: (text: string) => string): FunctionDefinition {
  return {
    takes: [1, 1],
    compile(call) {
      const operand = textArgument(call, 0);
      return strict(textLike(operand.type), [operand], (text) => apply(text as string));
    },
  };
}

/** LEFT and RIGHT. */
function end(side: "left" | "right"): FunctionDefinition {
  return {
    takes: [2, 2],
    compile(call) {
      const operand = textArgument(call, 0);
      const [, count] = argumentsAs(call, [undefined, int]);
      return strict(textLike(operand.type), [operand, count!], (text, wanted) => {
        const length = wanted as number;
        if (length < 0)
          throw side === "left"
            ? invalidLength()
            : new SqlError(536, "Invalid length parameter passed to the right function.", 16, 2);
        const whole = text as string;
        return side === "left" ? whole.slice(0, length) : length === 0 ? "" : whole.slice(-length);
      });
    },
  };
}

export const textFunctions: FunctionTable = {
  LEN: {
    takes: [1, 1],
    compile(call) {
      const operand = textArgument(call, 0);
      const type = countType(operand.type);
      return strict(type, [operand], (text) => counted((text as string).replace(/ +$/, "").length, type));
    },
  },
  DATALENGTH: { takes: [1, 1], compile: dataLength },
  SUBSTRING: { takes: [3, 3], compile: substring },
  LEFT: end("left"),
  RIGHT: end("right"),
  UPPER: mapped((text) => upperCase(text)),
  LOWER: mapped((text) => text.toLowerCase()),
  LTRIM: mapped((text) => text.replace(/^ +/, "")),
  RTRIM: mapped((text) => text.replace(/ +$/, "")),
  TRIM: { ...mapped((text) => text.replace(/^ +| +$/g, "")), since: 14 },
  "TRIM FROM": {
    takes: [2, 2],
    since: 14,
    compile(call) {
      const operand = textArgument(call, 1);
      return strict(textLike(operand.type), [textArgument(call, 0), operand], (characters, text) =>
        trimmed(text as string, characters as string),
      );
    },
  },
  REVERSE: mapped((text) => text.split("").reverse().join("")),
  REPLACE: { takes: [3, 3], compile: replace },
  REPLICATE: {
    takes: [2, 2],
    compile(call) {
      const operand = textArgument(call, 0);
      const type = textLike(operand.type, Math.max(8000, lengthOf(operand.type)));
      const [, count] = argumentsAs(call, [undefined, int]);
      return strict(type, [operand, count!], (text, times) =>
        (times as number) < 0 ? null : repeated(text as string, times as number, type, collationOfCall(call)),
      );
    },
  },
  SPACE: {
    takes: [1, 1],
    compile: (call) =>
      strict({ name: "varchar", length: 8000 }, argumentsAs(call, [int]), (count) =>
        (count as number) < 0 ? null : " ".repeat(Math.min(count as number, 8000)),
      ),
  },
  STUFF: { takes: [4, 4], compile: stuff },
  CHARINDEX: { takes: [2, 3], compile: charIndex },
  ASCII: {
    takes: [1, 1],
    compile: (call) =>
      strict(int, [textArgument(call, 0)], (text) => collationOfCall(call).codePage.encode(text as string)[0] ?? null),
  },
  UNICODE: {
    takes: [1, 1],
    compile: (call) =>
      strict(int, [textArgument(call, 0)], (text) => (text === "" ? null : (text as string).charCodeAt(0))),
  },
  CHAR: {
    takes: [1, 1],
    compile: (call) =>
      strict({ name: "char", length: 1 }, argumentsAs(call, [int]), (code) =>
        (code as number) < 0 || (code as number) > 255
          ? null
          : collationOfCall(call).codePage.decode(Uint8Array.of(code as number)),
      ),
  },
  NCHAR: {
    takes: [1, 1],
    compile: (call) =>
      strict({ name: "nchar", length: 1 }, argumentsAs(call, [int]), (code) =>
        (code as number) < 0 || (code as number) > 65_535 ? null : String.fromCharCode(code as number),
      ),
  },
  QUOTENAME: { takes: [1, 2], compile: quoteName },
  CONCAT: { takes: [2, 254], since: 11, compile: concat },
};

/** More would fill the memory. */
const longestText = 64 * 1024 * 1024;

function repeated(text: string, times: number, type: SqlType, collation: Collation): string {
  const length = text.length * times;
  if (type.length !== "max") return fitText(text.repeat(length > 8000 ? 8000 : times), type, collation);
  if (length > longestText) throw notPlayed(`A text of more than ${longestText} characters`);
  return text.repeat(times);
}

function trimmed(text: string, characters: string): string {
  let [start, end] = [0, text.length];
  while (start < end && characters.includes(text[start]!)) start++;
  while (end > start && characters.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** Letters whose upper case is longer (ß) stay as they are. */
function upperCase(text: string): string {
  const upper = text.toUpperCase();
  if (upper.length === text.length) return upper;
  return [...text]
    .map((letter) => (letter.toUpperCase().length === letter.length ? letter.toUpperCase() : letter))
    .join("");
}

function dataLength(call: FunctionCall) {
  const [operand] = call.arguments;
  const { type } = operand!;
  const result = countType(type);
  const sizes: Readonly<Record<string, number>> = {
    bit: 1,
    tinyint: 1,
    smallint: 2,
    int: 4,
    bigint: 8,
    real: 4,
    float: 8,
    smallmoney: 4,
    money: 8,
    date: 3,
    datetime: 8,
    smalldatetime: 4,
    uniqueidentifier: 16,
  };
  return strict(result, [operand!], (value) => {
    if (value instanceof Uint8Array) return counted(value.length, result);
    if (isText(type) || type.name === "xml")
      return counted(byteLength(value as string, type, collationOfCall(call)), result);
    if (sizes[type.name] !== undefined) return sizes[type.name]!;
    if (family(type) === "decimal")
      return [5, 9, 13, 17][[9, 19, 28].filter((digits) => (type.precision ?? 18) > digits).length]!;
    const fraction = (type.scale ?? 7) < 3 ? 3 : (type.scale ?? 7) < 5 ? 4 : 5;
    return fraction + (type.name === "time" ? 0 : type.name === "datetime2" ? 3 : 5);
  });
}

function quoteName(call: FunctionCall) {
  const operands = argumentsAs(call, [nameType, { name: "nvarchar", length: 1 }]);
  const pairs: Readonly<Record<string, string>> = {
    "[": "[]",
    "]": "[]",
    "'": "''",
    '"': '""',
    "(": "()",
    ")": "()",
    "<": "<>",
    ">": "<>",
    "{": "{}",
    "}": "{}",
    "`": "``",
  };
  return strict({ name: "nvarchar", length: 258 }, operands, (name, quote) => {
    const pair = pairs[(quote as string | undefined) ?? "["];
    if (!pair || (name as string).length > 128) return null;
    return `${pair[0]}${(name as string).replaceAll(pair[1]!, pair[1]! + pair[1]!)}${pair[1]}`;
  });
}

function concat(call: FunctionCall) {
  const operands = call.arguments.map((_, index) => textArgument(call, index));
  const unicode = operands.some((operand) => isUnicode(operand.type));
  const type = textLike(
    { name: unicode ? "nvarchar" : "varchar", length: 1 },
    operands.reduce((sum, operand) => sum + lengthOf(operand.type), 0),
  );
  return {
    type,
    nullable: false,
    evaluate: (frame: Parameters<(typeof operands)[number]["evaluate"]>[0]) =>
      fitText(operands.map((operand) => operand.evaluate(frame) ?? "").join(""), type, collationOfCall(call)),
  };
}
