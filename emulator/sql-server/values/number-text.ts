import { decimalText, divideRounded, parseDecimal, unitsOf } from "./decimal";

/**
 * float and real to text ("CAST and CONVERT", float and real styles): 0 six digits at most, 1 always eight, 2 always sixteen,
 * 3 always seventeen, the last three in scientific notation.
 */
export function floatText(value: number, style: number | undefined): string {
  switch (style ?? 0) {
    case 0:
      return general(value);
    case 1:
      return scientific(value, 8);
    case 2:
      return scientific(value, 16);
    default:
      return scientific(value, 17);
  }
}

function scientific(value: number, digits: number): string {
  return value
    .toExponential(digits - 1)
    .replace(/e([+-])(\d+)$/, (_, sign, exponent) => `e${sign}${exponent.padStart(3, "0")}`);
}

/** C's %g with six digits and an exponent of three, as the server's runtime prints. */
function general(value: number): string {
  if (value === 0) return "0";
  const [digits = "", exponentText = "0"] = value.toExponential(5).split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return withoutTrailingZeros(value.toFixed(Math.max(0, 5 - exponent)));
  const sign = exponent < 0 ? "-" : "+";
  return `${withoutTrailingZeros(digits)}e${sign}${String(Math.abs(exponent)).padStart(3, "0")}`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** money to text: 0 two decimals, 1 with commas too, 2 and 126 all four decimals. */
export function moneyText(value: string, style: number | undefined): string {
  if (style === 2 || style === 126) return value;
  const text = decimalText(divideRounded(unitsOf(value), 100n), 2);
  return style === 1 ? text.replace(/\B(?=(\d{3})+\.)/g, ",") : text;
}

const moneyPattern = /^([+-]?)\s*[$\u00a2-\u00a5\u20a0-\u20bf]?\s*([+-]?)([\d,]*\.?\d*)$/;

/** A text as an amount of money: a sign, a currency symbol and commas may be there, digits need not. Undefined for anything else. */
export function moneyUnits(text: string): ReturnType<typeof parseDecimal> {
  const [, before = "", behind = "", digits = ""] = moneyPattern.exec(text) ?? [];
  if (!moneyPattern.test(text) || (before !== "" && behind !== "")) return undefined;
  const plain = digits.replaceAll(",", "");
  return parseDecimal(`${before}${behind}${plain === "" || plain === "." ? "0" : plain}`);
}
