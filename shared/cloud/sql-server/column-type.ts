/** A column's type in parts. `length` counts characters or bytes; absent parts are null. */
export interface ColumnType {
  readonly name: string;
  readonly length: number | "max" | null;
  readonly precision: number | null;
  readonly scale: number | null;
}

/** How `sys.columns` and `sys.types` describe a type; `maxLength` is in bytes, -1 for (max). */
export interface CatalogType {
  readonly name: string;
  readonly maxLength: number;
  readonly precision: number;
  readonly scale: number;
}

const lengthInBytes = new Set(["char", "varchar", "binary", "varbinary"]);
const lengthInCharacters = new Set(["nchar", "nvarchar"]);
const withPrecision = new Set(["decimal", "numeric"]);
const withScale = new Set(["time", "datetime2", "datetimeoffset"]);

/** The type as somebody would declare it: `nvarchar(50)`, `decimal(12,2)`, `datetime2(7)`, `varbinary(max)`. */
export function declaredType(type: CatalogType): string {
  const name = type.name.toLowerCase();
  if (lengthInBytes.has(name)) return `${name}(${type.maxLength === -1 ? "max" : type.maxLength})`;
  if (lengthInCharacters.has(name)) return `${name}(${type.maxLength === -1 ? "max" : type.maxLength / 2})`;
  if (withPrecision.has(name)) return `${name}(${type.precision},${type.scale})`;
  if (withScale.has(name)) return `${name}(${type.scale})`;
  return name;
}

/** Reads a declared type. Left-out lengths and digits are those of SQL Server's column definitions. */
export function parseColumnType(declared: string): ColumnType {
  const match = /^([a-z][a-z0-9_]*)\s*(?:\(\s*(max|\d+)\s*(?:,\s*(\d+)\s*)?\))?$/i.exec(declared.trim());
  if (!match) return { name: declared.toLowerCase(), length: null, precision: null, scale: null };
  const name = match[1]!.toLowerCase();
  const first = match[2]?.toLowerCase();
  const none = { name, length: null, precision: null, scale: null };
  if (lengthInBytes.has(name) || lengthInCharacters.has(name))
    return { ...none, length: first === "max" ? "max" : Number(first ?? 1) };
  if (withPrecision.has(name)) return { ...none, precision: Number(first ?? 18), scale: Number(match[3] ?? 0) };
  if (withScale.has(name)) return { ...none, scale: Number(first ?? 7) };
  return none;
}
