import { addressesByName, addressPath } from "../object-name";
import type { PlannedDatabase } from "../restore/plan";
import { findHeldValues } from "./held-values";
import type { OpenProbe } from "./row-findings";
import { findTakenIdentities } from "./taken-identities";

/** Looks at the rows of the tables that rows are added to; the tables that they refer to are compared by key alone. */
export function probeOf(databases: readonly PlannedDatabase[]): OpenProbe {
  const planned = addressesByName(
    databases.flatMap(({ database, tables }) => tables.map((table) => ({ ...table, database }))),
  );
  return async (pair) => {
    if (!planned.has(...addressPath(pair.source))) return null;
    return async (range, table) => {
      const { held, findings } = await findHeldValues(pair, range.missing);
      return { held, findings: [...findings, ...(await findTakenIdentities(pair, range.different, table.different))] };
    };
  };
}
