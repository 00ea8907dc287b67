/** SQL Server types that the local cloud stores. */
export type SqlTypeName =
  | "bit"
  | "tinyint"
  | "smallint"
  | "int"
  | "bigint"
  | "decimal"
  | "numeric"
  | "money"
  | "smallmoney"
  | "float"
  | "real"
  | "date"
  | "time"
  | "datetime"
  | "smalldatetime"
  | "datetime2"
  | "datetimeoffset"
  | "char"
  | "varchar"
  | "nchar"
  | "nvarchar"
  | "text"
  | "ntext"
  | "binary"
  | "varbinary"
  | "image"
  | "uniqueidentifier"
  | "xml"
  | "rowversion";

export interface SqlType {
  readonly name: SqlTypeName;
  /** Characters or bytes; `max` for the (max) types. Absent where the type has no length. */
  readonly length?: number | "max";
  /** decimal, numeric: total digits. */
  readonly precision?: number;
  /** decimal, numeric: digits behind the point; time, datetime2, datetimeoffset: fractional digits. */
  readonly scale?: number;
}

/**
 * One stored value, exact and comparable:
 * bit boolean; tinyint, smallint, int, float, real number; bigint bigint;
 * decimal, numeric, money, smallmoney a canonical string with exactly `scale` digits behind the point ("12.50");
 * date "2026-11-20"; time "08:15:00.0000000"; datetime, smalldatetime "2026-11-20T08:15:00.123"; datetime2 "2026-11-20T08:15:00.1234567"
 * (fraction of exactly `scale` digits; no point when 0); datetimeoffset the same followed by "+08:00";
 * character types, xml string; uniqueidentifier upper-case string; binary types and rowversion Uint8Array.
 */
export type SqlValue = null | boolean | number | bigint | string | Uint8Array;

/** A text under which equal values are equal and different ones differ; for keys and comparisons, not for display. */
export function valueKey(value: SqlValue): string {
  if (value === null) return "n";
  if (value instanceof Uint8Array) return `x${Buffer.from(value).toString("hex")}`;
  return `${typeof value === "string" ? "s" : "v"}${value}`;
}
