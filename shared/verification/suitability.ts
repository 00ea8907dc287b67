import type { TableShape } from "../cloud/sql-server";
import { comparableColumns } from "../cloud/sql-server/comparable-columns";
import { isRowVersion } from "../cloud/sql-server/text-form";
import { showUniqueKey } from "../cloud/sql-server/unique-keys";
import { showName } from "../object-name";
import { showKeys } from "../restore/plan/target-key";

/** What an operator should know about a table before rows of it are written back, one sentence each. */
export function suitability(shape: TableShape): string[] {
  const notes: string[] = [];
  if (shape.key.length === 0) notes.push(withoutKey(shape));
  const identity = shape.columns.filter((column) => column.identity);
  if (identity.length > 0)
    notes.push(`${list(identity)} is an identity column: check the next value after the write-back (DBCC CHECKIDENT).`);
  notes.push(...othersUnique(shape));
  const computed = shape.columns.filter((column) => column.computed);
  if (computed.length > 0) notes.push(`Computed, so not compared: ${list(computed)}.`);
  for (const column of shape.columns.filter((one) => !one.computed && isRowVersion(one.type)))
    notes.push(`${showName(column.name)} is a rowversion: DTS does not move it, every server writes its own.`);
  for (const { column, reason } of comparableColumns(shape).leftOut)
    notes.push(
      `${showName(column.name)} is of type ${column.type}: ${reason}. They are not compared; bring them over by hand where they are needed.`,
    );
  if (shape.foreignKeys.length > 0) {
    const keys = shape.foreignKeys.map(
      (key) => `${showName(key.name)} to ${showName(key.referencedSchema, key.referencedTable)}`,
    );
    notes.push(`Foreign keys that DTS may not bring: ${keys.join(", ")}.`);
  }
  if (shape.enabledTriggers.length > 0)
    notes.push(
      `Enabled triggers, which rows written to this table would fire: ${shape.enabledTriggers.map((name) => showName(name)).join(", ")}.`,
    );
  return notes;
}

/** missing-rows cannot add what another unique key refuses. */
function othersUnique({ key, uniqueKeys }: TableShape): string[] {
  const others = uniqueKeys.filter((one) => one.enabled && !key.every((name) => one.columns.includes(name)));
  if (key.length === 0 || others.length === 0) return [];
  return [
    `Unique beside its key by ${others.map(showUniqueKey).join(", ")}: missing-rows cannot add a row whose values there another row has by now. The plan counts such rows.`,
  ];
}

/** Which keys there are, and why none of them tells rows apart. */
export function withoutKey(shape: Pick<TableShape, "columns" | "uniqueKeys">): string {
  return shape.uniqueKeys.length === 0
    ? "No primary key, unique constraint or unique index: only counts can be compared."
    : `No key that rows can be compared by: only counts can be compared. The table has ${showKeys(shape)}.`;
}

function list(columns: readonly { readonly name: string }[]): string {
  return columns.map(({ name }) => showName(name)).join(", ");
}
