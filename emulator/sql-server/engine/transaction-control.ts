import { SqlError } from "../../data/sql-error";
import type { ResultSink } from "./result-sink";
import type { Session } from "./session";
import { Transaction } from "./transaction";

export function begin(session: Session, sink: ResultSink): void {
  if (session.transaction) {
    session.transaction.depth++;
    return;
  }
  session.transaction = new Transaction();
  sink.transaction("began");
}

/** Only the outermost COMMIT writes. @throws SqlError 3902 without a transaction, 1205 when others changed the same rows */
export function commit(session: Session, sink: ResultSink): void {
  const { transaction } = session;
  if (!transaction) throw new SqlError(3902, "The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.");
  if (transaction.depth > 1) {
    transaction.depth--;
    return;
  }
  try {
    transaction.commit(session.server.nowMs(), session.spid);
  } catch (error) {
    if (!transaction.doomed) rollback(session, sink);
    throw error;
  }
  session.transaction = undefined;
  sink.transaction("committed");
}

/** Rolls back everything, however deep. @throws SqlError 3903 without a transaction */
export function rollback(session: Session, sink: ResultSink): void {
  if (!session.transaction)
    throw new SqlError(3903, "The ROLLBACK TRANSACTION request has no corresponding BEGIN TRANSACTION.");
  session.transaction = undefined;
  sink.transaction("rolled-back");
}
