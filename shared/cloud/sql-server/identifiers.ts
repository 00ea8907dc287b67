import { bracketed } from "../../object-name";

export function quoteTable(table: { readonly schema: string; readonly name: string }): string {
  return `${bracketed(table.schema)}.${bracketed(table.name)}`;
}

/** A column of the table that a statement reads as `t`. */
export function quoteColumn(name: string): string {
  return `t.${bracketed(name)}`;
}
