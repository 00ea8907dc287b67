import type { Check } from "../restore/request";

export type ScalarValue = string | number | boolean | null;

/** Whether a check's value meets every stated part of its expectation. Bounds are inclusive; NULL meets none. */
export function judgeExpectation(
  value: ScalarValue,
  expect: Check["expect"],
): { readonly passed: boolean; readonly text: string } {
  const parts: { met: boolean; text: string }[] = [];
  const number = numberOf(value);
  const within = (from: number, to: number) => number !== null && number >= from && number <= to;
  if (expect.equals !== undefined)
    parts.push({ met: equals(value, expect.equals), text: `equal to ${show(expect.equals)}` });
  if (expect.min !== undefined) parts.push({ met: within(expect.min, Infinity), text: `at least ${expect.min}` });
  if (expect.max !== undefined) parts.push({ met: within(-Infinity, expect.max), text: `at most ${expect.max}` });
  if (expect.between !== undefined) {
    const [from, to] = expect.between;
    parts.push({ met: within(from, to), text: `between ${from} and ${to}` });
  }
  return {
    passed: parts.length > 0 && parts.every((part) => part.met),
    text: `is ${show(value)}, expected ${parts.map((part) => part.text).join(" and ")}`,
  };
}

function equals(value: ScalarValue, expected: string | number | boolean): boolean {
  if (value === null) return false;
  if (typeof expected === "string") return String(value) === expected;
  return numberOf(value) === Number(expected);
}

/** bit values count as 1 and 0, and numbers that came as text (a bigint beyond 2^53) as numbers. */
function numberOf(value: ScalarValue): number | null {
  if (typeof value === "string") return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
  return value === null ? null : Number(value);
}

function show(value: ScalarValue): string {
  return value === null ? "NULL" : typeof value === "string" ? `"${value}"` : String(value);
}
