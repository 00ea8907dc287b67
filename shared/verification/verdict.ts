import type { RepeatedKeys } from "../cloud/sql-server";
import type { TableComparison } from "../restore/model/record";
import { rowValue } from "../restore/model/row-value";
import { type WriteBackMode, writeBackOf } from "../restore/write-back";
import type { CommonColumns } from "./column-drift";
import type { KeyMatch } from "./key-match";

const samplesMost = 5;

type Findings = Pick<CommonColumns, "drift" | "notCompared">;

/** What is to be said of the columns, for people; a few of them stand for all. */
export function columnSamples({ drift, notCompared }: Findings): string[] {
  const found = [...new Set([...drift, ...notCompared])];
  const more = found.length - samplesMost;
  return more > 0 ? [...found.slice(0, samplesMost), `and ${more} more columns`] : found;
}

/** The table with one more range counted, and up to five keys for people. */
export function addDifference(table: TableComparison, found: KeyMatch): TableComparison {
  const otherKeyTexts = (table.otherKeyTexts ?? 0) + found.otherTexts.length;
  return addSamples(
    {
      ...table,
      missing: table.missing + found.missing.length,
      different: table.different + found.different.length + found.otherTexts.length,
      extra: table.extra + found.extra.length,
      ...(otherKeyTexts > 0 ? { otherKeyTexts } : {}),
    },
    [
      ...found.missing.map((key) => `missing: ${showKey(key)}`),
      ...found.otherTexts.map(
        ({ source, target }) =>
          `key text differs: '${showKey(source)}' in the backup, '${showKey(target)}' on the master`,
      ),
      ...found.different.map((key) => `different: ${showKey(key)}`),
      ...found.extra.map((key) => `extra: ${showKey(key)}`),
    ],
  );
}

/** The table with the keys that several of its rows share: on the master already, or once the backup's rows were there. */
export function addRepeatedKeys(
  table: TableComparison,
  onMaster: RepeatedKeys,
  inBackup: RepeatedKeys,
): TableComparison {
  return addSamples(
    {
      ...table,
      ...(onMaster.surplus > 0 ? { duplicates: onMaster.surplus } : {}),
      ...(inBackup.surplus > 0 ? { colliding: inBackup.surplus } : {}),
    },
    [
      ...onMaster.keys.map((key) => `duplicate: ${showKey(key)}`),
      ...inBackup.keys.map((key) => `colliding: ${showKey(key)}`),
    ],
  );
}

/** A table has rows that no unique key would allow: two on the master, or two of the backup for one on the master. */
export function hasRepeatedKeys({ duplicates = 0, colliding = 0 }: TableComparison): boolean {
  return duplicates > 0 || colliding > 0;
}

/** The key at which reading ended. */
export function unreadableSample(key: readonly string[]): string {
  return `unreadable: ${showKey(key)}`;
}

function addSamples(table: TableComparison, samples: readonly string[]): TableComparison {
  const shown = table.samples.filter((sample) => isKeySample(sample)).length;
  return { ...table, samples: [...table.samples, ...samples.slice(0, Math.max(0, samplesMost - shown))] };
}

/** Both sides were read to the end by key. What the mode promises of them is in its row. */
export function keyedVerdict(
  table: TableComparison,
  mode: WriteBackMode,
  { drift, notCompared }: Findings,
): TableComparison["verdict"] {
  if (hasRepeatedKeys(table)) return "differs";
  const sameRows = table.missing === 0 && table.different === 0 && table.extra === 0;
  return writeBackOf(mode).keyedVerdict({
    missing: table.missing,
    isAlike: sameRows && table.sourceRows === table.targetRows && drift.length === 0,
    comparesAllColumns: notCompared.length === 0,
  });
}

/** Only counts are known. A copy needs the same count; a table in use needs at least as many rows. */
export function countedVerdict(table: TableComparison, mode: WriteBackMode, drift: readonly string[]): TableComparison {
  const surplus = (table.targetRows ?? 0) - (table.sourceRows ?? 0);
  const counted = { ...table, missing: Math.max(0, -surplus), extra: Math.max(0, surplus) };
  const differs = writeBackOf(mode).countsDiffer(surplus, drift.length > 0);
  return { ...counted, verdict: differs ? "differs" : "counts-only" };
}

/** The samples as parts of a sentence, in which keys are row values. */
export function shownSamples(samples: readonly string[]): string {
  return samples.map((sample) => (isKeySample(sample) ? rowValue(sample) : sample)).join(", ");
}

/** Tells a row's key, which is data of the table, from what is said of the whole table. */
export function isKeySample(sample: string): boolean {
  return /^(missing|different|extra|key text differs|duplicate|colliding|unreadable): /.test(sample);
}

function showKey(key: readonly string[]): string {
  return key.length === 1 ? key[0]! : `(${key.join(", ")})`;
}
