import type { SqlType, SqlValue } from "./sql-value";

const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** The values of a key as SQL Server's messages about duplicates show them: `(1, abc, <NULL>)`. */
export function keyText(types: readonly SqlType[], values: readonly SqlValue[]): string {
  return `(${values.map((value, index) => valueText(types[index]!, value)).join(", ")})`;
}

function valueText(type: SqlType, value: SqlValue): string {
  if (value === null) return "<NULL>";
  if (typeof value === "boolean") return value ? "1" : "0";
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex")}`;
  switch (type.name) {
    case "datetime":
    case "smalldatetime":
      return dateTimeText(value as string);
    case "datetime2":
      return (value as string).replace("T", " ");
    case "datetimeoffset":
      return `${(value as string).replace("T", " ").slice(0, -6)} ${(value as string).slice(-6)}`;
    case "uniqueidentifier":
      return (value as string).toLowerCase();
    default:
      return String(value);
  }
}

/** `Nov 20 2026  8:15AM`: style 0 of CONVERT. */
function dateTimeText(value: string): string {
  const [year = "", month = "", day = "", hour = "", minute = ""] = value.split(/[-T:.]/);
  const clock = `${Number(hour) % 12 || 12}`.padStart(2, " ");
  return `${months[Number(month) - 1]} ${String(Number(day)).padStart(2, " ")} ${year} ${clock}:${minute}${Number(hour) < 12 ? "AM" : "PM"}`;
}
