import { SqlError } from "../../data/sql-error";
import type { Statement } from "../syntax/statement";
import { notPlayedNumber } from "../syntax/token-cursor";
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

  /** @param passes TRY blocks that do not catch it: none, those of the text that it stands in, or all */
  constructor(
    readonly error: SqlError,
    readonly line: number,
    readonly passes: "none" | "own" | "all" = "none",
  ) {
    super(error.message);
  }
}

/** Errors after which the batch goes on with its next statement, unless XACT_ABORT is on. */
const statementErrors = new Set([
  220, 229, 232, 234, 244, 248, 257, 262, 266, 512, 515, 544, 547, 1801, 2601, 2627, 2628, 2705, 2714, 3701, 3702, 3726,
  3902, 3903, 8102, 8115, 8134, 8152, 916,
]);
/**
 * A name that is not there when its statement begins: the rest of the text does not run, and no TRY of the same text catches it
 * ("TRY...CATCH", errors during statement-level recompilation).
 */
const nameErrors = new Set([207, 208, 209, 4104]);
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
/** Their own statements say what @@ERROR is. */
const nesting = new Set(["execute", "execute-text"]);

/** No TRY hides what the local cloud does not play. */
function passedBy<Passes>(error: SqlError, otherwise: Passes): Passes | "all" {
  return error.number === notPlayedNumber ? "all" : otherwise;
}

/** What an error does: to its statement, its batch, its transaction, and the TRY block around. */
export class ControlFlow {
  #tries = 0;
  /** Those of the texts around. */
  #outerTries = 0;

  constructor(
    readonly session: Session,
    readonly sink: ResultSink,
  ) {}

  /** A text run by EXEC stands inside the TRY blocks of its caller. */
  inherit(caller: ControlFlow): void {
    this.#tries = caller.#tries;
    this.#outerTries = caller.#tries;
  }

  /** Runs one statement, in one step or in several. @throws BatchError when the batch cannot go on */
  *guard(statement: Statement, run: () => Steps<void> | void): Steps<void> {
    const { session } = this;
    try {
      if (session.settings.implicitTransactions && !session.transaction && beginning.has(statement.kind))
        begin(session, this.sink);
      const steps = run();
      if (steps) yield* steps;
      if (!nesting.has(statement.kind)) session.lastError = 0;
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
    const passes = nameErrors.has(error.number) ? "own" : passedBy(error, "none");
    const failed = new BatchError(error, statement.line, passes);
    const catching = { none: this.#tries, own: this.#outerTries, all: 0 }[passes];
    if (catching > 0) {
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
      if (!(error instanceof BatchError) || error.passes !== "none") throw error;
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

  /**
   * A text that a statement of this one ran has ended with `error`. A name or a syntax error ends that text only: the caller goes on, or its TRY
   * catches it.
   */
  leaveText(error: unknown): void {
    const { session } = this;
    const failed = error instanceof SqlError ? new BatchError(error, error.line ?? 1, passedBy(error, "own")) : error;
    if (!(failed instanceof BatchError) || failed.passes !== "own") throw failed;
    session.lastError = failed.error.number;
    if (this.#tries > 0 || session.settings.xactAbort) throw new BatchError(failed.error, failed.line);
    this.sink.error(failed.error, failed.line);
    this.sink.done(undefined);
  }

  /** Tells the client about an error that no statement caught. @returns false; other errors are bugs and thrown on */
  report(error: unknown, line?: number): false {
    if (!(error instanceof SqlError)) throw error;
    this.session.lastError = error.number;
    this.sink.error(error, line ?? error.line ?? 1);
    return false;
  }

  endBatch(error: unknown): false {
    return error instanceof BatchError ? this.report(error.error, error.line) : this.report(error);
  }
}
