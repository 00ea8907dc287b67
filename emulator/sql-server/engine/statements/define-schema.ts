import type { Database } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import type { BodyOf } from "../../syntax/statement";
import { schemasOf } from "../catalog/view";
import { requireOwner } from "../permission";
import type { Session } from "../session";
import { splitPath } from "../table-source";
import { requireSchema } from "./define-table";

/** @throws SqlError 262 without the right, 2714 for a name that is taken */
export function createSchema({ name }: BodyOf<"create-schema">, session: Session): void {
  const { database } = session;
  requireOwner("CREATE SCHEMA", session, database);
  session.write(database, [{ kind: "create-schema", schema: name, table: "" }]);
}

/** @throws SqlError 15151 for a schema that does not exist or may not be dropped, 3729 for one that is not empty */
export function dropSchema({ path, ifExists }: BodyOf<"drop-schema" | "drop-type">, session: Session): void {
  if (ifExists) session.server.requireVersion(13, "IF", "syntax");
  const { database } = session;
  const view = session.view(database);
  const isIt = (name: string) => session.collation.fold(name) === session.collation.fold(path[0]!);
  const name = schemasOf(view).find(isIt);
  if (name === undefined && ifExists) return;
  if (name === undefined || name === "dbo" || session.rightOf(database) !== "DBOwner")
    throw new SqlError(
      15_151,
      `Cannot drop the schema '${path[0]}', because it does not exist or you do not have permission.`,
    );
  const inside = [...view.tables().map(({ definition }) => definition), ...view.objects(), ...view.names.types()];
  const user = inside.find(({ schema }) => isIt(schema));
  if (user)
    throw new SqlError(3729, `Cannot drop schema '${name}' because it is being referenced by object '${user.name}'.`);
  session.write(database, [{ kind: "drop-schema", schema: name, table: "" }]);
}

/** @throws SqlError 262 without the right, 219 for a name that is taken, 2760 for a schema that does not exist */
export function createType({ path, type, nullable }: BodyOf<"create-type">, session: Session): void {
  const { database, schema, name } = splitPath(path, session);
  if (!database || path.length > 2)
    throw new SqlError(117, "The object name contains more than the maximum number of prefixes. The maximum is 1.", 15);
  requireOwner("CREATE TYPE", session, database);
  const definition = { schema: requireSchema(schema, session.view(database), session), name, type, nullable };
  session.write(database, [{ kind: "create-type", definition }]);
}

/** @throws SqlError 218 for a type that does not exist or may not be dropped, 3732 for one that a column has */
export function dropType({ path, ifExists }: BodyOf<"drop-schema" | "drop-type">, session: Session): void {
  if (ifExists) session.server.requireVersion(13, "IF", "syntax");
  const { database, schema, name } = splitPath(path, session);
  const view = database && session.view(database);
  const definition = view?.names.type(schema, name);
  if (!definition && ifExists) return;
  if (!database || !view || !definition || session.rightOf(database) !== "DBOwner")
    throw new SqlError(
      218,
      `Could not find the type '${path.join(".")}'. Either it does not exist or you do not have the necessary permission.`,
    );
  const user = userOf(definition, view);
  if (user !== undefined)
    throw new SqlError(
      3732,
      `Cannot drop type '${definition.schema}.${definition.name}' because it is being referenced by object '${user}'. There may be other objects that reference this type.`,
    );
  session.write(database, [{ kind: "drop-type", definition }]);
}

/** A table with a column of the type. */
function userOf(type: { readonly schema: string; readonly name: string }, database: Database): string | undefined {
  const key = database.tableKey(type.schema, type.name);
  const table = database
    .tables()
    .find(({ definition }) =>
      definition.columns.some(({ userType }) => userType && database.tableKey(userType.schema, userType.name) === key),
    );
  return table?.definition.name;
}
