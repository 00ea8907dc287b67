import { SqlError } from "../../data/sql-error";
import { notPlayed } from "../syntax/token-cursor";
import { isKnownCollation } from "../values/collation";

/** @throws SqlError 448 for a name that no collation has, 50501 for one that the local cloud does not play */
export function requireCollation(name: string): void {
  const known = isKnownCollation(name);
  if (known === "no") throw new SqlError(448, `Invalid collation '${name}'.`);
  if (known === "elsewhere") throw notPlayed(`The collation ${name}`);
}
