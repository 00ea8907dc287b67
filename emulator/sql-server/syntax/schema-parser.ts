import { SqlError } from "../../data/sql-error";
import type { SqlType } from "../../data/sql-value";
import { notPlayed, type TokenCursor } from "./token-cursor";
import { parseType } from "./type-parser";

export interface CreateSchema {
  readonly kind: "create-schema";
  readonly name: string;
}

export interface CreateType {
  readonly kind: "create-type";
  readonly path: readonly string[];
  readonly type: SqlType;
  readonly nullable: boolean;
}

/**
 * Behind CREATE SCHEMA: `name [AUTHORIZATION dbo]`.
 * @param first is it the first statement of its batch?
 */
export function parseCreateSchema(cursor: TokenCursor, first: boolean): CreateSchema {
  if (!first) throw new SqlError(111, "'CREATE SCHEMA' must be the first statement in a query batch.", 15);
  if (cursor.isWord("AUTHORIZATION")) throw notPlayed("CREATE SCHEMA without a name");
  const name = cursor.name();
  if (cursor.takeWords("AUTHORIZATION") && cursor.name().toLowerCase() !== "dbo")
    throw notPlayed("A schema of another owner than dbo");
  cursor.takeSymbol(";");
  if (cursor.current.kind !== "end") throw notPlayed("CREATE SCHEMA with the objects of the schema");
  return { kind: "create-schema", name };
}

/** Behind CREATE TYPE: `name FROM type [NULL | NOT NULL]`. */
export function parseCreateType(cursor: TokenCursor): CreateType {
  const path = cursor.path();
  if (!cursor.takeWords("FROM")) throw notPlayed("CREATE TYPE of a table or an assembly");
  const type = parseType(cursor, "declaration");
  const nullable = !cursor.takeWords("NOT", "NULL");
  cursor.takeWords("NULL");
  return { kind: "create-type", path, type, nullable };
}
