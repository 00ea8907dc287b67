import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlTypeName } from "../../data/sql-value";
import { isTypeName } from "../values/type-rules";
import { notPlayed, TokenCursor } from "./token-cursor";

const synonyms: Readonly<Record<string, SqlTypeName>> = {
  integer: "int",
  dec: "decimal",
  character: "char",
  timestamp: "rowversion",
};

/** `char varying` and its like. */
const varyingNames: Readonly<Record<string, SqlTypeName>> = { char: "varchar", nchar: "nvarchar", binary: "varbinary" };

const knownElsewhere = new Set(["sql_variant", "hierarchyid", "geometry", "geography", "cursor", "table"]);

/** The name of a type that the user has made, or of none at all. */
export interface NamedType {
  readonly named: readonly string[];
}

/** A type of the system, or any other name: of columns, variables and parameters. */
export function parseDeclaredType(cursor: TokenCursor): SqlType | NamedType {
  const { kind, text } = cursor.current;
  const dotted = cursor.ahead(1).text === ".";
  const isSystem =
    cursor.isWord("sys", "NATIONAL", "DOUBLE") || (!dotted && kind !== "end" && isKnownType(text.toLowerCase()));
  return isSystem ? parseType(cursor, "declaration") : { named: cursor.path() };
}

function isKnownType(name: string): boolean {
  return isTypeName(synonyms[name] ?? name) || name === "sysname" || knownElsewhere.has(name);
}

/** Lengths that are left out: 30 in CAST and CONVERT, 1 in declarations. */
export function parseType(cursor: TokenCursor, place: "conversion" | "declaration"): SqlType {
  if (cursor.takeWords("sys")) cursor.expectSymbol(".");
  const written = cursor.isWord("NATIONAL", "DOUBLE") ? twoWords(cursor) : cursor.name().toLowerCase();
  const name = synonyms[written] ?? written;
  if (name === "sysname") return { name: "nvarchar", length: 128 };
  if (knownElsewhere.has(name)) throw notPlayed(`The data type ${name}`);
  if (!isTypeName(name)) throw new SqlError(243, `Type ${written} is not a defined system type.`);
  if (name === "xml" && cursor.isSymbol("(")) throw notPlayed("xml with a schema collection");
  const varying = varyingNames[name];
  return withLength(cursor, varying && cursor.takeWords("VARYING") ? varying : name, place);
}

function twoWords(cursor: TokenCursor): string {
  if (cursor.takeWords("DOUBLE", "PRECISION")) return "float";
  cursor.expectWord("NATIONAL");
  const base = cursor.name().toLowerCase();
  if (base === "text") return "ntext";
  return cursor.takeWords("VARYING") ? "nvarchar" : "nchar";
}

function withLength(cursor: TokenCursor, name: SqlTypeName, place: "conversion" | "declaration"): SqlType {
  const numbers = cursor.isSymbol("(")
    ? cursor.parenthesized(() => (cursor.takeWords("MAX") ? "max" : cursor.wholeNumber()))
    : [];
  const [first, second] = numbers;
  switch (name) {
    case "char":
    case "nchar":
    case "binary":
    case "varchar":
    case "nvarchar":
    case "varbinary":
      return { name, length: checkedLength(name, first ?? (place === "conversion" ? 30 : 1)) };
    case "decimal":
    case "numeric":
      return { name, ...digits(Number(first ?? 18), Number(second ?? 0)) };
    case "time":
    case "datetime2":
    case "datetimeoffset":
      if (Number(first ?? 7) > 7) throw new SqlError(1002, `Line 1: Specified scale ${first} is invalid.`, 15);
      return { name, scale: Number(first ?? 7) };
    case "float":
      return { name: Number(first ?? 53) <= 24 ? "real" : "float" };
    default:
      if (first !== undefined)
        throw new SqlError(2716, `Column, parameter, or variable: Cannot specify a column width on data type ${name}.`);
      return { name };
  }
}

function checkedLength(name: SqlTypeName, length: number | "max"): number | "max" {
  if (length === "max") {
    if (name.includes("var")) return length;
    throw new SqlError(102, "Incorrect syntax near 'max'.", 15);
  }
  const most = name === "nchar" || name === "nvarchar" ? 4000 : 8000;
  if (length < 1) throw new SqlError(1001, "Line 1: Length or precision specification 0 is invalid.", 15);
  if (length > most)
    throw new SqlError(
      131,
      `The size (${length}) given to the type '${name}' exceeds the maximum allowed for any data type (${most}).`,
      15,
    );
  return length;
}

function digits(precision: number, scale: number): { precision: number; scale: number } {
  if (precision < 1 || precision > 38)
    throw new SqlError(
      1007,
      `The number '${precision}' is out of the range for numeric representation (maximum precision 38).`,
      15,
    );
  if (scale > precision) throw new SqlError(192, "The scale must be less than or equal to the precision.", 15);
  return { precision, scale };
}

/** A type from its text, such as `nvarchar(128)`. */
export function typeFromText(text: string): SqlType {
  return parseType(new TokenCursor(text), "declaration");
}
