import { type ColumnType, parseColumnType } from "./column-type";

/**
 * How a column's value becomes one exact text, whatever the session's language or date format.
 * `fixed`: CONVERT to nvarchar(width), with a style where one is needed; such a text never contains `|`.
 * `characters`: any text, at most `width` characters. `long`: too long to be hashed by a 2008 R2 server; read in full.
 * `left-out`: never compared.
 */
export type TextForm =
  | { readonly kind: "fixed"; readonly width: number; readonly style: number | null }
  | { readonly kind: "characters"; readonly width: number }
  | { readonly kind: "long"; readonly as: "NVARCHAR(MAX)" | "VARBINARY(MAX)" }
  | { readonly kind: "left-out"; readonly reason: string };

/** nvarchar characters that HASHBYTES takes before SQL Server 2016: 8,000 bytes. Longer concatenations are cut silently. */
export const hashableCharacters = 4000;
/** `=`, up to four digits of length and a spare one, `:` around a text; `=` and `|` around a fixed one. */
export const charactersFrame = 7;
export const fixedFrame = 2;

/** Types whose values data transmission does not carry (DTS, "migrate data between SQL Server databases"). */
const notMoved = new Set(["rowversion", "timestamp", "sql_variant", "hierarchyid", "geometry", "geography"]);

/** `timestamp` is the older name of the same type. */
export function isRowVersion(declared: string): boolean {
  return ["rowversion", "timestamp"].includes(parseColumnType(declared).name);
}

export function textForm(declared: string): TextForm {
  const type = parseColumnType(declared);
  switch (type.name) {
    case "bit":
    case "tinyint":
    case "smallint":
    case "int":
    case "bigint":
      return fixed(20);
    case "decimal":
    case "numeric":
      return fixed(41);
    case "money":
    case "smallmoney":
      return fixed(25, 2); // style 2: all four digits behind the point, no commas
    case "float":
    case "real":
      return fixed(30, 2); // style 2: 16 significant digits; rounded, because an exact style (3) came with 2016
    case "date":
    case "time":
    case "datetime":
    case "smalldatetime":
    case "datetime2":
    case "datetimeoffset":
      return fixed(40, 126); // style 126: ISO 8601
    case "uniqueidentifier":
      return fixed(36);
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
      return characters(type);
    case "binary":
    case "varbinary":
      return binary(type);
    case "text":
    case "ntext":
    case "xml":
      return { kind: "long", as: "NVARCHAR(MAX)" };
    case "image":
      return { kind: "long", as: "VARBINARY(MAX)" };
    default:
      return {
        kind: "left-out",
        reason: notMoved.has(type.name)
          ? `DTS does not move ${type.name} values`
          : `values of type ${type.name} have no exact text`,
      };
  }
}

function fixed(width: number, style: number | null = null): TextForm {
  return { kind: "fixed", width, style };
}

function characters(type: ColumnType): TextForm {
  if (typeof type.length !== "number" || type.length + charactersFrame > hashableCharacters)
    return { kind: "long", as: "NVARCHAR(MAX)" };
  return { kind: "characters", width: type.length };
}

/** Style 2: hexadecimal digits without `0x`. */
function binary(type: ColumnType): TextForm {
  if (typeof type.length !== "number" || type.length * 2 + fixedFrame > hashableCharacters)
    return { kind: "long", as: "VARBINARY(MAX)" };
  return { kind: "fixed", width: type.length * 2, style: 2 };
}

/** Key types that survive the way to text and back unchanged, so that `>` and `=` mean the same as in the table's own order. */
export function canPageBy(declared: string): boolean {
  const { name } = parseColumnType(declared);
  const form = textForm(declared);
  return name !== "float" && name !== "real" && (form.kind === "fixed" || form.kind === "characters");
}
