import { SqlError } from "../../data/sql-error";

/** What one statement may look at and one batch may run: more would keep a laptop busy for minutes and fill its memory. */
export const limits = { rowsOfStatement: 5_000_000, statementsOfBatch: 300_000 } as const;

/** Rows and statements after which everybody else has a turn: some milliseconds. */
const turn = 1_000;

/** Counts what a batch costs, so that none goes on for ever and none keeps others waiting. */
export class Work {
  #rows = 0;
  #statements = 0;
  #sincePause = 0;

  beginBatch(): void {
    this.#statements = 0;
  }

  /** A statement, or a turn of a loop, begins. @throws SqlError 50501 when the batch has run too many */
  beginStatement(): void {
    this.#rows = 0;
    this.#sincePause++;
    if (++this.#statements > limits.statementsOfBatch) throw tooMuch("A batch", limits.statementsOfBatch, "statements");
  }

  /** A row is looked at. @throws SqlError 50501 when the statement has looked at too many */
  row(): void {
    this.#sincePause++;
    if (++this.#rows > limits.rowsOfStatement) throw tooMuch("A statement", limits.rowsOfStatement, "rows");
  }

  statementBound(): void {
    this.#sincePause++;
  }

  rowSent(): void {
    this.#sincePause++;
  }

  /** Is it somebody else's turn? Asked between statements and between rows that are sent; answered once. */
  takePause(): boolean {
    if (this.#sincePause < turn) return false;
    this.#sincePause = 0;
    return true;
  }
}

function tooMuch(what: string, limit: number, things: string): SqlError {
  const text = `${what} of more than ${limit.toLocaleString("en-US")} ${things} is not supported by the local cloud's SQL engine.`;
  return new SqlError(50501, text);
}
