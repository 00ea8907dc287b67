import { SqlError } from "../../data/sql-error";
import { parseExpression } from "./expression-parser";
import { notPlayed, type TokenCursor } from "./token-cursor";
import { parseDeclaredType } from "./type-parser";

export interface CreateProcedure {
  readonly kind: "create-procedure";
  readonly procedure: readonly string[];
  readonly text: string;
  readonly parameters: string;
  readonly body: string;
}

/** A parameter as it is declared. */
export function parseParameter(cursor: TokenCursor) {
  const name = cursor.variable();
  cursor.takeWords("AS");
  const type = parseDeclaredType(cursor);
  if (cursor.isWord("VARYING", "READONLY")) throw notPlayed(`A parameter that is ${cursor.current.text.toUpperCase()}`);
  const standard = cursor.takeSymbol("=") ? parseExpression(cursor) : undefined;
  if (!cursor.takeWords("OUTPUT")) cursor.takeWords("OUT");
  return { name, type, standard };
}

export function startsProcedure(cursor: TokenCursor): boolean {
  return cursor.isWordAt(1, "PROC", "PROCEDURE");
}

/**
 * `CREATE PROCEDURE name [parameters] AS statements`, to the end of the batch.
 * @param first is it the first statement of its batch?
 * @param parseRest reads the statements, so that a wrong one is told of when the procedure is made
 */
export function parseCreateProcedure(cursor: TokenCursor, first: boolean, parseRest: () => void): CreateProcedure {
  if (!first) throw new SqlError(111, "'CREATE/ALTER PROCEDURE' must be the first statement in a query batch.", 15);
  const { start } = cursor.current;
  cursor.expectWord("CREATE");
  cursor.next();
  const procedure = cursor.path();
  if (procedure.at(-1)!.startsWith("#")) throw notPlayed("A temporary procedure");
  if (cursor.isSymbol(";")) throw notPlayed("A numbered procedure");
  const bracketed = cursor.takeSymbol("(");
  const from = cursor.current.start;
  if (cursor.current.kind === "variable") cursor.list(() => parseParameter(cursor));
  const parameters = cursor.textFrom(from);
  if (bracketed) cursor.expectSymbol(")");
  if (cursor.takeWords("WITH") && !cursor.takeWords("RECOMPILE"))
    throw notPlayed(`CREATE PROCEDURE ... WITH ${cursor.current.text.toUpperCase()}`);
  cursor.expectWord("AS");
  const { start: bodyStart, line, kind } = cursor.current;
  if (kind === "end") throw cursor.unexpected();
  parseRest();
  const body = "\n".repeat(line - 1) + cursor.textFrom(bodyStart);
  return { kind: "create-procedure", procedure, text: cursor.textFrom(start), parameters, body };
}
