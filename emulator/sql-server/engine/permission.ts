import type { Database } from "../../data/database";
import { mayTouch, type NamedTable, type TableAction } from "../../data/login-rights";
import { SqlError } from "../../data/sql-error";
import type { Session } from "./session";

/** @throws SqlError 229 unless the login may do this to the rows of the table */
export function requireRight(action: TableAction, session: Session, database: Database, table: NamedTable): void {
  const { name, schema } = table;
  if (mayTouch(session.login, database.name, { schema, name }, action)) return;
  throw new SqlError(
    229,
    `The ${action} permission was denied on the object '${name}', database '${database.name}', schema '${schema}'.`,
    14,
    5,
  );
}

/** @throws SqlError 262 unless the login may define objects there */
export function requireOwner(statement: string, session: Session, database: Database): void {
  if (session.rightOf(database) === "DBOwner" && !session.server.isSystem(database)) return;
  throw new SqlError(262, `${statement} permission denied in database '${database.name}'.`, 14);
}

/** @throws SqlError 262 unless the login is an RDS "Super" account */
export function requireSuper(statement: string, session: Session): void {
  if (!session.login.super) throw new SqlError(262, `${statement} permission denied in database 'master'.`, 14);
}
