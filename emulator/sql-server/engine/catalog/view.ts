import type { Database, Row, Table } from "../../../data/database";
import type { SchemaObject } from "../../../data/schema-object";
import type { SqlType, SqlValue } from "../../../data/sql-value";
import { typeFromText } from "../../syntax/type-parser";
import { momentAt, storedMoment } from "../../values/moment";
import type { ResultColumn } from "../compiled";
import { ObjectRegistry } from "../object-registry";
import type { Session } from "../session";

/** What a catalog view reads: one database as the session sees it. */
export interface CatalogContext {
  readonly session: Session;
  readonly database: Database;
  readonly registry: ObjectRegistry;
  /** The tables that the login may know of. */
  readonly tables: readonly Table[];
  readonly objects: readonly SchemaObject[];
}

export interface View {
  readonly columns: readonly ResultColumn[];
  rows(context: CatalogContext): Row[];
}

/**
 * A view from the text of its columns (`name sysname, object_id int, …`) and a function of its rows, whose members carry those names;
 * a member left out is NULL.
 */
export function view(
  columns: string,
  rows: (context: CatalogContext) => Readonly<Record<string, SqlValue | undefined>>[],
): View {
  const parsed = columns.split(/,(?![^(]*\))/).map((entry): ResultColumn => {
    const [name = "", ...type] = entry.trim().split(/\s+/);
    return { name, type: typeFromText(type.join(" ")), nullable: true };
  });
  return {
    columns: parsed,
    rows: (context) => rows(context).map((record) => parsed.map((column) => record[column.name] ?? null)),
  };
}

export function catalogContext(session: Session, database: Database): CatalogContext {
  const seen = session.view(database);
  const [tables, objects] = [session.visibleTables(seen), session.visibleObjects(seen)];
  return { session, database: seen, registry: ObjectRegistry.of(seen), tables, objects };
}

const datetime: SqlType = { name: "datetime" };

/** An instant as the catalog shows it: local time of the instance. */
export function catalogTime(epochMs: number, session: Session): string {
  return storedMoment(momentAt(epochMs, session.server.offsetMinutes()), datetime)!;
}

/** Only dbo, sys and INFORMATION_SCHEMA have fixed numbers; other schemas are numbered by their names' order. */
export function schemaId(database: Database, schema: string): number {
  const index = schemasOf(database).findIndex((name) => name.toLowerCase() === schema.toLowerCase());
  return index < 0 ? 1 : index === 0 ? 1 : index + 4;
}

/** dbo first. */
export function schemasOf(database: Database): string[] {
  const others = new Map<string, string>();
  for (const { definition } of database.tables()) others.set(definition.schema.toLowerCase(), definition.schema);
  others.delete("dbo");
  return ["dbo", ...[...others.keys()].sort().map((key) => others.get(key)!)];
}
