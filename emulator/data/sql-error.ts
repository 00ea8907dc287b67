/** An error of the database engine, with SQL Server's own number; severity and state default to those of ordinary statement errors. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  /** Line of the batch, counted from 1; undefined where the caller that runs the statement knows it. */
  line: number | undefined;

  constructor(
    readonly number: number,
    message: string,
    readonly severity = 16,
    readonly state = 1,
  ) {
    super(message);
  }
}
