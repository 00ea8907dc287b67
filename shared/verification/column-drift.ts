import type { ColumnShape, ReadColumn, ReadShape, TableShape } from "../cloud/sql-server";
import { comparableColumns } from "../cloud/sql-server/comparable-columns";
import { listedByName, showName } from "../object-name";
import { type ColumnPair, type ComparedKey, comparedKey } from "./compared-key";

export interface CommonColumns {
  /** The same columns in the same order and of the same types, under each side's own names. */
  readonly source: ReadShape;
  readonly target: ReadShape;
  /** By which key rows are compared; null: by none that both sides could be read by. */
  readonly key: ComparedKey | null;
  /** How the columns of the two sides differ, one sentence per column. */
  readonly drift: readonly string[];
  /** Columns of the source whose values were not compared, because of drift or because they have no exact text; one sentence each. */
  readonly notCompared: readonly string[];
}

/**
 * What two tables have in common. A column whose types differ is named and not hashed: its texts might be cut or grouped
 * differently, and a hash must never be equal or different for such a reason.
 */
export function commonColumns(source: TableShape, target: TableShape): CommonColumns {
  const onSource = listedByName(source.columns);
  const onTarget = listedByName(target.columns);
  const twinOf = (column: ColumnShape) => {
    const twin = onTarget.find(column.name);
    // One that is there under its own name is no other's twin.
    return twin && onSource.find(twin.name) === column ? twin : undefined;
  };
  const twins = new Set(source.columns.map(twinOf));
  const onlyOnTarget = listedByName(target.columns.filter((column) => !twins.has(column)));
  const { compared, leftOut } = comparableColumns(source);
  const drift: string[] = [];
  const withoutText: string[] = [];
  const pairs: ColumnPair[] = [];
  for (const { column, reason } of [...compared.map((column) => ({ column, reason: null })), ...leftOut]) {
    const twin = twinOf(column);
    const difference = driftOf(column, twin, onlyOnTarget.near(column.name));
    if (difference) drift.push(difference);
    else if (reason) withoutText.push(`column ${showName(column.name)} was not compared: ${reason}`);
    else pairs.push({ source: column, target: twin! });
  }
  const notCompared = [...drift, ...withoutText];
  for (const column of onlyOnTarget.things) drift.push(`column ${showName(column.name)} is only on the master`);
  const key = comparedKey(source, target, pairs);
  return {
    source: { key: key?.source.columns ?? [], columns: pairs.map((pair) => readColumn(pair.source, pair.target)) },
    target: { key: key?.targetColumns ?? [], columns: pairs.map((pair) => readColumn(pair.target, pair.source)) },
    key,
    drift,
    notCompared,
  };
}

function readColumn(column: ColumnShape, twin: ColumnShape): ReadColumn {
  return column.collation === twin.collation ? column : { ...column, byCharacters: true };
}

/**
 * How a column of the source differs on the target; null: it is the same there.
 * @param near columns of the target that may be meant where it has no twin
 */
function driftOf(column: ColumnShape, twin: ColumnShape | undefined, near: readonly string[]): string | null {
  const name = showName(column.name);
  if (!twin) return `column ${name} is not on the master${near.length > 0 ? ` (near names: ${near.join(", ")})` : ""}`;
  if (twin.type.toLowerCase() !== column.type.toLowerCase())
    return `column ${name} is ${column.type} in the backup and ${twin.type} on the master`;
  return twin.computed ? `column ${name} is computed on the master` : null;
}
