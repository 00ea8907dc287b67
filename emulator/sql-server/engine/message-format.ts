import { SqlError } from "../../data/sql-error";
import type { SqlValue } from "../../data/sql-value";

const place = /%%|%([-+0# ]*)(\d+|\*)?(?:\.(\d+|\*))?(?:h|l|I64)?([a-zA-Z]|$)/g;

/**
 * The message of RAISERROR with its values in their places: `%d`, `%5s`, `%-10.3s`, `%08x` and their like.
 * @throws SqlError 2787 for a place that is none, 2786 for a value of another type than its place
 */
export function formattedMessage(template: string, values: readonly SqlValue[]): string {
  const rest = [...values];
  let number = 0;
  const take = () => {
    number++;
    return rest.length > 0 ? rest.shift()! : null;
  };
  return template.replace(place, (all, flags: string = "", width: string, precision: string, kind: string) => {
    if (all === "%%") return "%";
    if (!"diouxXs".includes(kind) || kind === "")
      throw new SqlError(2787, `Invalid format specification: '${template.slice(template.indexOf(all))}'.`);
    const size = (written: string | undefined) => Number((written === "*" ? take() : written) ?? 0);
    const [wide, digits] = [size(width), precision === undefined ? undefined : size(precision)];
    const value = take();
    if (value !== null && (typeof value === "string") !== (kind === "s"))
      throw new SqlError(
        2786,
        `The data type of substitution parameter ${number} does not match the expected type of the format specification.`,
      );
    const text = value === null ? "(null)" : shown(value, kind, flags, digits);
    const filled = flags.includes("0") && kind !== "s" && !flags.includes("-") ? "0" : " ";
    return flags.includes("-") ? text.padEnd(wide) : text.padStart(wide, filled);
  });
}

function shown(value: Exclude<SqlValue, null>, kind: string, flags: string, digits: number | undefined): string {
  if (kind === "s") return String(value).slice(0, digits);
  const signed = BigInt(value as number | bigint);
  if (kind === "d" || kind === "i") {
    const plain = String(signed)
      .replace("-", "")
      .padStart(digits ?? 1, "0");
    return `${signed < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : ""}${plain}`;
  }
  const unsigned = BigInt.asUintN(typeof value === "bigint" ? 64 : 32, signed);
  const radix = kind === "o" ? 8 : kind === "u" ? 10 : 16;
  const plain = unsigned.toString(radix).padStart(digits ?? 1, "0");
  const prefix = flags.includes("#") ? (kind === "o" ? "0" : kind === "u" ? "" : "0x") : "";
  return kind === "X" ? `${prefix}${plain}`.toUpperCase() : `${prefix}${plain}`;
}
