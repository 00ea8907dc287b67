import type { DatabaseRight, Login } from "./sql-server-data";

export type TableAction = "SELECT" | "INSERT" | "UPDATE" | "DELETE";

/** A table by its name; names compare without case. */
export interface NamedTable {
  readonly schema: string;
  readonly name: string;
}

/** The login's right in the whole database; undefined: none, single tables may be granted all the same. */
export function databaseRight(login: Login, database: string): DatabaseRight | undefined {
  if (login.super) return "DBOwner";
  return Object.entries(login.rights).find(([name]) => isSame(name, database))?.[1];
}

/** May the login open the database: it has a right in it, or a grant on one of its tables. */
export function mayEnter(login: Login, database: string): boolean {
  return (
    databaseRight(login, database) !== undefined || grantsOf(login).some((grant) => isSame(grant.database, database))
  );
}

/** May the login do this to the rows of the table: by its right in the database, or by a grant on the table. */
export function mayTouch(login: Login, database: string, table: NamedTable, action: TableAction): boolean {
  const right = databaseRight(login, database);
  if (right !== undefined && (action === "SELECT" || right !== "ReadOnly")) return true;
  return grantsOn(login, database, table).some((grant) => grant.actions.includes(action));
}

/** Does the catalog show the table to the login: any grant on it is enough. */
export function maySee(login: Login, database: string, table: NamedTable): boolean {
  return databaseRight(login, database) !== undefined || grantsOn(login, database, table).length > 0;
}

function grantsOn(login: Login, database: string, table: NamedTable) {
  return grantsOf(login).filter(
    (grant) =>
      isSame(grant.database, database) && isSame(grant.schema, table.schema) && isSame(grant.table, table.name),
  );
}

function grantsOf(login: Login) {
  return login.grants ?? [];
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
