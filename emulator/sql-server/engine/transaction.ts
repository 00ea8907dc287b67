import type { Change, Database } from "../../data/database";
import { SqlError } from "../../data/sql-error";
import { ObjectRegistry } from "./object-registry";

/** A database as one open transaction sees it: with private copies of the tables that it changes. */
interface Branch {
  readonly base: Database;
  readonly baseSequence: number;
  readonly copy: Database;
}

/**
 * An explicit transaction. Nobody waits for locks here: each transaction writes into private copies and at COMMIT is either
 * applied whole or, if someone else changed a table that it changed, chosen as the deadlock victim (error 1205), which clients of
 * SQL Server must expect anyway.
 */
export class Transaction {
  /** @@TRANCOUNT. */
  depth = 1;
  /** After an error under XACT_ABORT inside TRY: it can only be rolled back. */
  doomed = false;
  readonly #branches = new Map<Database, Branch>();

  /** What this transaction reads for `base`. */
  view(base: Database): Database {
    return this.#branches.get(base)?.copy ?? base;
  }

  /** @throws SqlError of a violated rule, or 3930 in a doomed transaction */
  write(base: Database, atMs: number, changes: readonly Change[]): void {
    if (this.doomed) throw doomedError();
    let branch = this.#branches.get(base);
    if (!branch) {
      branch = { base, baseSequence: base.sequence, copy: base.fork() };
      ObjectRegistry.fork(base, branch.copy);
      this.#branches.set(base, branch);
    }
    branch.copy.commit(atMs, changes);
  }

  /** @throws SqlError 1205, or what a constraint answers against the rows of others; then nothing was applied to that database */
  commit(atMs: number): void {
    if (this.doomed) throw doomedError();
    for (const branch of this.#branches.values()) {
      const changes = branch.copy.commits.slice(branch.baseSequence).flatMap((commit) => commit.changes);
      if (changes.length === 0) continue;
      const since = branch.base.commits.slice(branch.baseSequence).flatMap((commit) => commit.changes);
      const others = touched(branch.base, since);
      for (const table of touched(branch.base, changes)) if (others.has(table)) throw deadlock();
      branch.base.commit(atMs, changes);
    }
  }
}

function touched(database: Database, changes: readonly Change[]): Set<string> {
  return new Set(
    changes.map((change) =>
      "definition" in change
        ? database.tableKey(change.definition.schema, change.definition.name)
        : database.tableKey(change.schema, change.table),
    ),
  );
}

function doomedError(): SqlError {
  return new SqlError(
    3930,
    "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.",
  );
}

function deadlock(): SqlError {
  return new SqlError(
    1205,
    "Transaction was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
    13,
    51,
  );
}
