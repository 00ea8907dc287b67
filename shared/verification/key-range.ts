import type { KeyedHash, SqlServerSession, TableAddress } from "../cloud/sql-server";
import type { ReadShape } from "./column-drift";

/** One end of a comparison, ready to be read by key. */
export interface KeyedTable {
  readonly session: SqlServerSession;
  readonly address: TableAddress;
  readonly shape: ReadShape;
}

export interface RangeDifference {
  readonly missing: readonly (readonly string[])[];
  readonly different: readonly (readonly string[])[];
  readonly extra: readonly (readonly string[])[];
  /** Where the next range begins; null: both sides have ended. */
  readonly after: readonly string[] | null;
}

/**
 * Compares the keys behind `after`, at most about `size` of each side. The range ends at the source's last key; if the target has more
 * rows than that in between, it ends at the target's last key and the source is read again up to there. Behind the last source key
 * everything on the target is extra. So every range moves `after` on, provided that both sides order keys alike.
 */
export async function compareRange(
  source: KeyedTable,
  target: KeyedTable,
  after: readonly string[] | null,
  size: number,
): Promise<RangeDifference> {
  const expected = await read(source, after, null, size);
  const end = expected.at(-1)?.key ?? null;
  // One more than the source has: a full answer then means that the target has more.
  const limit = size + 1;
  const found = await read(target, after, end, limit);
  const last = found.at(-1)?.key ?? null;
  if (end === null) return { ...difference([], found), after: found.length < limit ? null : last };
  if (found.length < limit) return { ...difference(expected, found), after: end };
  return { ...difference(await read(source, after, last, limit), found), after: last };
}

function read(
  table: KeyedTable,
  after: readonly string[] | null,
  upTo: readonly string[] | null,
  limit: number,
): Promise<KeyedHash[]> {
  return table.session.readKeyedHashes(table.address, table.shape, { after, upTo, limit });
}

function difference(source: readonly KeyedHash[], target: readonly KeyedHash[]): Omit<RangeDifference, "after"> {
  const found = new Map(target.map((row) => [JSON.stringify(row.key), row]));
  const missing: (readonly string[])[] = [];
  const different: (readonly string[])[] = [];
  for (const row of source) {
    const key = JSON.stringify(row.key);
    const twin = found.get(key);
    if (!twin) missing.push(row.key);
    else if (twin.hash !== row.hash) different.push(row.key);
    found.delete(key);
  }
  return { missing, different, extra: [...found.values()].map((row) => row.key) };
}
