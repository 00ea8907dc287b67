import { SqlError } from "../../../data/sql-error";
import type { Session } from "../session";
import { splitPath } from "../table-source";
import { type CatalogProcedure, catalogProcedure } from "./catalog-procedures";

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
