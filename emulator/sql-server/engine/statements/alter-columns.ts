import type { Change, Database, Table } from "../../../data/database";
import { referencesTo } from "../../../data/foreign-keys";
import { SqlError } from "../../../data/sql-error";
import { type ColumnDefinition, indexesOf, type TableDefinition } from "../../../data/table-definition";
import { parseExpression } from "../../syntax/expression-parser";
import type { ColumnSyntax, DroppedElement } from "../../syntax/table-syntax";
import { TokenCursor } from "../../syntax/token-cursor";
import { lengthOf } from "../../values/type-rules";
import { type Compiled, noFrame } from "../compiled";
import { columnsIn } from "../row-condition";
import type { Session } from "../session";
import { assigned } from "./assignment";
import { columnDefault } from "./define-constraints";
import { defineColumns } from "./define-table";

/** The definition without the column. @throws SqlError 4923 for the last column, 4924 for one that is not there, 5074 for one in use */
export function withoutColumn(
  definition: TableDefinition,
  { name, ifExists }: DroppedElement,
  table: Table,
  database: Database,
): TableDefinition {
  const found = columnNamed(name, definition, table);
  if (!found && ifExists) return definition;
  const column = found ?? fail(missing("DROP COLUMN", name, definition));
  const user = usersOf(column, definition, table, database)[0];
  if (user) throw inUse(user, column);
  if (column.defaultConstraint) throw inUse({ name: column.defaultConstraint.name, what: "object" }, column);
  const columns = definition.columns.filter((other) => other !== column);
  if (!columns.some(({ computed }) => computed === undefined))
    throw new SqlError(
      4923,
      `ALTER TABLE DROP COLUMN failed because '${column.name}' is the only data column in table '${definition.name}'. A table must have at least one data column.`,
    );
  return { ...definition, columns };
}

/**
 * Gives a column another type, collation or nullability, and its values with it.
 * @throws SqlError 4924 for a column that is not there, 4928 or 5074 for one that cannot be altered, 515 and those of conversions for its values
 */
export function alterColumn(syntax: ColumnSyntax, database: Database, table: Table, session: Session): Change[] {
  const { definition } = table;
  const view = session.view(database);
  const before = columnNamed(syntax.name, definition, table) ?? fail(missing("ALTER COLUMN", syntax.name, definition));
  if (before.computed !== undefined || before.type.name === "rowversion")
    throw new SqlError(
      4928,
      `Cannot alter column '${before.name}' because it is '${before.computed === undefined ? "timestamp" : "COMPUTED"}'.`,
    );
  const [plain] = defineColumns([{ ...syntax, name: before.name }], new Set(), definition, session);
  const { identity, rowGuid } = before;
  const after: ColumnDefinition = {
    ...plain!,
    ...(identity && { identity, nullable: false }),
    ...(rowGuid && { rowGuid }),
  };
  const sameType = before.type.name === after.type.name;
  const grows = sameType && before.type.name.includes("var") && lengthOf(after.type) >= lengthOf(before.type);
  const users = usersOf(before, definition, table, view).filter(({ growable }) => !(growable && grows));
  if (users[0]) throw inUse(users[0], before);
  if (before.defaultConstraint && !sameType)
    throw inUse({ name: before.defaultConstraint.name, what: "object" }, before);
  const column = { ...after, ...keptDefault(before, after, definition, session) };
  const altered = { ...definition, columns: definition.columns.map((other) => (other === before ? column : other)) };
  return [{ kind: "alter-table", definition: altered }, ...convertedRows(before, column, altered, table, session)];
}

function keptDefault(
  before: ColumnDefinition,
  after: ColumnDefinition,
  definition: TableDefinition,
  session: Session,
): Pick<ColumnDefinition, "defaultExpression" | "defaultConstraint"> {
  if (before.defaultExpression === undefined) return {};
  const made = columnDefault(before.defaultConstraint?.name, before.defaultExpression, after, definition, session);
  return {
    ...made,
    ...(before.defaultConstraint && {
      defaultConstraint: { ...before.defaultConstraint, value: made.defaultConstraint!.value },
    }),
  };
}

/** All rows, so that each is looked at for NULL. */
function convertedRows(
  before: ColumnDefinition,
  after: ColumnDefinition,
  definition: TableDefinition,
  table: Table,
  session: Session,
): Change[] {
  const index = definition.columns.indexOf(after);
  const stored: Compiled = { type: before.type, nullable: true, evaluate: ({ rows }) => rows[0]![index] ?? null };
  const value = assigned(stored, after, definition, session);
  const rows = [...table.rows].map(([id, row]) => ({
    id,
    row: row.map((old, position) => (position === index ? value.evaluate({ ...noFrame, rows: [row] }) : old)),
  }));
  if (rows.length === 0) return [];
  return [{ kind: "update", schema: definition.schema, table: definition.name, rows }];
}

interface User {
  readonly name: string;
  readonly what: "object" | "column" | "index";
  /** A longer text does no harm to it. */
  readonly growable?: boolean;
}

/** What the column cannot be changed for: keys, indexes, foreign keys, checks and computed columns. */
function usersOf(column: ColumnDefinition, definition: TableDefinition, table: Table, database: Database): User[] {
  const { fold } = table.rules;
  const has = (names: readonly string[]) => names.some((name) => fold(name) === fold(column.name));
  const { foreignKeys, checks = [], columns } = definition;
  const references = referencesTo(database, definition).map(({ foreignKey }) => foreignKey);
  return [
    ...indexesOf(definition)
      .filter(({ columns: keys, included = [], filter }) => has([...keys, ...included, ...(filter?.columns ?? [])]))
      .map(
        ({ name, kind }): User => ({
          name,
          what: kind === "index" ? "index" : "object",
          growable: kind !== "primary-key",
        }),
      ),
    ...foreignKeys.filter((key) => has(key.columns)).map(({ name }): User => ({ name, what: "object" })),
    ...references.filter((key) => has(key.referencedColumns)).map(({ name }): User => ({ name, what: "object" })),
    ...checks
      .filter(({ condition }) => has(condition.columns))
      .map(({ name }): User => ({ name, what: "object", growable: true })),
    ...columns
      .filter(({ computed }) => computed !== undefined && has(namesIn(computed)))
      .map(({ name }): User => ({ name, what: "column" })),
  ];
}

function namesIn(expression: string): string[] {
  return columnsIn(parseExpression(new TokenCursor(expression))).map((path) => path.at(-1)!);
}

function columnNamed(
  name: string,
  definition: TableDefinition,
  { rules: { fold } }: Table,
): ColumnDefinition | undefined {
  return definition.columns.find((column) => fold(column.name) === fold(name));
}

function missing(change: string, name: string, { name: table }: TableDefinition): SqlError {
  return new SqlError(
    4924,
    `ALTER TABLE ${change} failed because column '${name}' does not exist in table '${table}'.`,
  );
}

function inUse({ name, what }: User, column: ColumnDefinition): SqlError {
  return new SqlError(5074, `The ${what} '${name}' is dependent on column '${column.name}'.`);
}

function fail(error: SqlError): never {
  throw error;
}
