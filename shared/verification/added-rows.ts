import type { TableAddress } from "../cloud/sql-server";
import { addressesByName, addressPath } from "../object-name";
import type { PlannedDatabase } from "../restore/plan/plan";
import { findHeldValues } from "./held-values";
import { findLeftBehind } from "./left-behind";
import type { OpenProbe } from "./row-findings";
import { findTakenIdentities } from "./taken-identities";
import { findUnfitValues } from "./unfit-values";

/** Looks at the rows of the tables that rows are added to; the tables that they refer to are compared by key alone. */
export function probeOf(databases: readonly PlannedDatabase[]): OpenProbe {
  const planned = addressesByName(
    databases.flatMap(({ database, tables }) => tables.map((table) => ({ ...table, database }))),
  );
  const isPlanned = (table: TableAddress) => planned.has(...addressPath(table));
  return async (pair) => {
    if (!isPlanned(pair.source)) return null;
    return async (range, table) => {
      const unfit = await findUnfitValues(pair, range.missing);
      const held = await findHeldValues(pair, range.missing);
      const taken = await findTakenIdentities(pair, range.different, table.different);
      const leftBehind = await findLeftBehind(pair, range.missing, isPlanned);
      return {
        held: new Set([...unfit.unfit, ...held.held]).size,
        findings: [...unfit.findings, ...held.findings, ...taken, ...leftBehind],
      };
    };
  };
}
