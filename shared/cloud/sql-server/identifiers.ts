/** `[name]` with `]` doubled: the only way that a name reaches a statement. */
export function quoteName(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

export function quoteTable(table: { readonly schema: string; readonly name: string }): string {
  return `${quoteName(table.schema)}.${quoteName(table.name)}`;
}

/** A column of the table that a statement reads as `t`. */
export function quoteColumn(name: string): string {
  return `t.${quoteName(name)}`;
}
