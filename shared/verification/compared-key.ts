import type { ColumnShape, TableShape, UniqueKey } from "../cloud/sql-server";
import { enforcedKey, isUniqueOver, pagingKeys } from "../cloud/sql-server/unique-keys";

/** A column of the backup and its twin on the master. */
export interface ColumnPair {
  readonly source: ColumnShape;
  readonly target: ColumnShape;
}

/** The key by which the rows of two tables are compared. */
export interface ComparedKey {
  /** The backup's. */
  readonly source: UniqueKey;
  /** Its columns under the master's names. */
  readonly targetColumns: readonly string[];
  /** The unique key that the master enforces over exactly these columns, none of them NULL; null: it enforces none. */
  readonly target: UniqueKey | null;
  /** The master cannot have two rows of one key. */
  readonly unique: boolean;
  /** Both sides order keys alike, so that a range means the same on both. */
  readonly ordered: boolean;
}

/** The first key of the backup, among those whose columns can be compared, that the master enforces too; else the first one. */
export function comparedKey(source: TableShape, target: TableShape, pairs: readonly ColumnPair[]): ComparedKey | null {
  const candidates = pagingKeys(source).flatMap((key) => {
    const found = key.columns.flatMap((name) => pairs.find((pair) => pair.source.name === name) ?? []);
    if (found.length < key.columns.length) return [];
    const targetColumns = found.map((pair) => pair.target.name);
    return {
      source: key,
      targetColumns,
      target: enforcedKey({ uniqueKeys: pagingKeys(target) }, targetColumns),
      unique: isUniqueOver(target, targetColumns),
      ordered: found.every((pair) => pair.source.collation === pair.target.collation),
    };
  });
  return candidates.find((candidate) => candidate.target !== null) ?? candidates[0] ?? null;
}
