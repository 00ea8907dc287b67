import { verifyCheck } from "./checks";
import type { Database } from "./database";
import { verifyForeignKey } from "./foreign-keys";
import type { TableDefinition } from "./table-definition";

interface Enforced {
  readonly name: string;
  readonly disabled?: boolean;
  readonly untrusted?: boolean;
}

/**
 * Looks at all rows for the constraints that a table's new definition trusts and its old one did not.
 * @throws SqlError 547 when one does not hold
 */
export function verifyAltered(database: Database, before: TableDefinition, after: TableDefinition): void {
  const table = database.table(after.schema, after.name);
  if (!table) return;
  for (const check of newlyTrusted(before.checks, after.checks)) verifyCheck(database, table, check);
  for (const key of newlyTrusted(before.foreignKeys, after.foreignKeys)) verifyForeignKey(database, table, key);
}

function newlyTrusted<T extends Enforced>(before: readonly T[] = [], after: readonly T[] = []): T[] {
  const isTrusted = (constraint: T) => !constraint.disabled && !constraint.untrusted;
  const known = new Set(before.filter(isTrusted).map(({ name }) => name));
  return after.filter((constraint) => isTrusted(constraint) && !known.has(constraint.name));
}
