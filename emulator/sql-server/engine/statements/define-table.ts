import { randomText } from "../../../core/random";
import type { Change, Database } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import type { ColumnDefinition, ForeignKey, KeyConstraint, TableDefinition } from "../../../data/table-definition";
import { parseExpression } from "../../syntax/expression-parser";
import type { ColumnSyntax, ConstraintSyntax, CreateTable } from "../../syntax/table-syntax";
import { TokenCursor } from "../../syntax/token-cursor";
import { schemasOf } from "../catalog/view";
import { compileExpression } from "../expression-compiler";
import { requireOwner } from "../permission";
import { Scope } from "../scope";
import type { Session } from "../session";
import { splitPath } from "../table-source";

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
  const scope = new Scope(session, new Map(), [{ names: [table], columns: plain, rows: () => [] }]);
  return plain.map((column, index) => {
    if (column.defaultExpression !== undefined)
      compileExpression(parseExpression(new TokenCursor(column.defaultExpression)), new Scope(session, new Map()));
    if (column.computed === undefined) return column;
    const { type, nullable } = compileExpression(parseExpression(new TokenCursor(column.computed)), scope);
    return { ...column, type, nullable: nullable && list[index]!.nullable !== false };
  });
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
    const key: KeyConstraint = {
      name: constraint.name ?? systemName(prefix, definition.name, session),
      columns: realNames(definition, constraint.columns, session),
    };
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

function columnOf(definition: TableDefinition, name: string, session: Session): ColumnDefinition | undefined {
  const { fold } = session.collation;
  return definition.columns.find((column) => fold(column.name) === fold(name));
}

function realNames(definition: TableDefinition, names: readonly string[], session: Session): string[] {
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
  const keys = [...(referenced.primaryKey ? [referenced.primaryKey] : []), ...referenced.uniqueConstraints];
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
