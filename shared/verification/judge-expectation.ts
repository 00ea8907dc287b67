import type { ScalarValue } from "../cloud/sql-server";
import { rowValue } from "../restore/model/row-value";
import { compareDecimals, parseDecimal } from "../restore/request/exact-decimal";
import type { Check } from "../restore/request/request";
import { failureHint } from "./failure-hint";
import { numberIn, type ValueForm, valueForm } from "./value-form";

type Expected = string | number | boolean;
type Expectation = Check["expect"];

export interface Judgement {
  readonly passed: boolean;
  /** The value and what was expected are marked in it as values of rows. */
  readonly text: string;
  readonly found: string;
  readonly expected: string;
}

/**
 * Whether a check's value meets every stated part of its expectation, in the form of the value's own type: numbers digit by digit, floats
 * as they are rounded, times to 100 ns and with their offset, texts by their code units. Bounds are inclusive; NULL meets none.
 */
export function judgeExpectation(value: ScalarValue, expect: Expectation): Judgement {
  const form = valueForm(value.type);
  const { text } = value;
  const parts: { met: boolean; text: string }[] = [];
  if (expect.equals !== undefined)
    parts.push({
      met: text !== null && equals(form, text, expect.equals),
      text: `equal to ${typeof expect.equals === "string" ? show(form, expect.equals) : expect.equals}`,
    });
  const { min, max, between } = expect;
  if (min !== undefined) parts.push({ met: isFrom(form, text, min), text: `at least ${min}` });
  if (max !== undefined) parts.push({ met: isUpTo(form, text, max), text: `at most ${max}` });
  if (between !== undefined)
    parts.push({
      met: isFrom(form, text, between[0]) && isUpTo(form, text, between[1]),
      text: `between ${between[0]} and ${between[1]}`,
    });
  const passed = parts.length > 0 && parts.every((part) => part.met);
  const found = text === null ? "NULL" : show(form, text);
  const expected = parts.map((part) => part.text).join(" and ");
  const hint = passed ? null : failureHint(value, expect);
  const sentence = `is ${rowValue(found)}, expected ${rowValue(expected)}`;
  return { passed, found, expected, text: hint === null ? sentence : `${sentence}: ${hint}` };
}

function equals(form: ValueForm, text: string, expected: Expected): boolean {
  if (typeof expected !== "string") return order(form, text, String(Number(expected))) === 0;
  const canonical = form.canonical(text);
  return canonical !== null && canonical === form.canonical(expected);
}

function isFrom(form: ValueForm, text: string | null, bound: string | number): boolean {
  const compared = text === null ? null : order(form, text, String(bound));
  return compared !== null && compared >= 0;
}

function isUpTo(form: ValueForm, text: string | null, bound: string | number): boolean {
  const compared = text === null ? null : order(form, text, String(bound));
  return compared !== null && compared <= 0;
}

/** As compareDecimals; null for a value that is no number. A bound beyond the largest float is greater than all of them. */
function order(form: ValueForm, text: string, bound: string): number | null {
  const number = numberIn(form, text);
  const other = numberIn(form, bound) ?? parseDecimal(bound);
  return number && other && compareDecimals(number, other);
}

/** Texts with quotes, and what cannot be seen as escapes. */
function show(form: ValueForm, text: string): string {
  return form.isText ? JSON.stringify(text) : text;
}
