import { SqlError } from "../../data/sql-error";
import { parseDelete, parseInsert, parseUpdate } from "./change-parser";
import { condition } from "./condition-parser";
import { parseAlterDatabase } from "./database-parser";
import { parseAlter, parseCreate, parseDrop } from "./definition-parser";
import { parseExecute } from "./execute-parser";
import type { Expression } from "./expression";
import { parseExpression } from "./expression-parser";
import { isReserved } from "./keywords";
import { parseCreateProcedure, startsProcedure } from "./procedure-parser";
import { parseQuery, parseWith, startsQuery } from "./query-parser";
import { startsConversation } from "./service-broker";
import { parseSet } from "./set-parser";
import type { Statement, StatementBody } from "./statement";
import { notPlayed, TokenCursor } from "./token-cursor";
import { parseDeclaredType } from "./type-parser";

/** Reads a whole batch; nothing of it runs if any of it is wrong. @throws SqlError 102, 156 and their like, with the line */
export function parseBatch(sql: string): Statement[] {
  const cursor = new TokenCursor(sql);
  try {
    return parseRemaining(cursor, "batch");
  } catch (error) {
    if (error instanceof SqlError) error.line ??= cursor.line;
    throw error;
  }
}

/** Only at the beginning of a batch may a procedure stand without EXEC, or a view be made. */
function parseRemaining(cursor: TokenCursor, of: "batch" | "procedure"): Statement[] {
  const statements: Statement[] = [];
  for (skipSemicolons(cursor); cursor.current.kind !== "end"; skipSemicolons(cursor))
    statements.push(parseStatement(cursor, of === "batch" && statements.length === 0));
  return statements;
}

function skipSemicolons(cursor: TokenCursor): void {
  while (cursor.takeSymbol(";"));
}

function parseStatement(cursor: TokenCursor, first = false): Statement {
  const line = cursor.line;
  const body = parseBody(cursor, first);
  cursor.takeSymbol(";");
  return { ...body, line };
}

function parseBody(cursor: TokenCursor, first: boolean): StatementBody {
  if (startsQuery(cursor)) return parseWithCommon(cursor);
  const { kind, text } = cursor.current;
  if (kind !== "word") {
    if (first && kind === "name") return parseExecute(cursor);
    throw cursor.unexpected();
  }
  switch (text.toUpperCase()) {
    case "INSERT":
      return parseInsert(cursor, []);
    case "UPDATE":
      return parseUpdate(cursor, []);
    case "DELETE":
      return parseDelete(cursor, []);
    case "TRUNCATE":
      cursor.expectWord("TRUNCATE", "TABLE");
      return { kind: "truncate", table: cursor.path() };
    case "CREATE":
      return startsProcedure(cursor)
        ? parseCreateProcedure(cursor, first, () => parseRemaining(cursor, "procedure"))
        : parseCreate(cursor, first);
    case "ALTER":
      return cursor.isWordAt(1, "DATABASE") ? parseAlterDatabase(cursor) : parseAlter(cursor);
    case "DROP":
      return parseDrop(cursor);
    case "USE":
      cursor.next();
      return { kind: "use", database: cursor.name() };
    case "DECLARE":
      return parseDeclare(cursor);
    case "SET":
      return parseSet(cursor);
    case "EXEC":
    case "EXECUTE":
      cursor.next();
      return parseExecute(cursor);
    default:
      return parseControl(cursor, text.toUpperCase(), first);
  }
}

function parseWithCommon(cursor: TokenCursor): StatementBody {
  const common = parseWith(cursor);
  if (cursor.isWord("INSERT")) return parseInsert(cursor, common);
  if (cursor.isWord("UPDATE")) return parseUpdate(cursor, common);
  if (cursor.isWord("DELETE")) return parseDelete(cursor, common);
  return { kind: "query", query: parseQuery(cursor, common) };
}

function parseControl(cursor: TokenCursor, word: string, first: boolean): StatementBody {
  switch (word) {
    case "IF": {
      cursor.next();
      const tested = condition(cursor);
      const whenTrue = parseStatement(cursor);
      const whenFalse = cursor.takeWords("ELSE") ? parseStatement(cursor) : undefined;
      return { kind: "if", condition: tested, whenTrue, whenFalse };
    }
    case "WHILE":
      cursor.next();
      return { kind: "while", condition: condition(cursor), body: parseStatement(cursor) };
    case "BEGIN":
      return parseBegin(cursor);
    case "COMMIT":
    case "ROLLBACK":
      cursor.next();
      if (!cursor.takeWords("WORK")) takeTransactionName(cursor, word);
      return { kind: word === "COMMIT" ? "commit-transaction" : "rollback-transaction" };
    case "SAVE":
      throw notPlayed("SAVE TRANSACTION");
    case "BREAK":
    case "CONTINUE":
      cursor.next();
      return { kind: word === "BREAK" ? "break" : "continue" };
    case "RETURN": {
      cursor.next();
      const ends =
        cursor.current.kind === "end" ||
        cursor.isSymbol(";") ||
        (cursor.current.kind === "word" && isReserved(cursor.current.text));
      return { kind: "return", value: ends ? undefined : parseExpression(cursor) };
    }
    case "PRINT":
      cursor.next();
      return { kind: "print", value: parseExpression(cursor) };
    case "CHECKPOINT":
      cursor.next();
      if (cursor.current.kind === "integer") cursor.next();
      return { kind: "checkpoint" };
    case "RAISERROR":
      return parseRaiserror(cursor);
    case "THROW":
      return parseThrow(cursor);
    default:
      return parseRest(cursor, word, first);
  }
}

const knownElsewhere = new Set(
  "MERGE GRANT REVOKE DENY BACKUP RESTORE KILL DBCC WAITFOR GOTO OPEN CLOSE DEALLOCATE FETCH BULK SHUTDOWN RECONFIGURE REVERT SETUSER ADD READTEXT WRITETEXT UPDATETEXT".split(
    " ",
  ),
);

function parseRest(cursor: TokenCursor, word: string, first: boolean): StatementBody {
  if (knownElsewhere.has(word)) throw notPlayed(word);
  if (startsConversation(cursor)) throw notPlayed("Service Broker");
  if ((word === "ENABLE" || word === "DISABLE") && cursor.isWordAt(1, "TRIGGER")) return parseTriggerSwitch(cursor);
  if (cursor.ahead(1).kind === "symbol" && cursor.ahead(1).text === ":") throw notPlayed("A label");
  // The first statement of a batch may be a procedure without EXEC.
  if (first && !isReserved(word)) return parseExecute(cursor);
  throw cursor.unexpected();
}

/** ENABLE TRIGGER … ON and DISABLE TRIGGER … ON: what ALTER TABLE does as well. */
function parseTriggerSwitch(cursor: TokenCursor): StatementBody {
  const enabled = cursor.next().text.toUpperCase() === "ENABLE";
  cursor.expectWord("TRIGGER");
  const names = cursor.takeWords("ALL") ? "all" : cursor.list(() => cursor.path().at(-1)!);
  cursor.expectWord("ON");
  if (cursor.isWord("DATABASE", "ALL")) throw notPlayed("A trigger of the database or the server");
  return { kind: "alter-table", table: cursor.path(), change: { kind: "triggers", enabled, names } };
}

function parseBegin(cursor: TokenCursor): StatementBody {
  if (startsConversation(cursor)) throw notPlayed("Service Broker");
  cursor.expectWord("BEGIN");
  if (cursor.isWord("DISTRIBUTED")) throw notPlayed("A distributed transaction");
  if (cursor.isWord("TRAN", "TRANSACTION")) {
    takeTransactionName(cursor, "BEGIN");
    return { kind: "begin-transaction" };
  }
  if (!cursor.takeWords("TRY")) {
    const statements = parseUntilEnd(cursor);
    if (statements.length === 0) throw cursor.unexpected();
    return { kind: "block", statements };
  }
  const body = parseUntilEnd(cursor);
  cursor.expectWord("TRY");
  cursor.takeSymbol(";");
  cursor.expectWord("BEGIN", "CATCH");
  const handler = parseUntilEnd(cursor);
  cursor.expectWord("CATCH");
  return { kind: "try", body, handler };
}

/** Names of transactions are ignored unless they could be savepoints. */
function takeTransactionName(cursor: TokenCursor, verb: string): void {
  if (!cursor.takeWords("TRAN") && !cursor.takeWords("TRANSACTION")) return;
  const { kind, text } = cursor.current;
  const named =
    kind === "name" || kind === "variable" || (kind === "word" && !isReserved(text) && !/^(THROW)$/i.test(text));
  if (!named) return;
  if (verb === "ROLLBACK") throw notPlayed("ROLLBACK to a named transaction or savepoint");
  cursor.next();
  if (cursor.takeWords("WITH", "MARK") && cursor.current.kind.endsWith("text")) cursor.next();
}

function parseUntilEnd(cursor: TokenCursor): Statement[] {
  const statements: Statement[] = [];
  for (skipSemicolons(cursor); startsConversation(cursor) || !cursor.takeWords("END"); skipSemicolons(cursor)) {
    if (cursor.current.kind === "end") throw cursor.unexpected();
    statements.push(parseStatement(cursor));
  }
  return statements;
}

function parseDeclare(cursor: TokenCursor): StatementBody {
  cursor.expectWord("DECLARE");
  const variables = cursor.list(() => {
    if (cursor.current.kind !== "variable") throw notPlayed("DECLARE CURSOR");
    const name = cursor.variable();
    cursor.takeWords("AS");
    if (cursor.isWord("TABLE")) throw notPlayed("A table variable");
    if (cursor.isWord("CURSOR")) throw notPlayed("A cursor variable");
    const type = parseDeclaredType(cursor);
    const value: Expression | undefined = cursor.takeSymbol("=") ? parseExpression(cursor) : undefined;
    return { name, type, value };
  });
  return { kind: "declare", variables };
}

function parseRaiserror(cursor: TokenCursor): StatementBody {
  cursor.expectWord("RAISERROR");
  if (!cursor.isSymbol("(")) throw notPlayed("RAISERROR without parentheses");
  const [message, severity, state, ...values] = cursor.parenthesized(() => parseExpression(cursor));
  if (!message || !severity || !state) throw new SqlError(102, "Incorrect syntax near 'RAISERROR'.", 15);
  if (cursor.takeWords("WITH")) cursor.list(() => cursor.next());
  return { kind: "raiserror", message, severity, state, values };
}

function parseThrow(cursor: TokenCursor): StatementBody {
  cursor.expectWord("THROW");
  if (cursor.current.kind === "end" || cursor.isSymbol(";") || cursor.isWord("END"))
    return { kind: "throw", error: undefined };
  const [number, message, state] = cursor.list(() => parseExpression(cursor));
  if (!number || !message || !state) throw cursor.unexpected();
  return { kind: "throw", error: { number, message, state } };
}
