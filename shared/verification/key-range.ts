import { CloudError } from "../cloud/cloud-error";
import type { KeyedHash, KeyRange, ReadShape, SqlServerSession, TableAddress } from "../cloud/sql-server";
import { hasManyTexts } from "../cloud/sql-server/text-form";
import { type KeyMatch, matchFound, matchTexts, sameText } from "./key-match";

/** One end of a comparison, ready to be read by key. */
export interface KeyedTable {
  readonly session: SqlServerSession;
  readonly address: TableAddress;
  readonly shape: ReadShape;
  /** For people: where the rows are. */
  readonly side: "in the backup" | "on the master";
}

export interface RangeDifference extends KeyMatch {
  /** Rows of the source in this range. */
  readonly compared: number;
  /** Where the next range begins; null: both sides have ended. */
  readonly after: readonly string[] | null;
}

/** A table whose rows cannot be read to the end, with the key where it ends. */
export class UnreadableKey extends Error {
  constructor(
    reason: string,
    readonly key: readonly string[],
  ) {
    super(reason);
  }
}

export function isTooLarge(error: unknown): boolean {
  return error instanceof CloudError && error.code === "too-large";
}

/**
 * Compares the keys behind `after`, at most about `size` of each side. The range ends at the source's last key; if the target has more
 * rows than that in between, it ends at the target's last key and the source is read again up to there. Behind the last source key
 * everything on the target is extra. So every range moves `after` on, provided that both sides order keys alike.
 * @throws CloudError too-large when fewer rows should be asked for; UnreadableKey when that would not help
 */
export async function compareRange(
  source: KeyedTable,
  target: KeyedTable,
  after: readonly string[] | null,
  size: number,
): Promise<RangeDifference> {
  const expected = await readPage(source, { after, upTo: null, limit: size });
  const end = expected.at(-1)?.key ?? null;
  const found = await readPage(target, { after, upTo: end, limit: size });
  const last = found.length < size ? null : found.at(-1)!.key;
  if (last === null || (end && sameText(last, end))) return { ...(await match(target, expected, found)), after: end };
  const again = end === null ? [] : await readPage(source, { after, upTo: last, limit: size });
  return { ...(await match(target, again, found)), after: last };
}

/**
 * The same where the sides order keys differently: the target's rows are looked up by the keys of the source's page. What else the target
 * has is not seen.
 */
export async function compareByLookup(
  source: KeyedTable,
  target: KeyedTable,
  after: readonly string[] | null,
  size: number,
): Promise<RangeDifference> {
  const expected = await readPage(source, { after, upTo: null, limit: size });
  const found = matchFound(expected, await find(target, expected));
  return { ...found, extra: [], compared: expected.length, after: expected.at(-1)?.key ?? null };
}

/** Rows of equal key texts belong together; for the other ones the target's server says which keys are the same. */
async function match(
  target: KeyedTable,
  expected: readonly KeyedHash[],
  found: readonly KeyedHash[],
): Promise<Omit<RangeDifference, "after">> {
  const { different, missing, extra } = matchTexts(expected, found);
  const compared = expected.length;
  const keysOf = (rows: readonly KeyedHash[]) => rows.map((row) => row.key);
  if (missing.length === 0 || extra.length === 0 || !hasTextKeys(target.shape))
    return { missing: keysOf(missing), different, otherTexts: [], extra: keysOf(extra), compared };
  const byServer = matchFound(missing, await find(target, missing));
  const left = keysOf(extra);
  for (const pair of byServer.otherTexts) {
    const at = left.findIndex((key) => sameText(key, pair.target));
    if (at >= 0) left.splice(at, 1);
  }
  return { ...byServer, different: [...different, ...byServer.different], extra: left, compared };
}

function hasTextKeys({ key, columns }: ReadShape): boolean {
  return columns.some((column) => key.includes(column.name) && hasManyTexts(column.type));
}

/** @throws UnreadableKey when the answer holds `after` itself, so that no page would ever be the last, or when a single row is too large */
async function readPage(table: KeyedTable, range: KeyRange): Promise<KeyedHash[]> {
  const rows = await readRows(table, range);
  const { after } = range;
  if (after && rows.some((row) => sameText(row.key, after)))
    throw new UnreadableKey(
      `rows behind a key begin with that key again ${table.side}, so they cannot be paged`,
      after,
    );
  return rows;
}

async function readRows({ session, address, shape, side }: KeyedTable, range: KeyRange): Promise<KeyedHash[]> {
  try {
    return await session.readKeyedHashes(address, shape, range);
  } catch (error) {
    if (range.limit > 1 || !isTooLarge(error)) throw error;
    const keyOnly = { key: shape.key, columns: shape.columns.filter((column) => shape.key.includes(column.name)) };
    const [row] = await session.readKeyedHashes(address, keyOnly, range);
    throw row ? tooLargeRow(side, row.key) : error;
  }
}

async function find({ session, address, shape, side }: KeyedTable, rows: readonly KeyedHash[]) {
  const keys = rows.map((row) => row.key);
  try {
    return await session.findKeyedHashes(address, shape, keys);
  } catch (error) {
    throw keys.length === 1 && isTooLarge(error) ? tooLargeRow(side, keys[0]!) : error;
  }
}

function tooLargeRow(side: KeyedTable["side"], key: readonly string[]): UnreadableKey {
  return new UnreadableKey(`a single row ${side} has more bytes than a function reads at once`, key);
}
