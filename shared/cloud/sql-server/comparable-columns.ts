import type { ColumnShape } from "./index";
import { isRowVersion, textForm } from "./text-form";

export interface ComparableColumns {
  readonly compared: readonly ColumnShape[];
  /** Columns with values of their own that no hash covers, each with why. */
  readonly leftOut: readonly { readonly column: ColumnShape; readonly reason: string }[];
}

/**
 * Which columns a row hash covers, and which it should cover and cannot. Neither: computed columns (they follow from the others and
 * DTS may bring them as plain ones) and rowversion (every server writes its own).
 */
export function comparableColumns(shape: { readonly columns: readonly ColumnShape[] }): ComparableColumns {
  const compared: ColumnShape[] = [];
  const leftOut: { column: ColumnShape; reason: string }[] = [];
  for (const column of shape.columns) {
    if (column.computed || isRowVersion(column.type)) continue;
    const form = textForm(column.type);
    if (form.kind === "left-out") leftOut.push({ column, reason: form.reason });
    else compared.push(column);
  }
  return { compared, leftOut };
}
