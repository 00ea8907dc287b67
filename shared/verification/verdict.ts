import type { TableComparison } from "../restore/record";
import type { WriteBackMode } from "../restore/request";
import type { RangeDifference } from "./key-range";

const samplesMost = 5;

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

/** Both sides were read to the end by key. What else was found on the master is no fault where the application goes on writing. */
export function keyedVerdict(
  table: TableComparison,
  mode: WriteBackMode,
  drift: readonly string[],
): TableComparison["verdict"] {
  if (mode === "missing-rows") return table.missing === 0 ? "equal" : "differs";
  const alike = table.missing === 0 && table.different === 0 && table.extra === 0;
  return alike && table.sourceRows === table.targetRows && drift.length === 0 ? "equal" : "differs";
}

/** Only counts are known. A copy needs the same count; a table in use needs at least as many rows. */
export function countedVerdict(table: TableComparison, mode: WriteBackMode, drift: readonly string[]): TableComparison {
  const surplus = (table.targetRows ?? 0) - (table.sourceRows ?? 0);
  const counted = { ...table, missing: Math.max(0, -surplus), extra: Math.max(0, surplus) };
  const copy = mode === "side-by-side";
  const differs = copy ? surplus !== 0 || drift.length > 0 : surplus < 0;
  return { ...counted, verdict: differs ? "differs" : "counts-only" };
}

function isKeySample(sample: string): boolean {
  return /^(missing|different|extra): /.test(sample);
}

function showKey(key: readonly string[]): string {
  return key.length === 1 ? key[0]! : `(${key.join(", ")})`;
}
