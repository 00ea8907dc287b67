import { randomText } from "../../../core/random";
import type { Change, Database } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import type { SqlType } from "../../../data/sql-value";
import {
  type ColumnDefinition,
  enforcedKeys,
  type ForeignKey,
  indexesOf,
  isClustered,
  type KeyConstraint,
  type TableDefinition,
} from "../../../data/table-definition";
import { parseExpression } from "../../syntax/expression-parser";
import type { ColumnSyntax, ConstraintSyntax, CreateTable, KeyColumns } from "../../syntax/table-syntax";
import { notPlayed, TokenCursor } from "../../syntax/token-cursor";
import { isText } from "../../values/type-rules";
import { schemasOf } from "../catalog/view";
import { compileExpression } from "../expression-compiler";
import { requireCollation } from "../known-collation";
import { requireOwner } from "../permission";
import { Scope } from "../scope";
import type { Session } from "../session";
import { resultColumn, splitPath } from "../table-source";

export function createTable(statement: CreateTable, session: Session): void {
  const { database, schema, name } = splitPath(statement.table, session);
  if (!database) throw new SqlError(208, `Invalid object name '${statement.table.join(".")}'.`);
  requireOwner("CREATE TABLE", session, database);
  const view = session.view(database);
  const { fold } = session.collation;
  const knownSchema = schemasOf(view).find((known) => fold(known) === fold(schema));
  if (!knownSchema)
    throw new SqlError(
      2760,
      `The specified schema name "${schema}" either does not exist or you do not have permission to use it.`,
    );
  const keyed = new Set(
    statement.constraints.filter(({ kind }) => kind === "primary-key").flatMap(({ columns }) => columns.map(fold)),
  );
  const columns = defineColumns(statement.columns, keyed, name, session);
  const empty: TableDefinition = {
    schema: knownSchema,
    name,
    columns,
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
  };
  const definition = withConstraints(empty, statement.constraints, view, session);
  const change: Change = { kind: "create-table", definition };
  session.write(database, [change]);
}

/** @param keyed lower-case names of primary key columns, which take no NULL @throws SqlError 2705, 8111 or of a computed expression */
export function defineColumns(
  list: readonly ColumnSyntax[],
  keyed: ReadonlySet<string>,
  table: string,
  session: Session,
): ColumnDefinition[] {
  const { fold } = session.collation;
  const plain = list.map((column): ColumnDefinition => {
    const isKey = keyed.has(fold(column.name));
    if (isKey && column.nullable === true)
      throw new SqlError(8111, `Cannot define PRIMARY KEY constraint on nullable column in table '${table}'.`);
    const required = isKey || column.identity !== undefined || column.type?.name === "rowversion";
    return {
      name: column.name,
      type: column.type ?? { name: "int" },
      nullable: column.nullable ?? !required,
      ...collationOf(column, session),
      ...(column.identity ? { identity: column.identity } : {}),
      ...(column.computed === undefined ? {} : { computed: column.computed }),
      ...(column.defaultExpression === undefined ? {} : { defaultExpression: column.defaultExpression }),
    };
  });
  const names = plain.map((column) => fold(column.name));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined)
    throw new SqlError(
      2705,
      `Column names in each table must be unique. Column name '${repeated}' in table '${table}' is specified more than once.`,
    );
  const { database } = session;
  const scope = new Scope(session, new Map(), [
    { names: [table], columns: plain.map((column) => resultColumn(column, database)), rows: () => [] },
  ]);
  return plain.map((column, index) => {
    if (column.defaultExpression !== undefined)
      compileExpression(parseExpression(new TokenCursor(column.defaultExpression)), new Scope(session, new Map()));
    if (column.computed === undefined) return column;
    const { type, nullable } = compileExpression(parseExpression(new TokenCursor(column.computed)), scope);
    return { ...column, type, nullable: nullable && list[index]!.nullable !== false };
  });
}

/** @throws SqlError 448 or 450 for a collation that does not exist or that the column's type does not take */
function collationOf({ name, type, collation }: ColumnSyntax, session: Session): { collation?: string } {
  if (collation === undefined) return {};
  if (!type || !isText(type))
    throw new SqlError(
      452,
      `COLLATE clause cannot be used on user-defined data types or on column '${name}', whose type is no character type.`,
    );
  if (collation.toLowerCase() === "database_default") return { collation: session.database.collation };
  requireCollation(collation);
  return { collation };
}

/** The definition with further keys and foreign keys. @throws SqlError 1750 family when one does not fit */
export function withConstraints(
  table: TableDefinition,
  constraints: readonly ConstraintSyntax[],
  database: Database,
  session: Session,
): TableDefinition {
  let definition = table;
  for (const constraint of constraints) {
    const missing = constraint.columns.find((column) => !columnOf(definition, column, session));
    if (missing !== undefined)
      throw new SqlError(1911, `Column name '${missing}' does not exist in the target table or view.`);
    if (constraint.kind === "foreign-key") {
      definition = {
        ...definition,
        foreignKeys: [...definition.foreignKeys, foreignKey(constraint, definition, database, session)],
      };
      continue;
    }
    const prefix = constraint.kind === "primary-key" ? "PK" : "UQ";
    const name = constraint.name ?? systemName(prefix, definition.name, session);
    const key = keyDefinition(constraint, name, definition, session);
    if (constraint.kind === "unique")
      definition = { ...definition, uniqueConstraints: [...definition.uniqueConstraints, key] };
    else {
      if (definition.primaryKey)
        throw new SqlError(1779, `Table '${definition.name}' already has a primary key defined on it.`);
      if (key.columns.some((column) => columnOf(definition, column, session)!.nullable))
        throw new SqlError(
          8111,
          `Cannot define PRIMARY KEY constraint on nullable column in table '${definition.name}'.`,
        );
      definition = { ...definition, primaryKey: key };
    }
  }
  return definition;
}

/**
 * What a key or index says of its columns and of its place in the table.
 * @throws SqlError 1902, 1909, 1911, 1913 or 1919 when it does not fit the table
 */
export function keyDefinition(
  syntax: KeyColumns & { readonly kind: string; readonly clustered: boolean | undefined },
  name: string,
  table: TableDefinition,
  session: Session,
): KeyConstraint {
  const { fold } = session.collation;
  const indexes = indexesOf(table);
  const shown = `${table.schema}.${table.name}`;
  if (indexes.some((index) => fold(index.name) === fold(name)))
    throw new SqlError(
      1913,
      `The operation failed because an index or statistics with name '${name}' already exists on table '${shown}'.`,
    );
  const clusteredNow = indexes.find(isClustered);
  const clustered = syntax.clustered ?? (syntax.kind === "primary-key" && !clusteredNow);
  if (clustered && clusteredNow)
    throw new SqlError(
      1902,
      `Cannot create more than one clustered index on table '${shown}'. Drop the existing clustered index '${clusteredNow.name}' before creating another.`,
      16,
      3,
    );
  for (const [position, column] of syntax.columns.entries()) {
    const found = columnOf(table, column, session);
    if (!found) throw new SqlError(1911, `Column name '${column}' does not exist in the target table or view.`);
    if (syntax.columns.findIndex((other) => fold(other) === fold(column)) !== position)
      throw new SqlError(
        1909,
        `Cannot use duplicate column names in index. Column name '${column}' listed more than once.`,
      );
    if (found.computed !== undefined) throw notPlayed("A key over a computed column");
    if (isUnindexable(found.type))
      throw new SqlError(
        1919,
        `Column '${found.name}' in table '${shown}' is of a type that is invalid for use as a key column in an index.`,
      );
  }
  return {
    name,
    columns: realNames(table, syntax.columns, session),
    ...(syntax.descending.length > 0 ? { descending: realNames(table, syntax.descending, session) } : {}),
    ...(clustered === (syntax.kind === "primary-key") ? {} : { clustered }),
  };
}

function isUnindexable(type: SqlType): boolean {
  return type.length === "max" || ["text", "ntext", "image", "xml"].includes(type.name);
}

function columnOf(definition: TableDefinition, name: string, session: Session): ColumnDefinition | undefined {
  const { fold } = session.collation;
  return definition.columns.find((column) => fold(column.name) === fold(name));
}

export function realNames(definition: TableDefinition, names: readonly string[], session: Session): string[] {
  return names.map((name) => columnOf(definition, name, session)!.name);
}

/** SQL Server's form: the kind, parts of the names, eight hexadecimal digits. */
function systemName(prefix: string, table: string, session: Session): string {
  return `${prefix}__${table.slice(0, 9)}__${randomText(session.server.random, 8, "0123456789ABCDEF")}`;
}

function foreignKey(
  constraint: ConstraintSyntax & { kind: "foreign-key" },
  definition: TableDefinition,
  database: Database,
  session: Session,
): ForeignKey {
  const [referencedName = "", referencedSchema = definition.schema] = [...constraint.referenced].reverse();
  const { fold } = session.collation;
  const itself = fold(referencedName) === fold(definition.name) && fold(referencedSchema) === fold(definition.schema);
  const referenced = itself ? definition : database.table(referencedSchema, referencedName)?.definition;
  const name = constraint.name ?? systemName("FK", definition.name, session);
  if (!referenced)
    throw new SqlError(1767, `Foreign key '${name}' references invalid table '${constraint.referenced.join(".")}'.`);
  const columns =
    constraint.referencedColumns.length > 0 ? constraint.referencedColumns : (referenced.primaryKey?.columns ?? []);
  const wanted = columns.map(fold).sort().join();
  const keys = enforcedKeys(referenced).filter((key) => !key.filter);
  const matching = keys.find((key) => key.columns.map(fold).sort().join() === wanted);
  if (!matching || columns.length !== constraint.columns.length)
    throw new SqlError(
      1776,
      `There are no primary or candidate keys in the referenced table '${constraint.referenced.join(".")}' that match the referencing column list in the foreign key '${name}'.`,
    );
  return {
    name,
    columns: realNames(definition, constraint.columns, session),
    referencedSchema: referenced.schema,
    referencedTable: referenced.name,
    referencedColumns: realNames(referenced, columns, session),
  };
}
