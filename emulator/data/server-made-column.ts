import { SqlError } from "./sql-error";
import type { ColumnDefinition } from "./table-definition";

/** @throws SqlError 271 or 273 for a column whose values the server makes, as an INSERT that names it */
export function requireTakesValues({ name, computed, type }: ColumnDefinition): void {
  if (computed !== undefined)
    throw new SqlError(
      271,
      `The column "${name}" cannot be modified because it is either a computed column or is the result of a UNION operator.`,
    );
  if (type.name === "rowversion")
    throw new SqlError(
      273,
      "Cannot insert an explicit value into a timestamp column. Use INSERT with a column list to exclude the timestamp column, or insert a DEFAULT into the timestamp column.",
    );
}
