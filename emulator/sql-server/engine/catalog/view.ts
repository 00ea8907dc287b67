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

/** Only dbo, sys and INFORMATION_SCHEMA have fixed numbers; other schemas are numbered in their order. */
export function schemaId(database: Database, schema: string): number {
  const index = schemasOf(database).findIndex((name) => name.toLowerCase() === schema.toLowerCase());
  return index < 1 ? 1 : index + 4;
}

/** What sys.schemas shows. */
export function schemas(database: Database): { readonly name: string; readonly id: number }[] {
  return [
    ...schemasOf(database).map((name) => ({ name, id: schemaId(database, name) })),
    { name: "INFORMATION_SCHEMA", id: 3 },
    { name: "sys", id: 4 },
  ];
}

/** dbo first, then those that CREATE SCHEMA made, then those that only tables and views of other writers have. */
export function schemasOf(database: Database): string[] {
  const others = new Map<string, string>();
  const used = [...database.tables().map(({ definition }) => definition), ...database.objects()];
  const found = used.map(({ schema }) => schema).sort();
  for (const name of [...database.names.schemas(), ...found])
    if (!others.has(name.toLowerCase())) others.set(name.toLowerCase(), name);
  others.delete("dbo");
  return ["dbo", ...others.values()];
}

/** user_type_id of a user's type: they are numbered in their order. */
export function userTypeId(database: Database, { schema, name }: { readonly schema: string; readonly name: string }) {
  const key = database.tableKey(schema, name);
  return 257 + database.names.types().findIndex((type) => database.tableKey(type.schema, type.name) === key);
}
