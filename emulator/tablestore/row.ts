import type { ColumnValue, PrimaryKeyValue } from "./value";

/** Column name to value. */
export type Columns = Readonly<Record<string, ColumnValue>>;
/** Column name to the moment of its last write, epoch milliseconds. */
export type Versions = Readonly<Record<string, number>>;

/** A stored row, replaced as a whole by each write and never changed, so that readers get its columns as they are. */
export interface Row {
  /** In the order of the schema. */
  readonly key: readonly PrimaryKeyValue[];
  /** In the order of their names, as the service answers them. */
  readonly columns: Columns;
  /** Of every column of the row, and perhaps of others that it no longer has. */
  readonly versionsMs: Versions;
  /** Last write; keeps a row without attributes alive. */
  readonly writtenAtMs: number;
}

/** The row with its columns in their order. */
export function newRow(
  key: readonly PrimaryKeyValue[],
  columns: Columns,
  versionsMs: Versions,
  writtenAtMs: number,
): Row {
  const ordered: Record<string, ColumnValue> = {};
  // Names are letters, digits and underscores, whose order as texts is that of their bytes.
  for (const name of Object.keys(columns).sort()) ordered[name] = columns[name] as ColumnValue;
  return { key, columns: ordered, versionsMs, writtenAtMs };
}

/** The column of that name; one like `constructor` finds nothing else. */
export function columnOf(columns: Columns, name: string): ColumnValue | undefined {
  return Object.hasOwn(columns, name) ? columns[name] : undefined;
}

/** Those of the named columns that there are, in the order of `names`. */
export function pick(columns: Columns, names: readonly string[]): Columns {
  const picked: Record<string, ColumnValue> = {};
  for (const name of names) {
    const value = columnOf(columns, name);
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}

/** What is left of the row at `nowMs` when columns expire after `timeToLiveSeconds` (-1: never); undefined once all of it has. */
export function livingRow(row: Row | undefined, timeToLiveSeconds: number, nowMs: number): Row | undefined {
  if (row === undefined || timeToLiveSeconds === -1) return row;
  const deadUpToMs = nowMs - timeToLiveSeconds * 1000;
  const names = Object.keys(row.columns).filter((name) => (row.versionsMs[name] as number) > deadUpToMs);
  if (names.length === 0 && row.writtenAtMs <= deadUpToMs) return undefined;
  return { ...row, columns: pick(row.columns, names) };
}

/** The same of each row, without those that are gone. */
export function livingRows(rows: Iterable<Row>, timeToLiveSeconds: number, nowMs: number): Iterable<Row> {
  return timeToLiveSeconds === -1 ? rows : filterLiving(rows, timeToLiveSeconds, nowMs);
}

function* filterLiving(rows: Iterable<Row>, timeToLiveSeconds: number, nowMs: number): Generator<Row> {
  for (const row of rows) {
    const living = livingRow(row, timeToLiveSeconds, nowMs);
    if (living) yield living;
  }
}
