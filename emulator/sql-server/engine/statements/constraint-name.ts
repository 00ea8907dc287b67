import { randomText } from "../../../core/random";
import type { Session } from "../session";

/**
 * A constraint's name: as given, or made in SQL Server's form of the kind, the beginnings of the table's and the column's name, and eight
 * hexadecimal digits.
 */
export function nameOf(
  given: string | undefined,
  kind: "PK" | "UQ" | "FK" | "CK" | "DF",
  [table, column]: readonly [table: string, column?: string],
  session: Session,
): { readonly name: string; readonly systemNamed?: true } {
  if (given !== undefined) return { name: given };
  const parts = [kind, table.slice(0, 9), ...(column === undefined ? [] : [column.slice(0, 5)])];
  return {
    name: `${parts.join("__")}__${randomText(session.server.random, 8, "0123456789ABCDEF")}`,
    systemNamed: true,
  };
}
