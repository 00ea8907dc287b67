import { SqlError } from "../../../data/sql-error";
import type { Expression } from "../../syntax/expression";
import { notPlayed } from "../../syntax/token-cursor";
import type { Compiled } from "../compiled";
import { compileExpression } from "../expression-compiler";
import type { Scope } from "../scope";
import { isRanking } from "../window";
import { dateFunctions } from "./date";
import { type FunctionTable, wrongCount } from "./definition";
import { errorFunctions } from "./error-information";
import { hashFunctions } from "./hash";
import { knownElsewhere } from "./known-elsewhere";
import { mathFunctions } from "./math";
import { metadataFunctions } from "./metadata";
import { nullFunctions } from "./null-handling";
import { textFunctions } from "./text";

const all: FunctionTable = {
  ...dateFunctions,
  ...errorFunctions,
  ...hashFunctions,
  ...mathFunctions,
  ...metadataFunctions,
  ...nullFunctions,
  ...textFunctions,
};

/** Their first argument is a word, not a value. */
const withDatePart = new Set(["DATEADD", "DATEDIFF", "DATEDIFF_BIG", "DATEPART", "DATENAME"]);

/** @throws SqlError 195 for a function that this version does not have, 174 or 189 for a wrong number of arguments */
export function compileFunction(call: Expression & { kind: "call" }, scope: Scope): Compiled {
  const { session } = scope;
  if (isRanking(call.name)) throw new SqlError(10753, `The function '${call.name}' must have an OVER clause.`, 15, 3);
  const found = all[call.name];
  const since = found ? found.since : knownElsewhere.get(call.name);
  if (call.name === "AT TIME ZONE") {
    session.server.requireVersion(13, "TIME", "syntax");
    throw notPlayed("AT TIME ZONE");
  }
  session.server.requireVersion(
    !found && since === undefined ? Number.POSITIVE_INFINITY : (since ?? 0),
    call.name === "TRIM FROM" ? "TRIM" : call.name,
    "function",
  );
  if (!found) throw notPlayed(`The function ${call.name}`);
  const [least, most] = found.takes;
  if (call.arguments.length < least || call.arguments.length > most || call.star)
    throw wrongCount(call.name, found.takes);
  const operands = call.arguments.map((argument, index): Compiled => {
    const isWord = index === 0 && withDatePart.has(call.name);
    return isWord
      ? { type: { name: "int" }, nullable: true, evaluate: () => null }
      : compileExpression(argument, scope);
  });
  return found.compile({ name: call.name, arguments: operands, expressions: call.arguments, session, scope });
}

/** Every function that the engine knows: the major version that brought it, and whether it is played. */
export function functionList(): { readonly name: string; readonly since: number; readonly played: boolean }[] {
  const played = Object.entries(all).map(([name, { since = 9 }]) => ({ name, since, played: true }));
  const others = [...knownElsewhere].map(([name, since]) => ({ name, since, played: false }));
  return [...played, ...others].sort((left, right) => (left.name < right.name ? -1 : 1));
}
