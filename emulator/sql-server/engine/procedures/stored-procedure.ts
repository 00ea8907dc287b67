import { SqlError } from "../../../data/sql-error";
import { findObject } from "../functions/object-names";
import { type Argument, type BoundParameters, bindParameters } from "../procedure";
import type { Session } from "../session";
import { splitPath } from "../table-source";
import { catalogProcedure } from "./catalog-procedures";
import type { CatalogProcedure } from "./catalog-sql";

/** A procedure as a text with parameters, and the database that it runs in if that is not the one in use. */
export interface ProcedureText extends CatalogProcedure {
  readonly database?: string;
}

/** A catalog procedure, or one that was made in the database; undefined when there is neither. @throws SqlError 229 */
export function procedureText(path: readonly string[], session: Session): ProcedureText | undefined {
  const where = path.length === 3 && path[0] !== "" ? { database: path[0]! } : {};
  const known = catalogProcedure(path);
  if (known) return { ...known, ...where };
  const { database, schema, name } = splitPath(path, session);
  const object = database && session.view(database).object(schema, name);
  if (!database || object?.kind !== "procedure") return undefined;
  if (session.rightOf(database) !== "DBOwner")
    throw new SqlError(
      229,
      `The EXECUTE permission was denied on the object '${object.name}', database '${database.name}', schema '${object.schema}'.`,
      14,
      5,
    );
  return { parameters: object.parameters, sql: object.body, ...where };
}

/** @throws SqlError of arguments that do not fit, 15009 for the name of an object that is not there */
export function bindProcedure(
  { parameters, object, database }: ProcedureText,
  given: readonly Argument[],
  session: Session,
  name: string,
): BoundParameters {
  const bound = bindParameters(parameters, given, session, name);
  const wanted = object === undefined ? null : bound.variables.get(object)!.value;
  if (typeof wanted === "string" && !findObject(session, wanted))
    throw new SqlError(
      15_009,
      `The object '${wanted}' does not exist in database '${database ?? session.databaseName}' or is invalid for this operation.`,
    );
  return bound;
}
