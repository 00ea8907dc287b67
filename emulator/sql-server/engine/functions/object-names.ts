import type { Database } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import { TokenCursor } from "../../syntax/token-cursor";
import { ObjectRegistry } from "../object-registry";
import type { Session } from "../session";
import { splitPath } from "../table-source";

/** A table, key, foreign key or trigger. */
export interface FoundObject {
  readonly database: Database;
  readonly id: number;
  readonly schema: string;
  readonly name: string;
}

/** An object by its written name, `[dbo].[Orders]` or `shop.dbo.Orders`. */
export function findObject(session: Session, text: string): FoundObject | undefined {
  let path: string[];
  try {
    path = new TokenCursor(text).path();
  } catch (error) {
    if (error instanceof SqlError) return undefined;
    throw error;
  }
  const { database, schema, name } = splitPath(path, session);
  const id = database && ObjectRegistry.of(session.view(database)).id(schema, name);
  return database && id !== undefined && exists(session, database, schema, name)
    ? { database, id, schema, name }
    : undefined;
}

function exists(session: Session, database: Database, schema: string, name: string): boolean {
  return objectsOf(session, session.view(database)).some(
    (object) =>
      object.schema.toLowerCase() === schema.toLowerCase() && object.name.toLowerCase() === name.toLowerCase(),
  );
}

function objectsOf(session: Session, database: Database): { schema: string; name: string }[] {
  return session.visibleTables(database).flatMap(({ definition }) => {
    const { schema, primaryKey, uniqueConstraints, foreignKeys, triggers } = definition;
    return [definition, ...(primaryKey ? [primaryKey] : []), ...uniqueConstraints, ...foreignKeys, ...triggers].map(
      ({ name }) => ({ schema, name }),
    );
  });
}

/** An object of the database in use by its number. */
export function objectById(session: Session, id: number): { schema: string; name: string } | undefined {
  const view = session.view(session.database);
  const registry = ObjectRegistry.of(view);
  return objectsOf(session, view).find((object) => registry.id(object.schema, object.name) === id);
}
