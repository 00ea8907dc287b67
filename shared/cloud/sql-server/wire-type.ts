import { declaredType } from "./column-type";

/** What the driver says of a column's type. Lengths are bytes, 65,535 for (max). */
export interface WireColumn {
  readonly type: { readonly name: string };
  readonly dataLength?: number | undefined;
  readonly precision?: number | undefined;
  readonly scale?: number | undefined;
  readonly udtInfo?: { readonly typeName: string } | undefined;
}

/** Types whose values may be NULL travel under one name for all sizes (MS-TDS 2.2.5.4.2). */
const bySize: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  IntN: { 1: "tinyint", 2: "smallint", 4: "int", 8: "bigint" },
  FloatN: { 4: "real", 8: "float" },
  MoneyN: { 4: "smallmoney", 8: "money" },
  DateTimeN: { 4: "smalldatetime", 8: "datetime" },
};

const otherNames: Readonly<Record<string, string>> = {
  BitN: "bit",
  DecimalN: "decimal",
  NumericN: "numeric",
  Variant: "sql_variant",
};

/** A column's type as somebody would declare it: `decimal(38,10)`, `nvarchar(max)`. */
export function wireType(column: WireColumn): string {
  const { dataLength = 0, precision = 0, scale = 0, udtInfo } = column;
  const wire = column.type.name;
  const name = udtInfo?.typeName ?? bySize[wire]?.[dataLength] ?? otherNames[wire] ?? wire;
  return declaredType({ name, maxLength: dataLength === 65_535 ? -1 : dataLength, precision, scale });
}

/** The shortest text that reads as the same FLOAT, or REAL. */
export function floatText(value: number, type: string): string {
  if (type !== "real") return String(value);
  const digits = [1, 2, 3, 4, 5, 6, 7, 8].find((count) => Math.fround(Number(value.toPrecision(count))) === value);
  return String(Number(value.toPrecision(digits ?? 9)));
}
