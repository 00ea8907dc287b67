import type { SchemaObject } from "../../../data/schema-object";
import { SqlError } from "../../../data/sql-error";
import type { BodyOf } from "../../syntax/statement";
import { requireOwner } from "../permission";
import type { Session } from "../session";
import { splitPath } from "../table-source";
import { compileView } from "../view-query";
import { requireSchema } from "./define-table";

/** @throws SqlError 166 for a name with a database, 2714 for one that is taken, and of a query that does not compile */
export function createView({ view: path, columns, text, queryText }: BodyOf<"create-view">, session: Session): void {
  if (path.length > 2)
    throw new SqlError(
      166,
      "'CREATE/ALTER VIEW' does not allow specifying the database name as a prefix to the object name.",
      15,
    );
  define("CREATE VIEW", path, session, (schema, name) => {
    compileView({ name, query: queryText, columns }, session);
    return { kind: "view", schema, name, text, query: queryText, columns };
  });
}

/** The object need not exist. @throws SqlError 2714 for a name that is taken */
export function createSynonym({ synonym: path, target }: BodyOf<"create-synonym">, session: Session): void {
  define("CREATE SYNONYM", path, session, (schema, name) => ({ kind: "synonym", schema, name, target }));
}

/** @throws SqlError 166 for a name with a database, 2714 for one that is taken */
export function createProcedure(statement: BodyOf<"create-procedure">, session: Session): void {
  const { procedure: path, text, parameters, body } = statement;
  if (path.length > 2)
    throw new SqlError(
      166,
      "'CREATE/ALTER PROCEDURE' does not allow specifying the database name as a prefix to the object name.",
      15,
    );
  define("CREATE PROCEDURE", path, session, (schema, name) => ({
    kind: "procedure",
    schema,
    name,
    text,
    parameters,
    body,
  }));
}

function define(
  statement: string,
  path: readonly string[],
  session: Session,
  make: (schema: string, name: string) => SchemaObject,
): void {
  const { database, schema, name } = splitPath(path, session);
  if (!database) throw new SqlError(208, `Invalid object name '${path.join(".")}'.`);
  requireOwner(statement, session, database);
  const definition = make(requireSchema(schema, session.view(database), session), name);
  session.write(database, [{ kind: "create-object", definition }]);
}

/** @throws SqlError 3701 for what does not exist or the login may not drop, 3705 for an object of another kind */
export function dropObjects({ what, paths, ifExists }: BodyOf<"drop-objects">, session: Session): void {
  if (ifExists) session.server.requireVersion(13, "IF", "syntax");
  for (const path of paths) {
    const { database, schema, name } = splitPath(path, session);
    const object = database && session.view(database).object(schema, name);
    if (object?.kind !== what && database && session.view(database).table(schema, name))
      throw wrongKind(what, path.join("."), "table");
    if (!object && ifExists) continue;
    if (!database || !object || session.rightOf(database) !== "DBOwner")
      throw new SqlError(
        3701,
        `Cannot drop the ${what} '${path.join(".")}', because it does not exist or you do not have permission.`,
        11,
        5,
      );
    if (object.kind !== what) throw wrongKind(what, path.join("."), object.kind);
    session.write(database, [{ kind: "drop-object", schema: object.schema, table: object.name }]);
  }
}

/** What DROP says of an object that another DROP is for. */
export function wrongKind(statement: string, name: string, kind: "table" | SchemaObject["kind"]): SqlError {
  return new SqlError(
    3705,
    `Cannot use DROP ${statement.toUpperCase()} with '${name}' because '${name}' is a ${kind}. Use DROP ${kind.toUpperCase()}.`,
  );
}
