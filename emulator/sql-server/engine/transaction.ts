import type { Change, Database, RowId } from "../../data/database";
import { SqlError } from "../../data/sql-error";
import { ObjectRegistry } from "./object-registry";

/** A database as one open transaction sees it: with private copies of the tables that it changes. */
interface Branch {
  readonly base: Database;
  readonly baseSequence: number;
  readonly copy: Database;
  /** The id that each table would have given to its next row when the copy was made: the transaction's own rows begin there. */
  readonly firstOwnRow: ReadonlyMap<string, RowId>;
}

/**
 * An explicit transaction. There is no waiting for locks here: each transaction writes into private copies and at COMMIT is either
 * applied whole or, if someone else changed a row that it changed or one that its constraints forbid beside its own, chosen as the deadlock
 * victim (error 1205), which clients of SQL Server must expect anyway.
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
      const firstOwnRow = new Map(
        base.tables().map((table) => [base.tableKey(table.definition.schema, table.definition.name), table.nextRowId]),
      );
      branch = { base, baseSequence: base.sequence, copy: base.fork(), firstOwnRow };
      ObjectRegistry.fork(base, branch.copy);
      this.#branches.set(base, branch);
    }
    branch.copy.commit(atMs, changes);
  }

  /** @param spid the number of the session, for the message @throws SqlError 1205; then nothing was applied to that database */
  commit(atMs: number, spid: number): void {
    if (this.doomed) throw doomedError();
    for (const branch of this.#branches.values()) {
      const changes = branch.copy.commits.slice(branch.baseSequence).flatMap((commit) => commit.changes);
      if (changes.length === 0) continue;
      const since = branch.base.commits.slice(branch.baseSequence).flatMap((commit) => commit.changes);
      if (conflict(branch, changes, since)) throw deadlock(spid);
      try {
        branch.base.commit(atMs, relocated(changes, branch));
      } catch (error) {
        // The constraints held in the copy: rows that others have committed since are in the way.
        throw error instanceof SqlError && since.length > 0 ? deadlock(spid) : error;
      }
    }
  }
}

function tableOf(database: Database, change: Change): string {
  return "definition" in change
    ? database.tableKey(change.definition.schema, change.definition.name)
    : database.tableKey(change.schema, change.table);
}

/** Tables, views, synonyms, types and schemas that a change makes, changes or ends; renaming ends one name and makes another. */
function redefinedBy(database: Database, change: Change): string[] {
  if (!/(table|object|type|schema)$/.test(change.kind)) return [];
  const before = change.kind === "rename-table" ? [database.tableKey(change.schema, change.table)] : [];
  return [...before, tableOf(database, change)];
}

function rowsOf(change: Change): readonly RowId[] {
  if (change.kind === "update") return change.rows.map(({ id }) => id);
  return change.kind === "delete" ? change.ids : [];
}

/** Have others changed a row that `mine` changes, or has either side redefined a table that the other one touches? */
function conflict(
  { base: database, firstOwnRow }: Branch,
  mine: readonly Change[],
  others: readonly Change[],
): boolean {
  const changedByOthers = new Set(
    others.flatMap((change) => rowsOf(change).map((id) => `${tableOf(database, change)}/${id}`)),
  );
  const redefined = (changes: readonly Change[], by: readonly Change[]) => {
    const tables = new Set(by.flatMap((change) => redefinedBy(database, change)));
    return changes.some((change) => tables.has(tableOf(database, change)));
  };
  return (
    redefined(mine, others) ||
    redefined(others, mine) ||
    mine.some((change) => {
      const key = tableOf(database, change);
      return rowsOf(change).some((id) => id < (firstOwnRow.get(key) ?? 0) && changedByOthers.has(`${key}/${id}`));
    })
  );
}

/** The changes with the ids that the transaction's own rows get in the base, where others may have inserted since. */
function relocated(changes: readonly Change[], { base, firstOwnRow }: Branch): Change[] {
  const made = new Set<string>();
  return changes.map((change) => {
    const key = tableOf(base, change);
    if (change.kind === "create-table") made.add(key);
    const first = firstOwnRow.get(key);
    const table = "table" in change ? base.table(change.schema, change.table) : undefined;
    if (first === undefined || !table || made.has(key)) return change;
    const moved = (id: RowId) => (id < first ? id : id + table.nextRowId - first);
    if (change.kind === "update")
      return { ...change, rows: change.rows.map(({ id, row }) => ({ id: moved(id), row })) };
    return change.kind === "delete" ? { ...change, ids: change.ids.map(moved) } : change;
  });
}

function doomedError(): SqlError {
  return new SqlError(
    3930,
    "The current transaction cannot be committed and cannot support operations that write to the log file. Roll back the transaction.",
  );
}

function deadlock(spid: number): SqlError {
  return new SqlError(
    1205,
    `Transaction (Process ID ${spid}) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.`,
    13,
    51,
  );
}
