import type { SqlType, SqlValue } from "./sql-value";

type Value = Exclude<SqlValue, null>;

/**
 * A text under which equal values of one type are equal and different ones differ: for keys, joins, GROUP BY and DISTINCT.
 * @param rules those of the texts' collation
 */
export function valueKeyOf(type: SqlType, rules: { key(text: string): string }): (value: Value) => string {
  switch (type.name) {
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
    case "text":
    case "ntext":
    case "xml":
      return (value) => rules.key(value as string);
    case "binary":
    case "varbinary":
    case "image":
    case "rowversion":
      return (value) => binaryKey(value as Uint8Array);
    case "datetimeoffset":
      return (value) => instantKey(value as string);
    case "float":
    case "real":
      // -0 equals 0
      return (value) => String(value === 0 ? 0 : value);
    default:
      return String;
  }
}

/** Zeros at the end do not count: 0x01 = 0x0100. */
export function binaryKey(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/(?:00)+$/, "");
}

/** `2026-11-20T08:15:00.1230000+08:00` as its minute in UTC and the seconds behind it: equal for every offset. */
function instantKey(value: string): string {
  const offset = value.slice(-6);
  const minutes = Date.parse(`${value.slice(0, 16)}:00${offset}`) / 60_000;
  return `${minutes} ${Number(value.slice(17, -6))}`;
}
