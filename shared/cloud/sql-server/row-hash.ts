import { createHash } from "node:crypto";
import { quoteColumn } from "./identifiers";
import type { ReadColumn } from "./index";
import { charactersFrame, fixedFrame, hashableCharacters, textForm } from "./text-form";

/** What to select for one row's hash: `h0, h1 …` hashed by the server, `l0, l1 …` long values that are hashed here. */
export interface RowHashPlan {
  readonly hashed: readonly string[];
  readonly long: readonly string[];
}

/**
 * Groups the columns, in their order, so that each HASHBYTES gets at most 4000 characters. The grouping depends on the declared
 * types, so two tables are compared with one list of columns.
 */
export function planRowHash(columns: readonly ReadColumn[]): RowHashPlan {
  const groups: { width: number; texts: string[] }[] = [];
  const long: string[] = [];
  for (const column of columns) {
    const form = textForm(column.type, column.byCharacters);
    if (form.kind === "left-out") throw new Error(`${column.name} is not comparable: ${form.reason}`);
    if (form.kind === "long") {
      long.push(`CONVERT(${form.as}, ${through(form.through, quoteColumn(column.name))})`);
      continue;
    }
    const width = form.width + (form.kind === "characters" ? charactersFrame : fixedFrame);
    const group = groups.at(-1);
    if (group && group.width + width <= hashableCharacters) {
      group.width += width;
      group.texts.push(framedText(column));
    } else groups.push({ width, texts: [framedText(column)] });
  }
  return { hashed: groups.map((group) => `HASHBYTES('SHA1', ${group.texts.join(" + ")})`), long };
}

/**
 * One column inside the hashed text: `~` for NULL; `=`, the value, `|` where values cannot contain `|`; else `=`, the length in bytes, `:`, the
 * text. So no two different rows have one text, trailing blanks included. Texts take the database's collation, because SQL Server
 * refuses to add texts of two collations.
 */
function framedText(column: ReadColumn): string {
  const name = quoteColumn(column.name);
  const form = textForm(column.type, column.byCharacters);
  if (form.kind === "fixed") {
    const style = form.style === null ? "" : `, ${form.style}`;
    const text = `CONVERT(NVARCHAR(${form.width}), ${through(form.through, name)}${style})`;
    return `CASE WHEN ${name} IS NULL THEN N'~' ELSE N'=' + ${text} + N'|' END`;
  }
  if (form.kind !== "characters") throw new Error(`${column.name} is not hashed by the server`);
  const text = `CONVERT(NVARCHAR(${form.width}), ${name})`;
  const length = `CONVERT(NVARCHAR(5), DATALENGTH(${text}))`;
  return `CASE WHEN ${name} IS NULL THEN N'~' ELSE N'=' + ${length} + N':' + ${text} COLLATE DATABASE_DEFAULT END`;
}

function through(type: string | null, expression: string): string {
  return type === null ? expression : `CONVERT(${type}, ${expression})`;
}

/**
 * One hexadecimal sha256 for a row: each SHA1 of the server as it is, each long value as `~` or `=` and its own sha256. Texts count by their
 * UTF-16 code units: in UTF-8 all lone surrogates would be one character.
 */
export function combineRowHash(hashed: readonly Uint8Array[], long: readonly (string | Uint8Array | null)[]): string {
  const row = createHash("sha256");
  for (const part of hashed) row.update(part);
  for (const value of long) {
    if (value === null) row.update("~");
    else row.update("=").update(createHash("sha256").update(bytesOf(value)).digest());
  }
  return row.digest("hex");
}

function bytesOf(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? Buffer.from(value, "utf16le") : value;
}
