/**
 * Values of the fuzzer's own evaluation, which shares nothing with the engine: whole numbers and bits as bigint, decimals as units of
 * 10^-scale, texts, and dates as days since 2000-01-01.
 */
export type Value = bigint | Decimal | string | Day | null;

export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

export interface Day {
  readonly day: number;
}

/** What a term has: its kind, and for decimals the digits that SQL Server's rules give it. */
export type Kind = "number" | "decimal" | "text" | "date";

export function decimal(units: bigint, scale: number): Decimal {
  return { units, scale };
}

export const isDecimal = (value: Value): value is Decimal =>
  typeof value === "object" && value !== null && "units" in value;
const isDay = (value: Value): value is Day => typeof value === "object" && value !== null && "day" in value;

/** The same number with more digits behind the point. */
function scaled({ units, scale }: Decimal, to: number): bigint {
  return units * 10n ** BigInt(to - scale);
}

/** Rounds half away from zero. */
export function rounded({ units, scale }: Decimal, to: number): Decimal {
  if (to >= scale) return decimal(units * 10n ** BigInt(to - scale), to);
  const unit = 10n ** BigInt(scale - to);
  const size = units < 0n ? -units : units;
  const half = (size * 2n + unit) / (unit * 2n);
  return decimal(units < 0n ? -half : half, to);
}

const asDecimal = (value: bigint | Decimal): Decimal => (isDecimal(value) ? value : decimal(value, 0));

/** Case is ignored, and so are blanks at the end. */
export function foldedText(text: string): string {
  return text.replace(/ +$/, "").toLowerCase();
}

/** Negative, zero or positive for two values of kinds that compare; neither is null. */
export function compareValues(left: Exclude<Value, null>, right: Exclude<Value, null>): number {
  if (typeof left === "string" && typeof right === "string") {
    const [a, b] = [foldedText(left), foldedText(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (isDay(left) && isDay(right)) return left.day - right.day;
  const [a, b] = [asDecimal(left as bigint | Decimal), asDecimal(right as bigint | Decimal)];
  const scale = Math.max(a.scale, b.scale);
  const difference = scaled(a, scale) - scaled(b, scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** NULL comes first, and equals NULL. */
export function orderOf(left: Value, right: Value): number {
  if (left === null || right === null) return Number(right === null) - Number(left === null);
  return compareValues(left, right);
}

export function dateText({ day }: Day): string {
  return new Date(Date.UTC(2000, 0, 1 + day)).toISOString().slice(0, 10);
}

export function decimalText({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? "-" : ""}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
}

/** As it comes over the wire, where every output is made a text. @param loose case and blanks at the end do not count */
export function shown(value: Value, loose: boolean): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return loose ? foldedText(value) : value;
  if (isDay(value)) return dateText(value);
  return isDecimal(value) ? decimalText(value) : value.toString();
}

/** The SQL of a constant. */
export function literal(value: Value): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  if (isDay(value)) return `CAST('${dateText(value)}' AS date)`;
  return isDecimal(value) ? decimalText(value) : value.toString();
}
