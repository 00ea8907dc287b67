/** Exact decimals: a whole number of units of 10^-scale. Stored values are canonical texts such as "-12.50". */

const powers = Array.from({ length: 80 }, (_, index) => 10n ** BigInt(index));

export function powerOfTen(exponent: number): bigint {
  return powers[exponent] ?? 10n ** BigInt(exponent);
}

/** Units of a canonical text, whatever its number of decimals; the text must be one that `decimalText` makes. */
export function unitsOf(text: string): bigint {
  return BigInt(text.replace(".", ""));
}

export function decimalText(units: bigint, scale: number): string {
  const negative = units < 0n;
  const digits = (negative ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${negative ? "-" : ""}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
}

/** The same number in other units; lost digits are rounded half away from zero, as SQL Server rounds. */
export function rescale(units: bigint, from: number, to: number): bigint {
  if (to >= from) return units * powerOfTen(to - from);
  return divideRounded(units, powerOfTen(from - to));
}

export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  const size = divisor < 0n ? -divisor : divisor;
  if (twice < size) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

/** Decimal digits of a number's text, `1e21` written out: units and their scale. Undefined when it is no number. */
export function parseDecimal(text: string): { readonly units: bigint; readonly scale: number } | undefined {
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?\s*$/i.exec(text);
  if (!match || (match[2] === "" && (match[3] ?? "") === "")) return undefined;
  const fraction = match[3] ?? "";
  const exponent = Number(match[4] ?? 0);
  const unsigned = BigInt(`${match[2]}${fraction}`);
  const scale = fraction.length - exponent;
  const units = match[1] === "-" ? -unsigned : unsigned;
  return scale >= 0 ? { units, scale } : { units: units * powerOfTen(-scale), scale: 0 };
}

/** Does the number fit into `precision` digits? */
export function fitsPrecision(units: bigint, precision: number): boolean {
  const limit = powerOfTen(precision);
  return units < limit && units > -limit;
}
