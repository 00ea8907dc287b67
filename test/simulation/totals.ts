import { PromiseBroken, type PromiseName } from "./promises/promise-broken";
import type { SeedReport } from "./scenario";

/** What one world came to, as it crosses from a worker. */
export interface SeedResult extends Omit<SeedReport, "failure" | "trace"> {
  readonly failure: { readonly seed: number; readonly promise: PromiseName | null; readonly text: string } | null;
}

export interface Totals {
  seeds: number;
  restores: number;
  virtualMs: number;
  readonly counts: Record<string, number>;
  readonly faults: Record<string, number>;
  readonly outcomes: Record<string, number>;
  readonly failures: NonNullable<SeedResult["failure"]>[];
}

export function emptyTotals(): Totals {
  return { seeds: 0, restores: 0, virtualMs: 0, counts: {}, faults: {}, outcomes: {}, failures: [] };
}

export function failureOf(report: Pick<SeedReport, "seed" | "failure">): SeedResult["failure"] {
  const { seed, failure } = report;
  if (!failure) return null;
  if (failure instanceof PromiseBroken) return { seed, promise: failure.promise, text: failure.message };
  return { seed, promise: null, text: failure.stack ?? failure.message };
}

export function addReport(totals: Totals, result: SeedResult): void {
  totals.seeds++;
  totals.restores += result.restores;
  totals.virtualMs += result.virtualMs;
  for (const part of ["counts", "faults", "outcomes"] as const) {
    for (const [name, count] of Object.entries(result[part])) totals[part][name] = (totals[part][name] ?? 0) + count;
  }
  if (result.failure) totals.failures.push(result.failure);
}

/** @param seconds of real time */
export function showTotals(totals: Totals, seconds: number): string {
  return [
    `${totals.seeds} seeds, ${totals.restores} restores, ${Math.round(totals.virtualMs / 86_400_000)} virtual days in ${seconds.toFixed(1)} s (${(totals.restores / seconds).toFixed(0)} restores/s)`,
    `outcomes: ${table(totals.outcomes)}`,
    `faults: ${table(totals.faults)}`,
    `seen: ${table(totals.counts)}`,
    `violations: ${totals.failures.length}`,
  ].join("\n");
}

export function showProgress({ seeds, restores, failures }: Totals): string {
  return `so far ${seeds} seeds, ${restores} restores, ${failures.length} violations`;
}

function table(counts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(counts).sort(([, left], [, right]) => right - left);
  return entries.map(([name, count]) => `\n  ${String(count).padStart(9)}  ${name}`).join("");
}
