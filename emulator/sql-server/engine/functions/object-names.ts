import type { Database } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import { tableObjects } from "../../../data/table-objects";
import { TokenCursor } from "../../syntax/token-cursor";
import { ObjectRegistry } from "../object-registry";
import type { Session } from "../session";
import { splitPath } from "../table-source";

/** A table, view, synonym, constraint or trigger. */
export interface FoundObject {
  readonly database: Database;
  readonly id: number;
  readonly schema: string;
  readonly name: string;
  /** As in sys.objects: U, V, SN, PK, … */
  readonly type: string;
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
  if (!database) return undefined;
  const view = session.view(database);
  const wanted = view.tableKey(schema, name);
  const found = objectsOf(session, view).find((object) => view.tableKey(object.schema, object.name) === wanted);
  const id = ObjectRegistry.of(view).id(schema, name);
  return found && id !== undefined ? { database, id, ...found } : undefined;
}

function objectsOf(session: Session, database: Database): { schema: string; name: string; type: string }[] {
  const ofTables = session.visibleTables(database).flatMap(({ definition }) => {
    const { schema } = definition;
    return tableObjects(definition).map(({ name, type }) => ({ schema, name, type: type.trim() }));
  });
  const others = session.visibleObjects(database).map(({ schema, name, kind }) => ({
    schema,
    name,
    type: kind === "view" ? "V" : kind === "procedure" ? "P" : "SN",
  }));
  return [...ofTables, ...others];
}

/** An object of the database in use by its number. */
export function objectById(session: Session, id: number): { schema: string; name: string; type: string } | undefined {
  const view = session.view(session.database);
  const registry = ObjectRegistry.of(view);
  return objectsOf(session, view).find((object) => registry.id(object.schema, object.name) === id);
}
