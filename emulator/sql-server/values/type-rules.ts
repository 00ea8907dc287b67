import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlTypeName } from "../../data/sql-value";

export type TypeFamily =
  | "bit"
  | "integer"
  | "decimal"
  | "money"
  | "float"
  | "temporal"
  | "text"
  | "binary"
  | "guid"
  | "xml";

/** Every type with its family, lowest precedence first ("Data type precedence", Transact-SQL reference). */
const families: Readonly<Record<SqlTypeName, TypeFamily>> = {
  binary: "binary",
  varbinary: "binary",
  char: "text",
  varchar: "text",
  nchar: "text",
  nvarchar: "text",
  uniqueidentifier: "guid",
  rowversion: "binary",
  image: "binary",
  text: "text",
  ntext: "text",
  bit: "bit",
  tinyint: "integer",
  smallint: "integer",
  int: "integer",
  bigint: "integer",
  smallmoney: "money",
  money: "money",
  numeric: "decimal",
  decimal: "decimal",
  real: "float",
  float: "float",
  time: "temporal",
  date: "temporal",
  smalldatetime: "temporal",
  datetime: "temporal",
  datetime2: "temporal",
  datetimeoffset: "temporal",
  xml: "xml",
};

const precedence = new Map(Object.keys(families).map((name, index) => [name, index]));

export function family(type: SqlType): TypeFamily {
  return families[type.name];
}

export function isTypeName(name: string): name is SqlTypeName {
  return name in families;
}

export const isNumeric = (type: SqlType): boolean =>
  ["bit", "integer", "decimal", "money", "float"].includes(family(type));
const unicodeNames: ReadonlySet<string> = new Set(["nchar", "nvarchar", "ntext", "xml"]);
const unlimitedNames: ReadonlySet<string> = new Set(["text", "ntext", "image", "xml"]);

export const isUnicode = (type: SqlType): boolean => unicodeNames.has(type.name);
export const isText = (type: SqlType): boolean => family(type) === "text";

/** Digits behind the point that a value of the type is stored with. */
export function scaleOf(type: SqlType): number {
  switch (type.name) {
    case "decimal":
    case "numeric":
      return type.scale ?? 0;
    case "money":
    case "smallmoney":
      return 4;
    case "time":
    case "datetime2":
    case "datetimeoffset":
      return type.scale ?? 7;
    case "datetime":
    case "smalldatetime":
      return 3;
    default:
      return 0;
  }
}

/** Total digits of an exact number type. */
export function precisionOf(type: SqlType): number {
  const digits: Partial<Record<SqlTypeName, number>> = {
    bit: 1,
    tinyint: 3,
    smallint: 5,
    int: 10,
    bigint: 19,
    money: 19,
    smallmoney: 10,
  };
  return digits[type.name] ?? type.precision ?? 18;
}

type DecimalName = "decimal" | "numeric";

/** The name that the result of two exact numbers has: numeric unless one is a decimal. */
export function decimalName(...types: readonly SqlType[]): DecimalName {
  return types.some((type) => type.name === "decimal") ? "decimal" : "numeric";
}

/**
 * The type of a product or quotient within 38 digits: what is too much is taken from behind the point, but six digits stay if they can
 * ("Precision, scale, and length").
 */
export function productType(name: DecimalName, precision: number, scale: number): SqlType {
  if (precision <= 38) return { name, precision, scale };
  const kept = Math.max(38 - (precision - scale), Math.min(scale, 6));
  return { name, precision: 38, scale: kept };
}

/** The type of a sum, or of values side by side, within 38 digits: all digits in front of the point stay. */
export function sumType(name: DecimalName, whole: number, scale: number, carry: 0 | 1): SqlType {
  const precision = Math.min(38, whole + scale + carry);
  return { name, precision, scale: Math.min(scale, precision - whole) };
}

/** The length of a text or binary type in characters or bytes. */
export function lengthOf(type: SqlType): number {
  if (type.length === "max" || unlimitedNames.has(type.name)) return Number.POSITIVE_INFINITY;
  if (type.name === "rowversion") return 8;
  return type.length ?? 1;
}

/** A varying type of this length, `max` beyond the 8,000 bytes of a row. */
export function sized(name: "varchar" | "nvarchar" | "varbinary", length: number): SqlType {
  const most = name === "nvarchar" ? 4000 : 8000;
  return { name, length: length === Number.POSITIVE_INFINITY ? "max" : Math.max(1, Math.min(length, most)) };
}

/** The type that a comparison, CASE, COALESCE or UNION of the two has. @throws SqlError 206 when there is none */
export function commonType(left: SqlType, right: SqlType): SqlType {
  const [low, high] = precedence.get(left.name)! <= precedence.get(right.name)! ? [left, right] : [right, left];
  const highFamily = family(high);
  const lowFamily = family(low);
  const clash = () => new SqlError(206, `Operand type clash: ${low.name} is incompatible with ${high.name}`, 16, 2);
  if (highFamily === "text" || highFamily === "xml") {
    if (lowFamily !== "text" && lowFamily !== "binary" && lowFamily !== highFamily) throw clash();
    return lowFamily === "text" && highFamily === "text" ? commonText(low, high) : high;
  }
  if (highFamily === "binary") {
    if (lowFamily === "text") return high;
    const length = Math.max(lengthOf(left), lengthOf(right));
    return left.name === "binary" && right.name === "binary" ? { name: "binary", length } : sized("varbinary", length);
  }
  if (highFamily === "guid") {
    if (lowFamily !== "text" && lowFamily !== "guid" && lowFamily !== "binary") throw clash();
    return high;
  }
  if (
    highFamily === "decimal" &&
    (lowFamily === "integer" || lowFamily === "bit" || lowFamily === "money" || lowFamily === "decimal")
  ) {
    const scale = Math.max(scaleOf(left), scaleOf(right));
    const whole = Math.max(precisionOf(left) - scaleOf(left), precisionOf(right) - scaleOf(right));
    return sumType(decimalName(left, right), whole, scale, 0);
  }
  if (highFamily === "temporal") return commonTemporal(low, high, clash);
  if (lowFamily === "guid" || (lowFamily === "binary" && highFamily === "float")) throw clash();
  return high;
}

function commonText(left: SqlType, right: SqlType): SqlType {
  const length = Math.max(lengthOf(left), lengthOf(right));
  const unicode = isUnicode(left) || isUnicode(right);
  if (left.name === right.name && (left.name === "char" || left.name === "nchar")) return { name: left.name, length };
  return sized(unicode ? "nvarchar" : "varchar", length);
}

function commonTemporal(low: SqlType, high: SqlType, clash: () => SqlError): SqlType {
  if (family(low) === "text") return high;
  const numbersOfDays = high.name === "datetime" || high.name === "smalldatetime";
  if (family(low) !== "temporal") {
    if (numbersOfDays && isNumeric(low)) return high;
    throw clash();
  }
  if ((low.name === "time" && high.name === "date") || (low.name === "date" && high.name === "time")) throw clash();
  if (high.name !== "datetime2" && high.name !== "datetimeoffset" && high.name !== "time") return high;
  return { name: high.name, scale: Math.max(scaleOf(low), scaleOf(high)) };
}

/** As somebody would declare it: `nvarchar(50)`, `decimal(12,2)`. */
export function declared(type: SqlType): string {
  if (type.precision !== undefined) return `${type.name}(${type.precision},${type.scale ?? 0})`;
  if (type.length !== undefined) return `${type.name}(${type.length})`;
  return type.scale === undefined ? type.name : `${type.name}(${type.scale})`;
}
