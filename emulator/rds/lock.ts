import type { Database } from "../data/database";
import { SqlError } from "../data/sql-error";
import type { Instance } from "./instance";

/**
 * A locked instance is read-only (documentation of `LockMode`; that each of its kinds is, and the error, is unverified).
 * @throws SqlError 3906
 */
export function requireUnlocked(instance: Instance, database: Pick<Database, "name">): void {
  if (instance.lockMode === "Unlock") return;
  throw new SqlError(3906, `Failed to update database "${database.name}" because the database is read-only.`);
}
