import type { ColumnShape } from "../sql-server";
import { textForm } from "./text-form";

export interface ComparableColumns {
  readonly compared: readonly ColumnShape[];
  readonly leftOut: readonly { readonly name: string; readonly reason: string }[];
}

/**
 * Which columns a row hash covers. Left out: computed columns (they follow from the others and DTS may bring them as
 * plain ones), rowversion (every server writes its own), and types that DTS does not move.
 */
export function comparableColumns(shape: { readonly columns: readonly ColumnShape[] }): ComparableColumns {
  const compared: ColumnShape[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  for (const column of shape.columns) {
    const form = textForm(column.type);
    if (column.computed) leftOut.push({ name: column.name, reason: "computed" });
    else if (form.kind === "left-out") leftOut.push({ name: column.name, reason: form.reason });
    else compared.push(column);
  }
  return { compared, leftOut };
}
