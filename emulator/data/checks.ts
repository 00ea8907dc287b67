import type { Database } from "./database";
import { conflict } from "./foreign-keys";
import type { Row } from "./row";
import { isCurrent, type RowEffect } from "./row-effect";
import type { Table } from "./table";
import type { CheckConstraint } from "./table-definition";

/** @throws SqlError 547 for a row for which a condition is false; unknown is good enough */
export function checkConditions(database: Database, table: Table, effects: readonly RowEffect[]): void {
  const enforced = (table.definition.checks ?? []).filter((check) => !check.disabled);
  for (const effect of effects) {
    if (!isCurrent(effect, table)) continue;
    for (const check of enforced) requireHolding(database, table, check, effect.after!, effect.statement);
  }
}

/** @throws SqlError 547 of ALTER TABLE when a row of the table does not fit */
export function verifyCheck(database: Database, table: Table, check: CheckConstraint): void {
  for (const row of table.rows.values()) requireHolding(database, table, check, row, "ALTER TABLE");
}

function requireHolding(
  database: Database,
  table: Table,
  { name, condition }: CheckConstraint,
  row: Row,
  statement: string,
): void {
  if (condition.holds((column) => row[table.columnIndex(column)] ?? null) !== false) return;
  const { definition } = table;
  throw conflict(statement, "CHECK", name, database, `${definition.schema}.${definition.name}`, condition.columns);
}
