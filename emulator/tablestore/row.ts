import { type ColumnValue, compareValues, type PrimaryKeyValue } from "./value";

/** A stored cell. Its version is the moment of the write, epoch milliseconds. */
export interface Cell {
  readonly value: ColumnValue;
  readonly versionMs: number;
}

/** A stored row, replaced as a whole by each write. The key is in the order of the schema, the cells in the order of their names. */
export interface Row {
  readonly key: readonly PrimaryKeyValue[];
  readonly cells: ReadonlyMap<string, Cell>;
  /** Last write; keeps a row without attributes alive. */
  readonly writtenAtMs: number;
}

/** The row with its cells in the order in which the service answers them. */
export function newRow(key: readonly PrimaryKeyValue[], cells: Iterable<[string, Cell]>, writtenAtMs: number): Row {
  return { key, cells: new Map([...cells].sort(([left], [right]) => compareValues(left, right))), writtenAtMs };
}

/** What is left of the row at `nowMs` when cells expire after `timeToLiveSeconds` (-1: never); undefined once all of it has. */
export function livingRow(row: Row | undefined, timeToLiveSeconds: number, nowMs: number): Row | undefined {
  if (row === undefined || timeToLiveSeconds === -1) return row;
  const deadUpToMs = nowMs - timeToLiveSeconds * 1000;
  const cells = [...row.cells].filter(([, cell]) => cell.versionMs > deadUpToMs);
  if (cells.length === 0 && row.writtenAtMs <= deadUpToMs) return undefined;
  return cells.length === row.cells.size ? row : { ...row, cells: new Map(cells) };
}
