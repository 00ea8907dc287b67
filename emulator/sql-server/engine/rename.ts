import type { Change, Database, Table } from "../../data/database";
import { referencesTo } from "../../data/foreign-keys";
import { SqlError } from "../../data/sql-error";
import { type ForeignKey, indexesOf, type TableDefinition } from "../../data/table-definition";
import { tableObjects } from "../../data/table-objects";
import { notPlayed, TokenCursor } from "../syntax/token-cursor";
import { type Argument, bindParameters } from "./procedure";
import type { ResultSink } from "./result-sink";
import type { Session } from "./session";
import { splitPath } from "./table-source";

const parameters = "@objname nvarchar(1035), @newname nvarchar(128), @objtype varchar(13) = NULL";

/**
 * sp_rename of tables, columns, constraints and indexes. Views and synonyms keep the old names in their texts, as in SQL Server.
 * @throws SqlError 15225 for what does not exist, 15248 for a wrong type, 15335 for a new name that is taken, 15336 for a column in use
 */
export function renameObject(given: readonly Argument[], session: Session, sink: ResultSink): void {
  const { variables } = bindParameters(parameters, given, session);
  const text = (name: string) => (variables.get(name)?.value ?? "") as string;
  const [path, to, type] = [pathOf(text("@objname")), text("@newname"), text("@objtype").trim().toUpperCase()];
  const { database } = session;
  if (session.rightOf(database) !== "DBOwner" || to === "") throw notFound(text("@objname"), type, database);
  if (type === "DATABASE" || type === "USERDATATYPE") throw notPlayed(`sp_rename of a ${type.toLowerCase()}`);
  const changes = changesFor(path, to, type, session);
  if (!changes) throw notFound(text("@objname"), type, database);
  session.write(database, changes);
  sink.message("Caution: Changing any part of an object name could break scripts and stored procedures.", {
    number: 15477,
    severity: 0,
    state: 1,
    line: 1,
  });
}

function pathOf(name: string): string[] {
  try {
    return new TokenCursor(name).path();
  } catch (error) {
    if (error instanceof SqlError) return [name];
    throw error;
  }
}

/** undefined when there is nothing of that name and type. */
function changesFor(path: readonly string[], to: string, type: string, session: Session): Change[] | undefined {
  const view = session.view(session.database);
  if (type === "COLUMN" || type === "INDEX") {
    const { schema, name } = splitPath(path.slice(0, -1), session);
    const table = path.length > 1 ? view.table(schema, name) : undefined;
    if (!table) return undefined;
    const definition =
      type === "COLUMN" ? withColumn(table, path.at(-1)!, to) : withIndex(table.definition, path.at(-1)!, to, table);
    if (!definition) return undefined;
    return [
      { kind: "alter-table", definition },
      ...(type === "COLUMN" ? referrers(view, table, (columns) => columns.map(swap(path.at(-1)!, to, table))) : []),
    ];
  }
  if (type !== "" && type !== "OBJECT")
    throw new SqlError(15249, `Error: Explicit @objtype '${type}' is unrecognized.`, 11);
  const { schema, name } = splitPath(path, session);
  if (view.object(schema, name)) throw notPlayed("sp_rename of a view or synonym");
  const table = view.table(schema, name);
  return table ? renamedTable(table, to, view) : renamedConstraint(schema, name, to, view);
}

function renamedTable(table: Table, to: string, view: Database): Change[] {
  const { schema, name } = table.definition;
  requireFree(view, schema, name, to);
  const foreignKeys = table.definition.foreignKeys.map((key) =>
    isOwn(key, table.definition, table.rules.fold) ? { ...key, referencedTable: to } : key,
  );
  const definition = { ...table.definition, name: to, foreignKeys };
  return [
    { kind: "rename-table", schema, table: name, definition },
    ...referrers(view, table, (columns) => columns, to),
  ];
}

/** The other tables whose foreign keys refer to the table, with its new name and columns. */
function referrers(
  view: Database,
  table: Table,
  columns: (names: readonly string[]) => readonly string[],
  to = table.definition.name,
): Change[] {
  const keys = new Set(referencesTo(view, table.definition).map(({ foreignKey }) => foreignKey));
  return view
    .tables()
    .filter((other) => other !== table && other.definition.foreignKeys.some((key) => keys.has(key)))
    .map(({ definition }) => ({
      kind: "alter-table",
      definition: {
        ...definition,
        foreignKeys: definition.foreignKeys.map((key) =>
          keys.has(key) ? { ...key, referencedTable: to, referencedColumns: columns(key.referencedColumns) } : key,
        ),
      },
    }));
}

function renamedConstraint(schema: string, name: string, to: string, view: Database): Change[] | undefined {
  const wanted = view.tableKey(schema, name);
  const table = view
    .tables()
    .find(({ definition }) =>
      tableObjects(definition).some((object) => view.tableKey(definition.schema, object.name) === wanted),
    );
  if (!table) return undefined;
  requireFree(view, schema, name, to);
  const { definition } = table;
  const renamed = <T extends { readonly name: string }>(list: readonly T[]) =>
    list.map((item) =>
      view.tableKey(schema, item.name) === wanted ? { ...item, name: to, systemNamed: false } : item,
    );
  return [
    {
      kind: "alter-table",
      definition: {
        ...definition,
        ...(definition.primaryKey ? { primaryKey: renamed([definition.primaryKey])[0]! } : {}),
        uniqueConstraints: renamed(definition.uniqueConstraints),
        foreignKeys: renamed(definition.foreignKeys),
        triggers: definition.triggers.map((trigger) => renamed([trigger])[0]!),
        checks: renamed(definition.checks ?? []),
        columns: definition.columns.map((column) =>
          column.defaultConstraint ? { ...column, defaultConstraint: renamed([column.defaultConstraint])[0]! } : column,
        ),
      },
    },
  ];
}

function withIndex(definition: TableDefinition, from: string, to: string, { rules }: Table) {
  const isIt = ({ name }: { readonly name: string }) => rules.fold(name) === rules.fold(from);
  const found = indexesOf(definition).find(isIt);
  if (!found) return undefined;
  if (indexesOf(definition).some((index) => index.name !== found.name && rules.fold(index.name) === rules.fold(to)))
    throw taken(to, "INDEX");
  const renamed = <T extends { readonly name: string }>(key: T): T => (isIt(key) ? { ...key, name: to } : key);
  const { primaryKey, uniqueConstraints, indexes = [] } = definition;
  return {
    ...definition,
    ...(primaryKey ? { primaryKey: renamed(primaryKey) } : {}),
    uniqueConstraints: uniqueConstraints.map(renamed),
    indexes: indexes.map(renamed),
  };
}

function swap(from: string, to: string, { rules: { fold } }: Table) {
  return (name: string) => (fold(name) === fold(from) ? to : name);
}

function withColumn(table: Table, from: string, to: string): TableDefinition | undefined {
  const { definition, rules } = table;
  const index = table.columnIndex(from);
  if (index < 0) return undefined;
  if (![-1, index].includes(table.columnIndex(to))) throw taken(to, "COLUMN");
  const conditions = [
    ...(definition.checks ?? []).map(({ condition }) => condition),
    ...(definition.indexes ?? []).flatMap(({ filter }) => filter ?? []),
  ];
  const inUse = conditions.some(({ columns }) => columns.some((column) => rules.fold(column) === rules.fold(from)));
  if (inUse || definition.columns.some(({ computed }) => computed !== undefined))
    throw new SqlError(
      15336,
      `Object '${definition.schema}.${definition.name}.${from}' cannot be renamed because the object participates in enforced dependencies.`,
    );
  const rename = swap(from, to, table);
  const key = <T extends { readonly columns: readonly string[] }>(item: T): T => ({
    ...item,
    columns: item.columns.map(rename),
  });
  const { primaryKey, uniqueConstraints, foreignKeys, indexes = [] } = definition;
  return {
    ...definition,
    columns: definition.columns.map((column) => ({ ...column, name: rename(column.name) })),
    ...(primaryKey ? { primaryKey: key(primaryKey) } : {}),
    uniqueConstraints: uniqueConstraints.map(key),
    foreignKeys: foreignKeys.map((item) => ({
      ...key(item),
      ...(isOwn(item, definition, rules.fold) ? { referencedColumns: item.referencedColumns.map(rename) } : {}),
    })),
    indexes: indexes.map((item) => ({
      ...key(item),
      ...(item.included ? { included: item.included.map(rename) } : {}),
    })),
  };
}

/** Does the foreign key refer to its own table? */
function isOwn(key: ForeignKey, { schema, name }: TableDefinition, fold: (name: string) => string): boolean {
  return fold(key.referencedSchema) === fold(schema) && fold(key.referencedTable) === fold(name);
}

function requireFree(view: Database, schema: string, from: string, to: string): void {
  const wanted = view.tableKey(schema, to);
  if (wanted === view.tableKey(schema, from)) return;
  const names = view
    .tables()
    .flatMap(({ definition }) => tableObjects(definition).map(({ name }) => view.tableKey(definition.schema, name)));
  if (names.includes(wanted) || view.object(schema, to)) throw taken(to, "OBJECT");
}

function taken(name: string, type: string): SqlError {
  return new SqlError(
    15335,
    `Error: The new name '${name}' is already in use as a ${type} name and would cause a duplicate that is not permitted.`,
    11,
  );
}

function notFound(name: string, type: string, database: Database): SqlError {
  if (type !== "")
    return new SqlError(
      15248,
      `Either the parameter @objname is ambiguous or the claimed @objtype (${type}) is wrong.`,
      11,
    );
  return new SqlError(
    15225,
    `No item by the name of '${name}' could be found in the current database '${database.name}', given that @itemtype was input as '(null)'.`,
    11,
  );
}
