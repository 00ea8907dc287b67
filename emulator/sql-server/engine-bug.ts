import { SqlError } from "../data/sql-error";

/** A fault of the engine itself must look like one, not like something that SQL Server says; it is the `cause`. */
export function engineBug(error: unknown): SqlError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const bug = new SqlError(50599, `A bug of the local cloud's SQL engine: ${text}`, 16);
  bug.cause = error;
  return bug;
}
