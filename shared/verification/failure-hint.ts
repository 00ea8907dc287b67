import type { ScalarValue } from "../cloud/sql-server";
import type { Check } from "../restore/request/request";
import { valueForm } from "./value-form";

/** Why two texts that look alike are not equal, and what to write; null when there is nothing to explain. */
export function failureHint({ type, text }: ScalarValue, { equals }: Check["expect"]): string | null {
  if (text === null || typeof equals !== "string") return null;
  return type.startsWith("date") ? timeHint(type, text, equals) : blanksHint(type, text, equals);
}

/** SQL Server itself takes texts that differ in blanks at their end for equal. */
function blanksHint(type: string, text: string, expected: string): string | null {
  const { isText } = valueForm(type);
  if (!isText || text === expected || withoutBlanks(text) !== withoutBlanks(expected)) return null;
  return /^n?char\(/.test(type)
    ? `only blanks at the end differ, because a value of ${type} is filled up with blanks; write them too, or RTRIM(…) in the check`
    : "only blanks at the end differ";
}

function withoutBlanks(text: string): string {
  return text.replace(/ +$/, "");
}

const offset = /[+-]\d{2}:\d{2}$/;

function timeHint(type: string, text: string, expected: string): string | null {
  const { canonical } = valueForm(type);
  const [found, wanted] = [canonical(text), canonical(expected)];
  if (found === null || wanted === null || found === wanted) return null;
  if (!offset.test(found))
    return found === wanted.replace(offset, "") ? `a value of ${type} has no offset; leave it out` : null;
  const isSame =
    offset.test(wanted) && instantOf(found) === instantOf(wanted) && fractionOf(found) === fractionOf(wanted);
  return isSame ? "it is the same moment in another offset; write the offset of the value" : null;
}

function instantOf(canonical: string): number {
  return Date.parse(canonical.replace(/\.\d+/, ""));
}

function fractionOf(canonical: string): string | undefined {
  return /\.\d+/.exec(canonical)?.[0];
}
