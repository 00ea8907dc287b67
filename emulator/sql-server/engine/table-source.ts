import type { Database, Row, Table } from "../../data/database";
import type { Synonym, View } from "../../data/schema-object";
import { SqlError } from "../../data/sql-error";
import type { ColumnDefinition } from "../../data/table-definition";
import type { TableSource } from "../syntax/query";
import { isNotPlayed, notPlayed } from "../syntax/token-cursor";
import { catalogView } from "./catalog/views";
import type { Frame, ResultColumn } from "./compiled";
import { computedRows } from "./computed-columns";
import { requireRight } from "./permission";
import { compileQuery } from "./query-compiler";
import { Scope, type Source } from "./scope";
import type { Session } from "./session";
import { requireCollations } from "./sort-key";
import { compileView } from "./view-query";

/**
 * Rows of a table, a catalog view, a common table expression or a derived table.
 * @param seen the sources that a derived table sees as the right side of an APPLY
 */
export function makeSource(source: Exclude<TableSource, { kind: "join" }>, around: Scope, seen?: Scope): Source {
  if (source.kind === "derived") {
    const inner = seen ? new Scope(around.session, around.variables, [], seen, around.common) : around;
    return derivedSource(source.query, source.alias, source.columns, inner);
  }
  const { path, alias } = source;
  const common = path.length === 1 ? around.common.get(path[0]!.toLowerCase()) : undefined;
  if (common === "recursive") throw notPlayed("A recursive common table expression");
  if (common) {
    const inner = new Scope(around.session, around.variables, [], around.parent, common.visible);
    const source = derivedSource(common.table.query, alias ?? common.table.name, common.table.columns, inner);
    if (inner.correlated) around.markCorrelated();
    return source;
  }
  const names = alias === undefined ? [...path] : [alias];
  const { session } = around;
  const view = catalogView(path, session, (stored, database) => columnsOf(stored, database, session));
  if (view) return { names, columns: view.columns, rows: () => view.rows() };
  const found = findSource(path, session);
  if ("view" in found) return { names, ...viewRows(found.database, found.view, session) };
  const { database, table } = found;
  requireRight("SELECT", session, database, table.definition);
  return { names, ...storedRows(session, database, table) };
}

/** The columns of a view for the catalog. */
function columnsOf(view: View, database: string, session: Session): readonly ResultColumn[] {
  const close = session.openScope();
  try {
    session.use(database);
    return compileView(view, session).columns;
  } catch (error) {
    if (error instanceof SqlError && !isNotPlayed(error)) return [];
    throw error;
  } finally {
    close();
  }
}

function viewRows(database: Database, view: View, session: Session): Omit<Source, "names"> {
  if (database !== session.database) throw notPlayed("A view of another database");
  requireRight("SELECT", session, database, view);
  const { columns, rows } = compileView(view, session);
  return { columns, rows: () => rows(undefined) };
}

function derivedSource(
  query: Parameters<typeof compileQuery>[0],
  alias: string,
  names: readonly string[] | undefined,
  around: Scope,
): Source {
  const compiled = compileQuery(query, around);
  if (compiled.correlated) around.markCorrelated();
  requireCollations(compiled.columns);
  if (names && names.length !== compiled.columns.length)
    throw new SqlError(
      compiled.columns.length > names.length ? 8158 : 8159,
      `'${alias}' has ${compiled.columns.length > names.length ? "more" : "fewer"} columns than were specified in the column list.`,
    );
  // Outside, what COLLATE chose is the collation of a column like others.
  const columns = compiled.columns.map(({ collates: _, ...column }, index) => ({
    ...column,
    name: names?.[index] ?? column.name,
  }));
  const unnamed = columns.findIndex((column) => column.name === "");
  if (unnamed >= 0)
    throw new SqlError(8155, `No column name was specified for column ${unnamed + 1} of '${alias}'.`, 16, 2);
  const folded = columns.map(({ name }) => around.session.collation.fold(name));
  const repeated = columns.find((_, index) => folded.indexOf(folded[index]!) !== index);
  if (repeated) throw new SqlError(8156, `The column '${repeated.name}' was specified multiple times for '${alias}'.`);
  return { names: [alias], columns, rows: (outer) => compiled.rows(outer) };
}

/** Parts of a table's name: at most database, schema and table. */
export function splitPath(
  path: readonly string[],
  session: Session,
): { database: Database | undefined; schema: string; name: string } {
  if (path.length > 3) throw new SqlError(7202, `Could not find server '${path[0]}' in sys.servers.`, 11, 2);
  const [name = "", schema, databaseName] = [...path].reverse();
  const database = databaseName ? session.enter(databaseName) : session.database;
  return { database, schema: schema || "dbo", name };
}

type FoundTable = { readonly database: Database; readonly table: Table };

/** A table by its name or a synonym. @throws SqlError 208 where there is none, 916 for a database that the login may not enter */
export function findTable(path: readonly string[], session: Session): FoundTable {
  const found = findSource(path, session);
  if ("view" in found) throw notPlayed("A change of or through a view");
  return found;
}

/** A table or a view by its name or a synonym. @throws SqlError 208, 916, or 5313 for a synonym of nothing */
function findSource(
  path: readonly string[],
  session: Session,
): FoundTable | { readonly database: Database; readonly view: View } {
  const { database, schema, name } = splitPath(path, session);
  if (name.startsWith("#")) throw notPlayed("A temporary table");
  const seen = database && session.view(database);
  const table = seen?.table(schema, name);
  if (database && table) return { database, table };
  const object = seen?.object(schema, name);
  if (!database || !object || object.kind === "procedure")
    throw new SqlError(208, `Invalid object name '${path.join(".")}'.`);
  if (object.kind === "view") return { database, view: object };
  return behindSynonym(object, database, session);
}

function behindSynonym(synonym: Synonym, database: Database, session: Session): ReturnType<typeof findSource> {
  const [name = "", schema = "", databaseName = ""] = [...synonym.target].reverse();
  try {
    return findSource([databaseName || database.name, schema, name], session);
  } catch (error) {
    if (!(error instanceof SqlError) || error.number !== 208) throw error;
    throw new SqlError(5313, `Synonym '${synonym.schema}.${synonym.name}' refers to an invalid object.`);
  }
}

export function tableColumns(database: Database, table: Table): ResultColumn[] {
  return table.definition.columns.map((column) => resultColumn(column, database));
}

/** A stored column as expressions see it. */
export function resultColumn(column: ColumnDefinition, database: Database): ResultColumn {
  const { name, type, nullable, collation, computed, identity } = column;
  return {
    name,
    type,
    nullable,
    collation: collation ?? database.collation,
    ...(computed === undefined && { stored: identity ? ("identity" as const) : ("column" as const) }),
  };
}

/** @param withIds appends each row's id behind its columns, for UPDATE and DELETE */
export function storedRows(session: Session, database: Database, table: Table, withIds = false): Omit<Source, "names"> {
  const columns = tableColumns(database, table);
  const compute = computedRows(session, database, table);
  if (!withIds && !compute) {
    return { columns, rows: () => table.rows.values(), stored: { database: session.view(database), table } };
  }
  function* rows(_outer: Frame | undefined): Generator<Row> {
    for (const [id, row] of table.rows) {
      const whole = compute ? compute(row) : row;
      yield withIds ? [...whole, id] : whole;
    }
  }
  return { columns, rows };
}
