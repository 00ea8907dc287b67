import type { Database } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import type { CheckConstraint, ColumnDefinition, TableDefinition } from "../../../data/table-definition";
import { parseExpression } from "../../syntax/expression-parser";
import type { ConstraintSyntax } from "../../syntax/table-syntax";
import { TokenCursor } from "../../syntax/token-cursor";
import { noFrame } from "../compiled";
import { compileExpression } from "../expression-compiler";
import { rowCondition } from "../row-condition";
import { Scope } from "../scope";
import type { Session } from "../session";
import { assigned } from "./assignment";
import { nameOf } from "./constraint-name";
import { foreignKey } from "./define-foreign-key";
import { columnOf, keyDefinition } from "./define-key";

/** @param untrusted checks and foreign keys do not vouch for the rows that are there @throws SqlError of a constraint that does not fit */
export function withConstraints(
  table: TableDefinition,
  constraints: readonly ConstraintSyntax[],
  database: Database,
  session: Session,
  untrusted = false,
): TableDefinition {
  let definition = table;
  for (const constraint of constraints)
    definition = withConstraint(definition, constraint, database, session, untrusted ? { untrusted } : {});
  return definition;
}

function withConstraint(
  definition: TableDefinition,
  constraint: ConstraintSyntax,
  database: Database,
  session: Session,
  trust: { readonly untrusted?: true },
): TableDefinition {
  switch (constraint.kind) {
    case "check": {
      const check = checkConstraint(constraint, definition, database, session);
      return { ...definition, checks: [...(definition.checks ?? []), { ...check, ...trust }] };
    }
    case "default":
      return withDefault(constraint, definition, session);
    case "foreign-key": {
      requireColumns(constraint.columns, definition, session);
      const key = foreignKey(constraint, definition, database, session);
      return { ...definition, foreignKeys: [...definition.foreignKeys, { ...key, ...trust }] };
    }
    default:
      return withKey(constraint, definition, session);
  }
}

function withKey(
  constraint: ConstraintSyntax & { kind: "primary-key" | "unique" },
  definition: TableDefinition,
  session: Session,
): TableDefinition {
  const isPrimary = constraint.kind === "primary-key";
  requireColumns(constraint.columns, definition, session);
  if (isPrimary && definition.primaryKey)
    throw new SqlError(1779, `Table '${definition.name}' already has a primary key defined on it.`);
  const named = nameOf(constraint.name, isPrimary ? "PK" : "UQ", [definition.name], session);
  const key = { ...keyDefinition(constraint, named.name, definition, session), ...named };
  if (!isPrimary) return { ...definition, uniqueConstraints: [...definition.uniqueConstraints, key] };
  if (key.columns.some((column) => columnOf(definition, column, session)!.nullable))
    throw new SqlError(8111, `Cannot define PRIMARY KEY constraint on nullable column in table '${definition.name}'.`);
  return { ...definition, primaryKey: key };
}

function requireColumns(columns: readonly string[], definition: TableDefinition, session: Session): void {
  const missing = columns.find((column) => !columnOf(definition, column, session));
  if (missing !== undefined)
    throw new SqlError(1911, `Column name '${missing}' does not exist in the target table or view.`);
}

function checkConstraint(
  { name, check }: ConstraintSyntax & { kind: "check" },
  definition: TableDefinition,
  database: Database,
  session: Session,
): CheckConstraint {
  const condition = rowCondition(check, definition, database, session, "taken-apart");
  const [column, second] = condition.columns;
  const named = nameOf(name, "CK", second === undefined ? [definition.name, column] : [definition.name], session);
  return { ...named, condition };
}

function withDefault(
  { name, column, expression }: ConstraintSyntax & { kind: "default" },
  definition: TableDefinition,
  session: Session,
): TableDefinition {
  const found = columnOf(definition, column, session);
  if (!found)
    throw new SqlError(
      1752,
      `Column '${column}' in table '${definition.name}' is invalid for creating a default constraint.`,
    );
  if (found.defaultExpression !== undefined) throw new SqlError(1781, "Column already has a DEFAULT bound to it.");
  const changed = { ...found, ...columnDefault(name, expression, found, definition, session) };
  return { ...definition, columns: definition.columns.map((other) => (other === found ? changed : other)) };
}

/** @throws SqlError of an expression that cannot be a default */
export function columnDefault(
  name: string | undefined,
  expression: string,
  column: ColumnDefinition,
  table: { readonly schema: string; readonly name: string },
  session: Session,
): Pick<ColumnDefinition, "defaultExpression" | "defaultConstraint"> {
  const compiled = compileExpression(parseExpression(new TokenCursor(expression)), new Scope(session, new Map()));
  const value = () => assigned(compiled, column, table, session).evaluate(noFrame);
  return {
    defaultExpression: expression,
    defaultConstraint: { ...nameOf(name, "DF", [table.name, column.name], session), value },
  };
}
