import type { Change } from "./commit";
import type { Database } from "./database";
import { orphansOf, type Reference, referencesTo } from "./foreign-keys";
import type { Row, RowId } from "./row";
import type { RowEffect } from "./row-effect";
import type { SqlValue } from "./sql-value";
import type { Table } from "./table";

/** What one table's rows need because their parents went or got other keys. */
interface Consequences {
  readonly table: Table;
  readonly deleted: Set<RowId>;
  readonly updated: Map<RowId, SqlValue[]>;
}

/** The changes that ON DELETE and ON UPDATE of foreign keys make out of the effects; of disabled ones none. */
export function cascades(database: Database, effects: readonly RowEffect[]): Change[] {
  const all = new Map<string, Consequences>();
  for (const [parent, own] of byTable(database, effects)) {
    for (const reference of referencesTo(database, parent.definition)) {
      const { onDelete, onUpdate, disabled } = reference.foreignKey;
      if (disabled || (!onDelete && !onUpdate)) continue;
      const { schema, name } = reference.child.definition;
      const key = database.tableKey(schema, name);
      const consequences = all.get(key) ?? { table: reference.child, deleted: new Set(), updated: new Map() };
      all.set(key, consequences);
      for (const orphan of orphansOf(reference, parent, own)) follow(reference, parent, orphan, consequences);
    }
  }
  return [...all.values()].flatMap(changesOf);
}

/** The effects by the tables that they concern, as the tables are now. */
export function byTable(database: Database, effects: readonly RowEffect[]): Map<Table, RowEffect[]> {
  const grouped = new Map<Table, RowEffect[]>();
  for (const effect of effects) {
    const table = database.table(effect.schema, effect.table);
    if (!table) continue;
    const list = grouped.get(table);
    if (list) list.push(effect);
    else grouped.set(table, [effect]);
  }
  return grouped;
}

function follow(
  { child, foreignKey }: Reference,
  parent: Table,
  { id, row, effect }: { readonly id: RowId; readonly row: Row; readonly effect: RowEffect },
  { deleted, updated }: Consequences,
): void {
  const action = effect.after ? foreignKey.onUpdate : foreignKey.onDelete;
  if (!action) return;
  if (action === "cascade" && !effect.after) {
    deleted.add(id);
    return;
  }
  const changed = updated.get(id) ?? [...row];
  for (const [position, column] of foreignKey.columns.entries()) {
    const index = child.columnIndex(column);
    if (action === "set-null") changed[index] = null;
    else if (action === "set-default")
      changed[index] = child.definition.columns[index]!.defaultConstraint?.value() ?? null;
    else changed[index] = effect.after![parent.columnIndex(foreignKey.referencedColumns[position]!)] ?? null;
  }
  updated.set(id, changed);
}

function changesOf({ table, deleted, updated }: Consequences): Change[] {
  const { schema, name } = table.definition;
  const rows = [...updated].filter(([id]) => !deleted.has(id)).map(([id, row]) => ({ id, row }));
  return [
    ...(deleted.size > 0 ? [{ kind: "delete", schema, table: name, ids: [...deleted] } as const] : []),
    ...(rows.length > 0 ? [{ kind: "update", schema, table: name, rows } as const] : []),
  ];
}
