import type { Comparison, TableComparison } from "../restore/model/record";
import type { Plan, PlannedDatabase } from "../restore/plan/plan";

/** Every planned table, not looked at yet. */
export function startComparison(plan: Pick<Plan, "databases">): Comparison {
  return {
    tables: plan.databases.flatMap((database) => database.tables.map((table) => pendingTable(database, table))),
    cursor: { index: 0, after: null },
    checks: [],
  };
}

export function pendingTable(
  database: Pick<PlannedDatabase, "database" | "targetDatabase">,
  table: { readonly schema: string; readonly name: string; readonly targetName: string },
): TableComparison {
  return {
    database: database.database,
    schema: table.schema,
    name: table.name,
    targetDatabase: database.targetDatabase,
    targetName: table.targetName,
    sourceRows: null,
    targetRows: null,
    missing: 0,
    different: 0,
    extra: 0,
    verdict: "pending",
    samples: [],
  };
}
