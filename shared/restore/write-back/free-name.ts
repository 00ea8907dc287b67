import type { TableShape } from "../../cloud/sql-server";
import type { StatedReason } from "../model/reasons";

/** The obstacle of every mode that makes its tables: the name has to be free. */
export function nameIsTaken(name: string, found: TableShape | undefined): StatedReason | null {
  if (!found) return null;
  return {
    code: "target-exists",
    text: `The master has a table ${name}. It was left as it is. Rename it, or ask again for side-by-side or missing-rows.`,
  };
}
