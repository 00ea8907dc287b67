import type { Session } from "./engine/session";
import { begin, commit, rollback } from "./engine/transaction-control";
import { notPlayed } from "./syntax/token-cursor";
import { readTransactionRequest } from "./tds/requests";
import type { Response } from "./tds/response";

/** Runs what a driver asks for by a transaction manager request instead of a statement. @throws SqlError 3902, 3903, 1205, 50501 */
export function runTransactionRequest(payload: Buffer, session: Session, response: Response): void {
  const { request, named, next } = readTransactionRequest(payload, response.context.version);
  switch (request) {
    case "begin":
      begin(session, response);
      return;
    case "commit":
      commit(session, response);
      break;
    case "rollback":
      if (named) throw notPlayed("ROLLBACK to a savepoint");
      rollback(session, response);
      break;
    default:
      throw notPlayed(request === "save" ? "SAVE TRANSACTION" : "A distributed transaction");
  }
  if (next) begin(session, response);
}
