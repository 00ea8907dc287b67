import type { Change, Database, Table } from "../../../data/database";
import { onlyColumn, referencesThrough } from "../../../data/foreign-keys";
import { SqlError } from "../../../data/sql-error";
import type { SqlValue } from "../../../data/sql-value";
import { type ForeignKey, indexesOf, type TableDefinition } from "../../../data/table-definition";
import type { TextRules } from "../../../data/text-rules";
import { parseExpression } from "../../syntax/expression-parser";
import type { AlterTable } from "../../syntax/table-syntax";
import { notPlayed, TokenCursor } from "../../syntax/token-cursor";
import { noFrame } from "../compiled";
import { compileExpression } from "../expression-compiler";
import { Scope } from "../scope";
import type { Session } from "../session";
import { findTable } from "../table-source";
import { assigned } from "./assignment";
import { defineColumns, withConstraints } from "./define-table";

/** @throws SqlError 4902 for a table that does not exist or that the login may not change, and of what does not fit */
export function alterTable(statement: AlterTable, session: Session): void {
  const { database, table } = target(statement, session);
  const { change } = statement;
  const { definition } = table;
  const { fold } = table.rules;
  if (change.kind === "drop-constraint") {
    requireUnreferenced(change.name, table, session.view(database));
    rewrite(database, withoutConstraint(definition, change.name, fold), session);
    return;
  }
  if (change.kind === "triggers") {
    const wanted = change.names === "all" ? undefined : new Set(change.names.map(fold));
    const triggers = definition.triggers.map((trigger) =>
      !wanted || wanted.has(fold(trigger.name)) ? { ...trigger, enabled: change.enabled } : trigger,
    );
    rewrite(database, { ...definition, triggers }, session);
    return;
  }
  add(change, database, table, session);
}

function target(statement: AlterTable, session: Session): { database: Database; table: Table } {
  const missing = new SqlError(
    4902,
    `Cannot find the object "${statement.table.join(".")}" because it does not exist or you do not have permissions.`,
  );
  try {
    const found = findTable(statement.table, session);
    if (session.rightOf(found.database) !== "DBOwner") throw missing;
    return found;
  } catch (error) {
    throw error instanceof SqlError && error.number === 208 ? missing : error;
  }
}

function rewrite(database: Database, definition: TableDefinition, session: Session): void {
  session.write(database, [{ kind: "alter-table", definition }]);
}

/** @throws SqlError 3725 for a key that a foreign key refers to */
function requireUnreferenced(name: string, table: Table, database: Database): void {
  const { fold } = table.rules;
  const key = indexesOf(table.definition).find((index) => fold(index.name) === fold(name));
  const user = key && referencesThrough(database, table, key)[0];
  if (key && user)
    throw new SqlError(
      3725,
      `The constraint '${key.name}' is being referenced by table '${user.child.definition.name}', foreign key constraint '${user.foreignKey.name}'.`,
      16,
      0,
    );
}

function withoutConstraint(definition: TableDefinition, name: string, fold: TextRules["fold"]): TableDefinition {
  const others = <T extends { readonly name: string }>(list: readonly T[]) =>
    list.filter((item) => fold(item.name) !== fold(name));
  const { primaryKey, ...rest } = definition;
  const keepsPrimary = primaryKey && fold(primaryKey.name) !== fold(name);
  const changed: TableDefinition = {
    ...rest,
    ...(keepsPrimary ? { primaryKey } : {}),
    uniqueConstraints: others(definition.uniqueConstraints),
    foreignKeys: others(definition.foreignKeys),
  };
  const count = (table: TableDefinition) =>
    table.uniqueConstraints.length + table.foreignKeys.length + (table.primaryKey ? 1 : 0);
  if (count(changed) === count(definition)) throw new SqlError(3728, `'${name}' is not a constraint.`);
  return changed;
}

function add(change: AlterTable["change"] & { kind: "add" }, database: Database, table: Table, session: Session): void {
  const { definition } = table;
  if (change.columns.some((column) => column.identity)) throw notPlayed("ALTER TABLE ... ADD of an identity column");
  const keyed = new Set(
    change.constraints
      .filter(({ kind }) => kind === "primary-key")
      .flatMap(({ columns }) => columns.map(table.rules.fold)),
  );
  const added = defineColumns(change.columns, keyed, definition.name, session);
  for (const column of added) {
    if (table.columnIndex(column.name) >= 0)
      throw new SqlError(
        2705,
        `Column names in each table must be unique. Column name '${column.name}' in table '${definition.name}' is specified more than once.`,
      );
    if (
      !column.nullable &&
      column.defaultExpression === undefined &&
      column.computed === undefined &&
      table.rowCount > 0
    )
      throw new SqlError(
        4901,
        `ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified. Column '${column.name}' cannot be added to non-empty table '${definition.name}' because it does not satisfy these conditions.`,
      );
  }
  const wider: TableDefinition = { ...definition, columns: [...definition.columns, ...added] };
  const view = session.view(database);
  const changed = withConstraints(wider, change.constraints, view, session);
  for (const key of changed.foreignKeys.slice(definition.foreignKeys.length)) requireParents(key, table, view);
  session.write(database, [{ kind: "alter-table", definition: changed }, ...filledRows(changed, table, session)]);
}

/** Columns that must not be NULL begin with their default. */
function filledRows(definition: TableDefinition, table: Table, session: Session): Change[] {
  const scope = new Scope(session, new Map());
  const defaults = definition.columns.map((column, index) => {
    const isNew = index >= table.definition.columns.length;
    if (!isNew || column.nullable || column.defaultExpression === undefined) return undefined;
    return assigned(
      compileExpression(parseExpression(new TokenCursor(column.defaultExpression)), scope),
      column,
      definition,
      session,
    );
  });
  if (!defaults.some((value) => value) || table.rowCount === 0) return [];
  const rows = [...table.rows].map(([id, row]) => ({
    id,
    row: definition.columns.map((_, index): SqlValue => defaults[index]?.evaluate(noFrame) ?? row[index] ?? null),
  }));
  return [{ kind: "update", schema: definition.schema, table: definition.name, rows }];
}

function requireParents(key: ForeignKey, table: Table, database: Database): void {
  const parent = database.table(key.referencedSchema, key.referencedTable);
  for (const row of table.rows.values()) {
    const values = key.columns.map((column) => row[table.columnIndex(column)] ?? null);
    if (values.includes(null) || parent?.findRow(key.referencedColumns, values) !== undefined) continue;
    throw new SqlError(
      547,
      `The ALTER TABLE statement conflicted with the FOREIGN KEY constraint "${key.name}". The conflict occurred in database "${database.name}", table "${key.referencedSchema}.${key.referencedTable}"${onlyColumn(key.referencedColumns)}.`,
      16,
      0,
    );
  }
}
