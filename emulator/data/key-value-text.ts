import type { SqlValue } from "./sql-value";

/** The values of a key as an error of SQL Server shows them: `1, Bonn, <NULL>`. */
export function keyValueText(values: readonly SqlValue[]): string {
  return values.map(shown).join(", ");
}

function shown(value: SqlValue): string {
  if (value === null) return "<NULL>";
  if (typeof value === "boolean") return value ? "1" : "0";
  return value instanceof Uint8Array ? `0x${Buffer.from(value).toString("hex")}` : String(value);
}
