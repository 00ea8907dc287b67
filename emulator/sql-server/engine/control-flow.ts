import { SqlError } from "../../data/sql-error";
import type { Statement } from "../syntax/statement";
import type { ResultSink } from "./result-sink";
import type { Session } from "./session";
import { begin, rollback } from "./transaction-control";

/** What ends a sequence of statements early. */
export type Signal = "break" | "continue" | "return" | undefined;

/** Something that runs in steps: each `yield` is a place where others may have a turn, or where the client's cancel ends it. */
export type Steps<Result> = Generator<void, Result, void>;

/** An error on its way out of the batch, with the line of its statement. */
class BatchError extends Error {
  override readonly name = "BatchError";

  constructor(
    readonly error: SqlError,
    readonly line: number,
  ) {
    super(error.message);
  }
}

/** Errors after which the batch goes on with its next statement, unless XACT_ABORT is on. */
const statementErrors = new Set([
  220, 229, 248, 257, 262, 512, 515, 544, 547, 1801, 2601, 2627, 2628, 2705, 2714, 3701, 3702, 3726, 3902, 3903, 8102,
  8115, 8134, 8152, 916,
]);
/** Errors that also roll the transaction back. */
const transactionErrors = new Set([241, 242, 245, 1205, 8114, 8169]);
/** Statements that begin a transaction under IMPLICIT_TRANSACTIONS. */
const beginning = new Set([
  "query",
  "insert",
  "update",
  "delete",
  "truncate",
  "create-table",
  "alter-table",
  "drop-table",
]);
const changing = new Set(["insert", "update", "delete"]);

/** What an error does: to its statement, its batch, its transaction, and the TRY block around. */
export class ControlFlow {
  #tries = 0;

  constructor(
    readonly session: Session,
    readonly sink: ResultSink,
  ) {}

  /** A text run by EXEC stands inside the TRY blocks of its caller. */
  inherit(caller: ControlFlow): void {
    this.#tries = caller.#tries;
  }

  /** Runs one statement, in one step or in several. @throws BatchError when the batch cannot go on */
  *guard(statement: Statement, run: () => Steps<void> | void): Steps<void> {
    const { session } = this;
    try {
      if (session.settings.implicitTransactions && !session.transaction && beginning.has(statement.kind))
        begin(session, this.sink);
      const steps = run();
      if (steps) yield* steps;
      session.lastError = 0;
    } catch (error) {
      if (error instanceof BatchError) throw error;
      if (!(error instanceof SqlError)) throw error;
      session.lastError = error.number;
      session.rowCount = 0;
      this.#judge(error, statement);
    }
  }

  #judge(error: SqlError, statement: Statement): void {
    const { session } = this;
    const failed = new BatchError(error, statement.line);
    if (this.#tries > 0) {
      if (session.transaction && (session.settings.xactAbort || transactionErrors.has(error.number)))
        session.transaction.doomed = true;
      throw failed;
    }
    const raised = statement.kind === "raiserror";
    const aborts = !raised && (session.settings.xactAbort || transactionErrors.has(error.number));
    if (aborts && session.transaction) rollback(session, this.sink);
    if (aborts || (!raised && !statementErrors.has(error.number))) throw failed;
    this.sink.error(error, statement.line);
    if (changing.has(statement.kind))
      this.sink.message("The statement has been terminated.", {
        number: 3621,
        severity: 0,
        state: 0,
        line: statement.line,
      });
    this.sink.done(undefined);
  }

  *attempt(body: () => Steps<Signal>, handler: () => Steps<Signal>): Steps<Signal> {
    this.#tries++;
    try {
      return yield* body();
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      this.#tries--;
      const before = this.session.caught;
      this.session.caught = error;
      try {
        return yield* handler();
      } finally {
        this.session.caught = before;
        this.#tries++;
      }
    } finally {
      this.#tries--;
    }
  }

  /** Tells the client about an error that no statement caught. @returns false; other errors are bugs and thrown on */
  report(error: unknown, line: number): false {
    if (!(error instanceof SqlError)) throw error;
    this.session.lastError = error.number;
    this.sink.error(error, line);
    return false;
  }

  endBatch(error: unknown): false {
    return error instanceof BatchError ? this.report(error.error, error.line) : this.report(error, 1);
  }
}
