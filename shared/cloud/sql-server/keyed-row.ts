import type { KeyedHash, ReadShape, ValueTexts } from "./index";
import { bytes, type SqlRow, text } from "./row";
import { combineRowHash, planRowHash } from "./row-hash";

/** The texts of the key, `k0, k1 …`. */
export function keyTexts(row: SqlRow, shape: ReadShape): string[] {
  return shape.key.map((_, index) => text(row, `k${index}`));
}

export function keyedHash(row: SqlRow, shape: ReadShape): KeyedHash {
  const plan = planRowHash(shape.columns);
  return {
    key: keyTexts(row, shape),
    hash: combineRowHash(
      plan.hashed.map((_, index) => bytes(row, `h${index}`)),
      plan.long.map((_, index) => longValue(row[`l${index}`])),
    ),
  };
}

/** `k0_0, k0_1 …, k1_0 …` */
export function valueParameters(values: readonly ValueTexts[]): Record<string, string | null> {
  return Object.fromEntries(
    values.flatMap((texts, row) => texts.map((value, part) => [`k${row}_${part}`, value] as const)),
  );
}

/** `after0, after1 …` or `upTo0 …` */
export function bounds(name: "after" | "upTo", key: readonly string[] | null): Record<string, string> {
  return Object.fromEntries((key ?? []).map((value, index) => [`${name}${index}`, value]));
}

function longValue(value: unknown): string | Uint8Array | null {
  if (value === null || typeof value === "string" || value instanceof Uint8Array) return value;
  throw new Error(`a long column came as ${typeof value}`);
}
