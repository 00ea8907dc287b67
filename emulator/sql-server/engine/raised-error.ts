import { SqlError } from "../../data/sql-error";
import type { BodyOf, Statement } from "../syntax/statement";
import { notPlayed } from "../syntax/token-cursor";
import { constantValue } from "./expression-compiler";
import { formattedMessage } from "./message-format";
import type { ResultSink } from "./result-sink";
import type { Scope } from "./scope";

const userError = 50_000;

/** RAISERROR: up to severity 10 a message, above an error. @throws SqlError 50000 */
export function raise(statement: Statement & BodyOf<"raiserror">, scope: Scope, sink: ResultSink): void {
  const template = constantValue(statement.message, scope);
  if (typeof template !== "string") throw notPlayed("RAISERROR with a message number");
  const values = statement.values.map((value) => constantValue(value, scope));
  const message = formattedMessage(template, values);
  const severity = Number(constantValue(statement.severity, scope));
  const state = Number(constantValue(statement.state, scope));
  if (severity >= 20) throw notPlayed("RAISERROR that ends the connection");
  if (severity > 10) throw new SqlError(userError, message, severity, state);
  sink.message(message, { number: userError, severity: 0, state, line: statement.line });
}

/** THROW: its own error, or the one that the CATCH block is about. */
export function throwError(statement: BodyOf<"throw">, scope: Scope): SqlError {
  const { session } = scope;
  session.server.requireVersion(11, "THROW", "syntax");
  if (!statement.error)
    return (
      session.caught?.error ??
      new SqlError(10_704, "To rethrow an error, a THROW statement must be used inside a CATCH block.", 15)
    );
  const { number, message, state } = statement.error;
  return new SqlError(
    Number(constantValue(number, scope)),
    String(constantValue(message, scope)),
    16,
    Number(constantValue(state, scope)),
  );
}
