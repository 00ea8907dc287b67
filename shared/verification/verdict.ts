import type { TableComparison } from "../restore/record";
import type { WriteBackMode } from "../restore/request";
import type { CommonColumns } from "./column-drift";
import type { RangeDifference } from "./key-range";

const samplesMost = 5;

type Findings = Pick<CommonColumns, "drift" | "notCompared">;

/** What is to be said of the columns, for people; a few of them stand for all. */
export function columnSamples({ drift, notCompared }: Findings): string[] {
  const found = [...new Set([...drift, ...notCompared])];
  const more = found.length - samplesMost;
  return more > 0 ? [...found.slice(0, samplesMost), `and ${more} more columns`] : found;
}

/** The table with one more range counted, and up to five keys for people. */
export function addDifference(table: TableComparison, found: RangeDifference): TableComparison {
  const samples = [
    ...found.missing.map((key) => `missing: ${showKey(key)}`),
    ...found.different.map((key) => `different: ${showKey(key)}`),
    ...found.extra.map((key) => `extra: ${showKey(key)}`),
  ];
  const shown = table.samples.filter((sample) => isKeySample(sample)).length;
  return {
    ...table,
    missing: table.missing + found.missing.length,
    different: table.different + found.different.length,
    extra: table.extra + found.extra.length,
    samples: [...table.samples, ...samples.slice(0, Math.max(0, samplesMost - shown))],
  };
}

/**
 * Both sides were read to the end by key. missing-rows promises keys, which are read in full whatever the columns are. The other modes
 * promise values: where those of a column were not compared, not everything was measured. What else was found on the master is no fault
 * where the application goes on writing.
 */
export function keyedVerdict(
  table: TableComparison,
  mode: WriteBackMode,
  { drift, notCompared }: Findings,
): TableComparison["verdict"] {
  if (mode === "missing-rows") return table.missing === 0 ? "equal" : "differs";
  const sameRows = table.missing === 0 && table.different === 0 && table.extra === 0;
  const alike = sameRows && table.sourceRows === table.targetRows && drift.length === 0;
  if (mode === "side-by-side" ? !alike : table.missing > 0) return "differs";
  if (notCompared.length > 0) return "unmeasured";
  return alike ? "equal" : "differs";
}

/** Only counts are known. A copy needs the same count; a table in use needs at least as many rows. */
export function countedVerdict(table: TableComparison, mode: WriteBackMode, drift: readonly string[]): TableComparison {
  const surplus = (table.targetRows ?? 0) - (table.sourceRows ?? 0);
  const counted = { ...table, missing: Math.max(0, -surplus), extra: Math.max(0, surplus) };
  const copy = mode === "side-by-side";
  const differs = copy ? surplus !== 0 || drift.length > 0 : surplus < 0;
  return { ...counted, verdict: differs ? "differs" : "counts-only" };
}

/** Tells a row's key from what is said of the whole table. */
export function isKeySample(sample: string): boolean {
  return /^(missing|different|extra): /.test(sample);
}

function showKey(key: readonly string[]): string {
  return key.length === 1 ? key[0]! : `(${key.join(", ")})`;
}
