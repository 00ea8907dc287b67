import { parseColumnType } from "./column-type";
import { quoteColumn } from "./identifiers";
import type { ColumnShape } from "./index";
import { textForm } from "./text-form";

/** The key value as text, for the caller to keep and pass back as a bound. */
export function keyText(column: ColumnShape): string {
  const form = textForm(column.type, true);
  if (form.kind !== "fixed" && form.kind !== "characters")
    throw new Error(`${column.name} of type ${column.type} is no key to page by`);
  const style = form.kind === "fixed" && form.style !== null ? `, ${form.style}` : "";
  return `CONVERT(NVARCHAR(${form.width}), ${quoteColumn(column.name)}${style})`;
}

/**
 * A key's text, such as the parameter `@after0`, as a value of the column's own type: an nvarchar would make the server convert the column
 * instead, which loses the index and, under SQL_ collations, orders varchar differently. The column's collation says which code page the
 * bytes of a varchar are of; without it they would be of the database's.
 */
export function keyValue(text: string, column: ColumnShape): string {
  const type = parseColumnType(column.type);
  const binary = type.name === "binary" || type.name === "varbinary";
  const form = textForm(column.type, true);
  // money reads back without a style; 2 only says how it is written
  const style = form.kind === "fixed" && form.style !== null && (binary || form.style !== 2) ? `, ${form.style}` : "";
  const collated = column.collation === null ? text : `${text} COLLATE ${collationName(column.collation)}`;
  return `CONVERT(${typeText(column.type)}, ${collated}${style})`;
}

/** The column's value as the column `as` of another table would hold it, to be compared as that one compares. */
export function valueUnder(column: ColumnShape, as: ColumnShape): string {
  return column.collation === as.collation ? quoteColumn(column.name) : keyValue(keyText(column), as);
}

/** Rows behind `after0, after1 …` (exclusive) or up to `upTo0, upTo1 …` (inclusive) in key order. */
export function keyBound(bound: "after" | "upTo", key: readonly ColumnShape[]): string {
  const beyond = bound === "after" ? ">" : "<";
  const last = key.length - 1;
  const alternatives = key.map((_, position) =>
    key
      .slice(0, position + 1)
      .map((column, index) => {
        const operator = index < position ? "=" : index === last && bound === "upTo" ? `${beyond}=` : beyond;
        return `${quoteColumn(column.name)} ${operator} ${keyValue(`@${bound}${index}`, column)}`;
      })
      .join(" AND "),
  );
  if (alternatives.length === 1) return alternatives[0]!;
  // The first condition follows from the rest; it gives the index a range to seek.
  const seek = `${quoteColumn(key[0]!.name)} ${beyond}= ${keyValue(`@${bound}0`, key[0]!)}`;
  return `${seek} AND (${alternatives.map((alternative) => `(${alternative})`).join(" OR ")})`;
}

/** COLLATE takes a name as it stands, never in brackets. */
function collationName(name: string): string {
  if (!/^\w+$/.test(name)) throw new Error(`no name of a collation: ${name}`);
  return name;
}

function typeText(declared: string): string {
  const { name, length, precision, scale } = parseColumnType(declared);
  const digits = precision !== null ? `(${precision},${scale})` : scale !== null ? `(${scale})` : "";
  return `${name.toUpperCase()}${length === null ? digits : `(${length})`}`;
}
