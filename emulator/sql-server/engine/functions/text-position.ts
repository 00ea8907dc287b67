import { SqlError } from "../../../data/sql-error";
import type { SqlType } from "../../../data/sql-value";
import { fitText } from "../../values/character-conversion";
import { type Collation, collationOf } from "../../values/collation";
import { family, isUnicode, lengthOf } from "../../values/type-rules";
import type { Compiled } from "../compiled";
import { converted } from "../converted";
import { argumentsAs, bigintType, type FunctionCall, intType, strict, textArgument, textLike } from "./definition";

const int = intType;

/** The collation that the call compares under. */
export function collationOfCall(call: FunctionCall): Collation {
  const named = call.arguments.find((argument) => argument.collation !== undefined)?.collation;
  return named === undefined ? call.session.collation : collationOf(named);
}

/** `max` types count in bigint, everything else in int. */
export function countType(type: SqlType): SqlType {
  return lengthOf(type) === Number.POSITIVE_INFINITY ? bigintType : int;
}

export function counted(value: number, type: SqlType): number | bigint {
  return type.name === "bigint" ? BigInt(value) : value;
}

export function invalidLength(): SqlError {
  return new SqlError(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.", 16, 3);
}

/** Where a text stands in another one under a collation, whatever lengths its letters have there: `[start, end)` in the text itself. */
function* occurrences(
  text: string,
  sought: string,
  { fold }: Collation,
  from = 0,
): Generator<readonly [number, number]> {
  const wanted = fold(sought);
  if (wanted === "") return;
  let folded = "";
  const starts: number[] = [];
  let position = from;
  for (const character of text.slice(from)) {
    const part = fold(character);
    for (let index = 0; index < part.length; index++) starts.push(position);
    folded += part;
    position += character.length;
  }
  starts.push(text.length);
  for (let found = folded.indexOf(wanted); found >= 0; found = folded.indexOf(wanted, found + wanted.length))
    yield [starts[found]!, starts[found + wanted.length]!];
}

export function substring(call: FunctionCall): Compiled {
  const [first] = call.arguments;
  const [, from, count] = argumentsAs(call, [undefined, int, int]);
  const cut = (start: number, length: number): [number, number] => {
    if (length < 0) throw invalidLength();
    return [Math.max(0, start - 1), Math.max(0, start - 1 + length)];
  };
  if (family(first!.type) === "binary") {
    const type: SqlType = { name: "varbinary", length: first!.type.length ?? "max" };
    return strict(type, [first!, from!, count!], (bytes, start, length) =>
      (bytes as Uint8Array).slice(...cut(start as number, length as number)),
    );
  }
  const operand = textArgument(call, 0);
  return strict(textLike(operand.type), [operand, from!, count!], (text, start, length) =>
    (text as string).slice(...cut(start as number, length as number)),
  );
}

export function replace(call: FunctionCall): Compiled {
  const operands = [0, 1, 2].map((index) => textArgument(call, index));
  const unicode = operands.some((operand) => isUnicode(operand.type));
  const long = operands.some((operand) => lengthOf(operand.type) === Number.POSITIVE_INFINITY);
  const type: SqlType = { name: unicode ? "nvarchar" : "varchar", length: long ? "max" : unicode ? 4000 : 8000 };
  const collation = collationOfCall(call);
  return strict(type, operands, (text, sought, replacement) => {
    let result = "";
    let position = 0;
    for (const [start, end] of occurrences(text as string, sought as string, collation)) {
      result += (text as string).slice(position, start) + (replacement as string);
      position = end;
    }
    return fitText(result + (text as string).slice(position), type, collation);
  });
}

export function stuff(call: FunctionCall): Compiled {
  const operand = textArgument(call, 0);
  const inserted = textArgument(call, 3);
  const [, from, count] = argumentsAs(call, [undefined, int, int]);
  const unicode = isUnicode(operand.type) || isUnicode(inserted.type);
  const type = textLike(
    { name: unicode ? "nvarchar" : "varchar", length: 1 },
    lengthOf(operand.type) + lengthOf(inserted.type),
  );
  let extra: string | null = null;
  const result = strict(type, [operand, from!, count!], (text, start, length) => {
    const [at, size] = [start as number, length as number];
    if (at < 1 || at > (text as string).length || size < 0) return null;
    return `${(text as string).slice(0, at - 1)}${extra ?? ""}${(text as string).slice(at - 1 + size)}`;
  });
  return {
    ...result,
    // NULL inserts nothing.
    evaluate(frame) {
      extra = inserted.evaluate(frame) as string | null;
      return result.evaluate(frame);
    },
  };
}

export function charIndex(call: FunctionCall): Compiled {
  const collation = collationOfCall(call);
  const [sought, text] = [textArgument(call, 0), textArgument(call, 1)];
  const start = call.arguments[2] ? [converted(call.arguments[2], int, call.session)] : [];
  const type = countType(text.type);
  return strict(type, [sought, text, ...start], (wanted, whole, from) => {
    const offset = Math.max(0, Number(from ?? 1) - 1);
    const [first] = occurrences(whole as string, wanted as string, collation, offset);
    return counted(first ? first[0] + 1 : 0, type);
  });
}
