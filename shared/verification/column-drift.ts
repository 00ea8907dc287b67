import type { ColumnShape, TableShape } from "../cloud/sql-server";
import { comparableColumns } from "../cloud/sql-server/comparable-columns";

/** The part of a shape that a keyed read needs. */
export type ReadShape = Pick<TableShape, "key" | "columns">;

export interface CommonColumns {
  /** The same columns in the same order and of the same types, under each side's own names. */
  readonly source: ReadShape;
  readonly target: ReadShape;
  /** Rows can be paged by the source's key on both sides. */
  readonly keyed: boolean;
  /** What was not compared because the sides differ, one sentence per column. */
  readonly drift: readonly string[];
}

/**
 * What two tables have in common. A column whose types differ is named and not hashed: its texts might be cut or grouped
 * differently, and a hash must never be equal or different for such a reason.
 */
export function commonColumns(source: TableShape, target: TableShape): CommonColumns {
  const onTarget = byName(target.columns);
  const comparableOnTarget = byName(comparableColumns(target).compared);
  const drift: string[] = [];
  const pairs: { source: ColumnShape; target: ColumnShape }[] = [];
  for (const column of comparableColumns(source).compared) {
    const present = onTarget.get(column.name.toLowerCase());
    const comparable = comparableOnTarget.get(column.name.toLowerCase());
    if (!present) drift.push(`column ${column.name} is not on the master`);
    else if (present.type.toLowerCase() !== column.type.toLowerCase())
      drift.push(`column ${column.name} is ${column.type} in the backup and ${present.type} on the master`);
    else if (!comparable) drift.push(`column ${column.name} is computed on the master`);
    else pairs.push({ source: column, target: comparable });
  }
  const onSource = byName(source.columns);
  for (const column of target.columns) {
    if (!onSource.has(column.name.toLowerCase())) drift.push(`column ${column.name} is only on the master`);
  }
  const key = source.key.map((name) => pairs.find((pair) => pair.source.name === name));
  const keyed = key.length > 0 && key.every((pair) => pair !== undefined);
  return {
    source: { key: keyed ? source.key : [], columns: pairs.map((pair) => pair.source) },
    target: { key: keyed ? key.map((pair) => pair!.target.name) : [], columns: pairs.map((pair) => pair.target) },
    keyed,
    drift,
  };
}

function byName(columns: readonly ColumnShape[]): Map<string, ColumnShape> {
  return new Map(columns.map((column) => [column.name.toLowerCase(), column]));
}
