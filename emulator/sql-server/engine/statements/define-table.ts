import type { Change, Database } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import type { SqlType } from "../../../data/sql-value";
import type { ColumnDefinition, TableDefinition } from "../../../data/table-definition";
import { parseExpression } from "../../syntax/expression-parser";
import type { ColumnSyntax, ConstraintSyntax, CreateTable } from "../../syntax/table-syntax";
import { TokenCursor } from "../../syntax/token-cursor";
import { isText } from "../../values/type-rules";
import { schemasOf } from "../catalog/view";
import { declaredType } from "../declared-type";
import { compileExpression } from "../expression-compiler";
import { requireCollation } from "../known-collation";
import { requireOwner } from "../permission";
import { Scope } from "../scope";
import type { Session } from "../session";
import { resultColumn, splitPath } from "../table-source";
import { columnDefault, withConstraints } from "./define-constraints";

export function createTable(statement: CreateTable, session: Session): void {
  const { database, schema, name } = splitPath(statement.table, session);
  if (!database) throw new SqlError(208, `Invalid object name '${statement.table.join(".")}'.`);
  requireOwner("CREATE TABLE", session, database);
  const view = session.view(database);
  const { fold } = session.collation;
  const knownSchema = requireSchema(schema, view, session);
  const keyed = primaryColumns(statement.constraints, fold);
  const columns = defineColumns(statement.columns, keyed, { schema: knownSchema, name }, session);
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

/** The schema's name as it was made. @throws SqlError 2760 */
export function requireSchema(schema: string, database: Database, { collation: { fold } }: Session): string {
  const known = schemasOf(database).find((candidate) => fold(candidate) === fold(schema));
  if (known !== undefined) return known;
  throw new SqlError(
    2760,
    `The specified schema name "${schema}" either does not exist or you do not have permission to use it.`,
  );
}

/** Folded names of the columns that take no NULL because they are the primary key. */
export function primaryColumns(constraints: readonly ConstraintSyntax[], fold: (name: string) => string): Set<string> {
  return new Set(
    constraints.flatMap((constraint) => (constraint.kind === "primary-key" ? constraint.columns.map(fold) : [])),
  );
}

/**
 * @param existing columns that the table has already, which computed ones may read
 * @param keyed lower-case names of primary key columns, which take no NULL @throws SqlError 2705, 2715, 8111 or of a computed expression
 */
export function defineColumns(
  list: readonly ColumnSyntax[],
  keyed: ReadonlySet<string>,
  { schema, name: table }: { readonly schema: string; readonly name: string },
  session: Session,
  existing: readonly ColumnDefinition[] = [],
): ColumnDefinition[] {
  const { fold } = session.collation;
  const plain = list.map((column, index): ColumnDefinition => {
    const isKey = keyed.has(fold(column.name));
    const { type, userType } = declaredType(column.type ?? { name: "int" }, index + 1, session);
    if (isKey && column.nullable === true)
      throw new SqlError(8111, `Cannot define PRIMARY KEY constraint on nullable column in table '${table}'.`);
    const required = isKey || column.identity !== undefined || type.name === "rowversion";
    return {
      name: column.name,
      type,
      nullable: column.nullable ?? (!required && (userType?.nullable ?? true)),
      ...(userType ? { userType: { schema: userType.schema, name: userType.name } } : {}),
      ...(column.rowGuid ? { rowGuid: true } : {}),
      ...collationOf(column.collation, column.computed === undefined ? type : undefined, session),
      ...(column.identity ? { identity: column.identity } : {}),
      ...(column.computed === undefined ? {} : { computed: column.computed }),
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
    {
      names: [table],
      columns: [...existing, ...plain].map((column) => resultColumn(column, database)),
      rows: () => [],
    },
  ]);
  return plain.map((column, index) => {
    const { defaultExpression, defaultName } = list[index]!;
    if (defaultExpression !== undefined)
      return { ...column, ...columnDefault(defaultName, defaultExpression, column, { schema, name: table }, session) };
    if (column.computed === undefined) return column;
    const { type, nullable } = compileExpression(parseExpression(new TokenCursor(column.computed)), scope);
    return { ...column, type, nullable: nullable && list[index]!.nullable !== false };
  });
}

/** @throws SqlError 447 or 448 for a collation that does not exist or that the column's type does not take */
function collationOf(
  collation: string | undefined,
  type: SqlType | undefined,
  session: Session,
): { collation?: string } {
  if (collation === undefined) return {};
  if (!type || !isText(type)) throw new SqlError(447, `Expression type ${type?.name} is invalid for COLLATE clause.`);
  if (collation.toLowerCase() === "database_default") return { collation: session.database.collation };
  requireCollation(collation);
  return { collation };
}
