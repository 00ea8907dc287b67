import { SqlError } from "../../data/sql-error";
import type { SqlValue } from "../../data/sql-value";
import { parseParameter } from "../syntax/procedure-parser";
import { notPlayed, TokenCursor } from "../syntax/token-cursor";
import type { Compiled } from "./compiled";
import { noFrame } from "./compiled";
import { converted } from "./converted";
import { declaredType } from "./declared-type";
import { compileExpression } from "./expression-compiler";
import { Scope } from "./scope";
import type { Session, Variables } from "./session";

/** An argument of a procedure call, from EXEC or from an RPC. */
export interface Argument {
  /** `@name` in lower case; undefined for one given by its place. */
  readonly name: string | undefined;
  readonly value: Compiled;
  readonly output: boolean;
}

/** A parameter that a text declares, with what it was called for. */
export interface BoundParameters {
  readonly variables: Variables;
  /** Parameters whose values go back to the caller: the parameter's name, and which argument it came with. */
  readonly outputs: readonly { readonly name: string; readonly argument: number }[];
}

/**
 * Binds arguments to a declaration such as `@id int, @name nvarchar(20) OUTPUT`, as sp_executesql does.
 * @param procedure its name, for the messages
 * @throws SqlError 8178 or 201 for a parameter without a value, 8144 for too many, 8145 for an unknown name
 */
export function bindParameters(
  declaration: string,
  given: readonly Argument[],
  session: Session,
  procedure?: string,
): BoundParameters {
  const variables: Variables = new Map();
  const outputs: { name: string; argument: number }[] = [];
  const declared = declaredParameters(declaration);
  if (given.length > declared.length)
    throw new SqlError(8144, `Procedure or function ${procedure ?? ""} has too many arguments specified.`, 16, 2);
  for (const argument of given) {
    if (argument.name !== undefined && !declared.some(({ name }) => name === argument.name))
      throw new SqlError(8145, `${argument.name} is not a parameter for procedure ${procedure ?? ""}.`);
  }
  for (const [index, { name, type: written, standard }] of declared.entries()) {
    const { type } = declaredType(written, index + 1, session);
    const named = given.findIndex((argument) => argument.name === name);
    const position = named >= 0 ? named : given[index]?.name === undefined ? index : -1;
    const argument = given[position];
    const value = argument?.value ?? (standard && compileExpression(standard, new Scope(session, new Map())));
    if (!value && procedure !== undefined)
      throw new SqlError(
        201,
        `Procedure or function '${procedure}' expects parameter '${name}', which was not supplied.`,
        16,
        4,
      );
    if (!value)
      throw new SqlError(
        8178,
        `The parameterized query '(${declaration})' expects the parameter '${name}', which was not supplied.`,
      );
    variables.set(name, { type, value: converted(value, type, session).evaluate(noFrame) });
    if (argument?.output) outputs.push({ name, argument: position });
  }
  return { variables, outputs };
}

function declaredParameters(declaration: string) {
  const cursor = new TokenCursor(declaration);
  if (cursor.current.kind === "end") return [];
  return cursor.list(() => parseParameter(cursor));
}

/** @throws SqlError 2812, or 50501 for a procedure that SQL Server has */
export function unknownProcedure(path: readonly string[]): SqlError {
  const name = path.at(-1)!;
  if (/^(sp|xp)_/i.test(name)) return notPlayed(`The procedure ${name}`);
  return new SqlError(2812, `Could not find stored procedure '${path.join(".")}'.`, 16, 62);
}

export function textOf(argument: Argument | undefined, what: string): string {
  const value: SqlValue = argument?.value.evaluate(noFrame) ?? null;
  if (typeof value !== "string")
    throw new SqlError(214, `Procedure expects parameter '${what}' of type 'ntext/nchar/nvarchar'.`);
  return value;
}
