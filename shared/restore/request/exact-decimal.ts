/** A number digit by digit: `units` × 10^-`scale`. */
export interface ExactDecimal {
  readonly units: bigint;
  readonly scale: number;
}

/** How long the text of a number may be. The largest DECIMAL has 38 digits, the largest FLOAT 309 in front of its point. */
export const decimalCharactersMax = 400;

const decimalPattern = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/** Null for a text that is no number, or a longer one than is read. */
export function parseDecimal(text: string): ExactDecimal | null {
  const match = text.length > decimalCharactersMax ? null : decimalPattern.exec(text);
  if (!match) return null;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(`${whole}${fraction}`);
  const scale = fraction.length - Number(exponent);
  const units = sign === "-" ? -digits : digits;
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** Negative, 0 or positive, as `left` is less than, equal to or greater than `right`; 1.50 equals 1.5. */
export function compareDecimals(left: ExactDecimal, right: ExactDecimal): number {
  const scale = Math.max(left.scale, right.scale);
  const difference = unitsAt(left, scale) - unitsAt(right, scale);
  return difference === 0n ? 0 : difference < 0n ? -1 : 1;
}

function unitsAt({ units, scale }: ExactDecimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - scale);
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * The first number of a JSON text that JSON.parse does not keep digit by digit, as it is written; null when there is none.
 * @param json well-formed
 */
export function inexactNumber(json: string): string | null {
  for (const [text] of json.matchAll(stringOrNumber)) {
    if (text.startsWith('"')) continue;
    const [written, kept] = [parseDecimal(text), parseDecimal(String(Number(text)))];
    if (!written || !kept || compareDecimals(written, kept) !== 0) return text;
  }
  return null;
}
