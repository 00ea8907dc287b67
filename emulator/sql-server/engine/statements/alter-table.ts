import type { Change, Database, Table } from "../../../data/database";
import { SqlError } from "../../../data/sql-error";
import type { SqlValue } from "../../../data/sql-value";
import type { TableDefinition } from "../../../data/table-definition";
import { parseExpression } from "../../syntax/expression-parser";
import type { AlterTable } from "../../syntax/table-syntax";
import { notPlayed, TokenCursor } from "../../syntax/token-cursor";
import { noFrame } from "../compiled";
import { compileExpression } from "../expression-compiler";
import { Scope } from "../scope";
import type { Session } from "../session";
import { findTable } from "../table-source";
import { alterColumn, withoutColumn } from "./alter-columns";
import { switchedConstraints, withoutConstraint } from "./alter-constraints";
import { assigned } from "./assignment";
import { withConstraints } from "./define-constraints";
import { defineColumns, primaryColumns } from "./define-table";

/** @throws SqlError 4902 for a table that does not exist or that the login may not change, and of what does not fit */
export function alterTable(statement: AlterTable, session: Session): void {
  const { database, table } = target(statement, session);
  const { change } = statement;
  if (change.kind === "add") {
    add(change, database, table, session);
    return;
  }
  if (change.kind === "alter-column") {
    session.write(database, alterColumn(change.column, database, table, session));
    return;
  }
  const { definition } = table;
  const after = altered(change, database, table, session);
  const kept = after.columns.map((column) => definition.columns.indexOf(column));
  const drops = change.kind === "drop" && kept.length < definition.columns.length;
  session.write(database, [{ kind: "alter-table", definition: after, ...(drops ? { kept } : {}) }]);
}

function altered(
  change: Exclude<AlterTable["change"], { kind: "add" | "alter-column" }>,
  database: Database,
  table: Table,
  session: Session,
): TableDefinition {
  const { definition } = table;
  switch (change.kind) {
    case "drop":
      return change.dropped.reduce((definition, element) => {
        if (element.ifExists) session.server.requireVersion(13, "IF", "syntax");
        const drop = element.what === "column" ? withoutColumn : withoutConstraint;
        return drop(definition, element, table, session.view(database));
      }, definition);
    case "constraints":
      return switchedConstraints(change, table);
    case "triggers": {
      const { fold } = table.rules;
      const wanted = change.names === "all" ? undefined : new Set(change.names.map(fold));
      const triggers = definition.triggers.map((trigger) =>
        !wanted || wanted.has(fold(trigger.name)) ? { ...trigger, enabled: change.enabled } : trigger,
      );
      return { ...definition, triggers };
    }
  }
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

function add(change: AlterTable["change"] & { kind: "add" }, database: Database, table: Table, session: Session): void {
  const { definition } = table;
  if (change.columns.some((column) => column.identity)) throw notPlayed("ALTER TABLE ... ADD of an identity column");
  const keyed = primaryColumns(change.constraints, table.rules.fold);
  const added = defineColumns(change.columns, keyed, definition, session, definition.columns);
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
  const changed = withConstraints(wider, change.constraints, view, session, change.unchecked);
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
