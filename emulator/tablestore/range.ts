import { parameterInvalid } from "./ots-error";
import { boundValues, keyRecord, type PrimaryKey, type PrimaryKeyBound } from "./primary-key";
import type { Row } from "./row";
import { type ReadRow, type Selection, select } from "./selection";
import type { Direction } from "./sorted-rows";
import type { Readable } from "./table";
import { byteLength, type ColumnValue, compareKeys } from "./value";

export interface RangeQuery extends Selection {
  readonly direction: Direction;
  /** Inclusive. */
  readonly start: PrimaryKeyBound;
  /** Exclusive. */
  readonly end: PrimaryKeyBound;
  /** Most rows to answer. */
  readonly limit?: number;
}

export interface RangePage {
  readonly rows: readonly ReadRow[];
  /** Where the next page starts; undefined when the range is read to its end. A page may be empty and still have one. */
  readonly nextStart: PrimaryKey | undefined;
}

/** One page looks at no more than this (documentation, "Limits": 5,000 rows or 4 MB, whichever comes first). */
const maximumScannedRows = 5_000;
const maximumScannedBytes = 4 * 1024 * 1024;

/** @throws ServiceError OTSParameterInvalid, OTSInvalidPK */
export function readRange(source: Readable, query: RangeQuery, nowMs: number): RangePage {
  const { direction, limit = Number.POSITIVE_INFINITY } = query;
  const start = boundValues(source.primaryKey, query.start);
  const end = boundValues(source.primaryKey, query.end);
  const sign = direction === "FORWARD" ? 1 : -1;
  if (limit <= 0) throw parameterInvalid("The limit must be greater than 0.");
  if (compareKeys(start, end) * sign >= 0) {
    throw parameterInvalid(`Begin key must ${sign === 1 ? "less" : "more"} than end key in ${direction}`);
  }
  const rows: ReadRow[] = [];
  let scannedRows = 0;
  let scannedBytes = 0;
  for (const row of source.scan(start, direction, nowMs)) {
    if (compareKeys(row.key, end) * sign >= 0) break;
    if (rows.length >= limit || scannedRows >= maximumScannedRows || scannedBytes >= maximumScannedBytes) {
      return { rows, nextStart: keyRecord(source.primaryKey, row.key) };
    }
    scannedRows++;
    scannedBytes += rowBytes(row);
    const selected = select(source.primaryKey, row, query);
    if (selected) rows.push(selected);
  }
  return { rows, nextStart: undefined };
}

function rowBytes(row: Row): number {
  let bytes = 0;
  for (const value of row.key) bytes += byteLength(value);
  for (const name of Object.keys(row.columns)) bytes += name.length + byteLength(row.columns[name] as ColumnValue);
  return bytes;
}
