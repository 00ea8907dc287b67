/** One figure beside its baseline of the same run: machines differ and are noisy, so the ratio is what counts. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with. */
  readonly baseline: string;
  readonly baselineValue: number;
  /** Of value to baseline; where both were measured in pairs, the median of the pairs' ratios. */
  readonly ratio: number;
  /** The ratio that is required; null: it is reported only. */
  readonly atMost: number | null;
}

/** A table for people. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, baseline, baselineValue, ratio, atMost }) => [
    name,
    `${rounded(value)} ${unit}`,
    `${rounded(ratio)} x`,
    `${baseline} (${rounded(baselineValue)} ${unit})`,
    atMost === null ? "" : `${ratio <= atMost ? "holds" : "FAILS"}: at most ${atMost}`,
  ]);
  const head = ["figure", "value", "ratio", "baseline of this run", "required"];
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  return [head, ...rows]
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
