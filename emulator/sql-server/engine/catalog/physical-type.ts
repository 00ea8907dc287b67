import type { SqlType, SqlTypeName } from "../../../data/sql-value";
import { isUnicode, scaleOf } from "../../values/type-rules";

/** How sys.types and sys.columns describe a type. */
export interface PhysicalType {
  readonly id: number;
  /** Bytes; -1 for (max) types. */
  readonly maxLength: number;
  readonly precision: number;
  readonly scale: number;
}

/** System types: id, bytes, precision, scale, and the name in sys.types where it differs. */
export const systemTypes: readonly (readonly [
  name: SqlTypeName,
  id: number,
  bytes: number,
  precision: number,
  scale: number,
])[] = [
  ["image", 34, 16, 0, 0],
  ["text", 35, 16, 0, 0],
  ["uniqueidentifier", 36, 16, 0, 0],
  ["date", 40, 3, 10, 0],
  ["time", 41, 5, 16, 7],
  ["datetime2", 42, 8, 27, 7],
  ["datetimeoffset", 43, 10, 34, 7],
  ["tinyint", 48, 1, 3, 0],
  ["smallint", 52, 2, 5, 0],
  ["int", 56, 4, 10, 0],
  ["smalldatetime", 58, 4, 16, 0],
  ["real", 59, 4, 24, 0],
  ["money", 60, 8, 19, 4],
  ["datetime", 61, 8, 23, 3],
  ["float", 62, 8, 53, 0],
  ["ntext", 99, 16, 0, 0],
  ["bit", 104, 1, 1, 0],
  ["decimal", 106, 17, 38, 38],
  ["numeric", 108, 17, 38, 38],
  ["smallmoney", 122, 4, 10, 4],
  ["bigint", 127, 8, 19, 0],
  ["varbinary", 165, 8000, 0, 0],
  ["varchar", 167, 8000, 0, 0],
  ["binary", 173, 8000, 0, 0],
  ["char", 175, 8000, 0, 0],
  ["rowversion", 189, 8, 0, 0],
  ["nvarchar", 231, 8000, 0, 0],
  ["nchar", 239, 8000, 0, 0],
  ["xml", 241, -1, 0, 0],
];

const byName = new Map(systemTypes.map((entry) => [entry[0], entry]));

export function physicalType(type: SqlType): PhysicalType {
  const [, id, bytes, precision, scale] = byName.get(type.name)!;
  if (type.length !== undefined) {
    const maxLength = type.length === "max" ? -1 : isUnicode(type) ? type.length * 2 : type.length;
    return { id, maxLength, precision, scale };
  }
  if (type.name === "decimal" || type.name === "numeric") {
    const digits = type.precision ?? 18;
    return { id, maxLength: decimalBytes(digits), precision: digits, scale: type.scale ?? 0 };
  }
  if (type.name === "time" || type.name === "datetime2" || type.name === "datetimeoffset") {
    const fraction = scaleOf(type);
    const lost = 7 - fraction;
    return {
      id,
      maxLength: bytes - (fraction > 4 ? 0 : fraction > 2 ? 1 : 2),
      precision: precision - lost - (fraction === 0 ? 1 : 0),
      scale: fraction,
    };
  }
  return { id, maxLength: bytes, precision, scale };
}

/** Storage of a decimal ("decimal and numeric"): 5 bytes up to 9 digits, 9 up to 19, 13 up to 28, else 17. */
export function decimalBytes(precision: number): number {
  return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
}

/** rowversion is called timestamp in sys.types. */
export function catalogTypeName(name: SqlTypeName): string {
  return name === "rowversion" ? "timestamp" : name;
}
