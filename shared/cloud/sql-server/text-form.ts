import { type ColumnType, parseColumnType } from "./column-type";

/**
 * How a column's value becomes one exact text, whatever the session's language or date format.
 * `fixed`: CONVERT to nvarchar(width), with a style where one is needed, `through` a binary type where the text would lose bits; such a text
 * never contains `|`.
 * `characters`: any text, at most `width` characters. `long`: too long to be hashed by a 2008 R2 server; read in full, `through` a type where the
 * server converts in two steps only. `left-out`: never compared.
 */
export type TextForm =
  | { readonly kind: "fixed"; readonly width: number; readonly style: number | null; readonly through: string | null }
  | { readonly kind: "characters"; readonly width: number }
  | { readonly kind: "long"; readonly as: "NVARCHAR(MAX)" | "VARBINARY(MAX)"; readonly through: string | null }
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

/**
 * Texts of a code page are read as bytes: two byte sequences may be one character in Unicode (code page 932), and none gets lost so.
 * @param byCharacters texts of a code page are read by their characters instead: where the other side has another code page, and in keys
 */
export function textForm(declared: string, byCharacters = false): TextForm {
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
    // The bits, big-endian: every style of a 2008 R2 server rounds (an exact one, 3, came with 2016). So 0.0 and -0.0 differ.
    case "float":
      return hexadecimal(8, "BINARY(8)");
    case "real":
      return hexadecimal(4, "BINARY(4)");
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
      return byCharacters ? characters(type) : binary(type, `VARBINARY(${type.length})`);
    case "nchar":
    case "nvarchar":
      return characters(type);
    case "binary":
    case "varbinary":
      return binary(type, null);
    case "text":
      return byCharacters ? long("NVARCHAR(MAX)") : long("VARBINARY(MAX)", "VARCHAR(MAX)");
    case "ntext":
    case "xml":
      return long("NVARCHAR(MAX)");
    case "image":
      return long("VARBINARY(MAX)");
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
  return { kind: "fixed", width, style, through: null };
}

/** Style 2: hexadecimal digits without `0x`. */
function hexadecimal(bytes: number, through: string | null): TextForm {
  return { kind: "fixed", width: bytes * 2, style: 2, through };
}

function long(as: "NVARCHAR(MAX)" | "VARBINARY(MAX)", through: string | null = null): TextForm {
  return { kind: "long", as, through };
}

function characters(type: ColumnType): TextForm {
  if (typeof type.length !== "number" || type.length + charactersFrame > hashableCharacters)
    return long("NVARCHAR(MAX)");
  return { kind: "characters", width: type.length };
}

function binary(type: ColumnType, through: string | null): TextForm {
  if (typeof type.length !== "number" || type.length * 2 + fixedFrame > hashableCharacters)
    return long("VARBINARY(MAX)");
  return hexadecimal(type.length, through);
}

/** Key types that survive the way to text and back unchanged, so that `>` and `=` mean the same as in the table's own order. */
export function canPageBy(declared: string): boolean {
  const { name } = parseColumnType(declared);
  const form = textForm(declared, true);
  return name !== "float" && name !== "real" && (form.kind === "fixed" || form.kind === "characters");
}

/** Equal values of the type may have different texts: case, blanks, width; one instant in two offsets; zeros behind the last byte. */
export function hasManyTexts(declared: string): boolean {
  const { name } = parseColumnType(declared);
  return name.endsWith("char") || name === "datetimeoffset" || name === "varbinary";
}
