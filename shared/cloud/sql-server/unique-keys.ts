import { showName } from "../../object-name";
import type { ColumnShape, TableShape, UniqueKey } from "./index";
import { canPageBy } from "./text-form";

/** The server refuses a second row of the same key, whatever the row is. */
export function isEnforced(key: UniqueKey): boolean {
  return key.enabled && !key.filtered;
}

/** The enforced unique key over exactly these columns, in whatever order; null: there is none. */
export function enforcedKey(shape: Pick<TableShape, "uniqueKeys">, columns: readonly string[]): UniqueKey | null {
  const wanted = new Set(columns);
  const isExact = (key: UniqueKey) =>
    key.columns.length === wanted.size && key.columns.every((name) => wanted.has(name));
  return shape.uniqueKeys.find((key) => isEnforced(key) && isExact(key)) ?? null;
}

/** No two rows have the same values in these columns, because a unique key over some of them is enforced. */
export function isUniqueOver(shape: Pick<TableShape, "uniqueKeys">, columns: readonly string[]): boolean {
  return shape.uniqueKeys.some((key) => isEnforced(key) && key.columns.every((name) => columns.includes(name)));
}

/** Keys by which rows can be told apart and paged, the best one first. */
export function pagingKeys(shape: Pick<TableShape, "columns" | "uniqueKeys">): UniqueKey[] {
  return shape.uniqueKeys.filter((key) => keyProblem(key, shape.columns) === null);
}

/** Why rows cannot be told apart and paged by a key, for people; null: they can. A computed key column is not in the row hash. */
export function keyProblem(key: UniqueKey, columns: readonly ColumnShape[]): string | null {
  if (!key.enabled) return "is disabled";
  if (key.filtered) return "is filtered";
  for (const name of key.columns) {
    const column = columns.find((candidate) => candidate.name === name);
    if (!column) return `has a column ${showName(name)} that cannot be read`;
    if (column.nullable) return `allows NULL in ${showName(name)}`;
    if (column.computed) return `has the computed column ${showName(name)}`;
    if (!canPageBy(column.type))
      return `has the column ${showName(name)} of type ${column.type}, which cannot be paged by`;
  }
  return null;
}

/** A key as people name it: `PRIMARY KEY (Id, Line)`, `unique index IX_Code (Code)`. */
export function showUniqueKey(key: UniqueKey): string {
  const columns = `(${key.columns.map((name) => showName(name)).join(", ")})`;
  if (key.kind === "primary-key") return `PRIMARY KEY ${columns}`;
  return `${key.kind === "unique-index" ? "unique index" : "UNIQUE constraint"} ${showName(key.name)} ${columns}`;
}
