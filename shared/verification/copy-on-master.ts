import type { Clock } from "../clock";
import { isPassing } from "../cloud/cloud-error";
import type { SqlServerSession } from "../cloud/sql-server";
import { showName } from "../object-name";
import type { CheckResult, Comparison, TableComparison } from "../restore/model/record";
import { databaseOfCopy, type Plan, type PlannedDatabase } from "../restore/plan/plan";
import type { Check, RestoreRequest } from "../restore/request/request";
import { lastingProblem, runCheck } from "./check";
import { targetAddress, unmeasured } from "./open-table";
import { pendingTable } from "./start-comparison";

/** What a table of the copy is worth once its rows are counted. */
export type CountedTable = (counted: TableComparison) => TableComparison;

/** Copy first: the temporary instance has the other copy, and cannot be read. */
export const uncomparedTable: CountedTable = (counted) =>
  unmeasured(counted, "the temporary instance was not reachable: counted on the master only");

/** RDS restored the database itself: there is no other copy to compare it with. */
export const arrivedTable: CountedTable = (counted) => ({
  ...counted,
  sourceRows: counted.targetRows,
  verdict: "arrived",
});

/**
 * One slice where only the copy on the master can be read: the requested checks run on it, then its tables are counted. A check of a
 * database whose tables arrive under new names is not run: it would read the live tables, or none. The cursor's index runs through the
 * checks and on through the tables. Tables of a whole database are listed from the copy.
 */
export async function lookAtCopy(
  session: SqlServerSession,
  plan: Pick<Plan, "databases">,
  request: Pick<RestoreRequest, "checks">,
  comparison: Comparison,
  whenCounted: CountedTable,
  deadlineMs: number,
  clock: Clock,
): Promise<Comparison> {
  let current = comparison.cursor.index === 0 ? await listCopiedTables(session, plan, comparison) : comparison;
  const first = current;
  try {
    while (current.cursor.index < request.checks.length + current.tables.length) {
      current = await advance(session, plan, request, current, whenCounted);
      if (clock.nowMs() >= deadlineMs) break;
    }
  } catch (error) {
    if (current === first || !isPassing(error)) throw error;
  }
  return current;
}

async function advance(
  session: SqlServerSession,
  plan: Pick<Plan, "databases">,
  request: Pick<RestoreRequest, "checks">,
  comparison: Comparison,
  whenCounted: CountedTable,
): Promise<Comparison> {
  const { index } = comparison.cursor;
  const next = { ...comparison, cursor: { index: index + 1, after: null } };
  const check = request.checks[index];
  if (check) {
    const database = databaseOfCopy(check, plan.databases);
    if (database === null) return { ...next, checksNotRun: [...(comparison.checksNotRun ?? []), notRun(check)] };
    const result = await runCheck(session, check, database);
    return { ...next, checks: [...comparison.checks, result] };
  }
  const position = index - request.checks.length;
  const counted = await countOnMaster(session, comparison.tables[position]!, whenCounted);
  return { ...next, tables: comparison.tables.map((table, other) => (other === position ? counted : table)) };
}

function notRun({ name, database }: Check): { name: string; text: string } {
  return {
    name,
    text: `${name}: not run, because tables of ${showName(database)} arrived under new names, which it does not read.`,
  };
}

async function countOnMaster(
  session: SqlServerSession,
  table: TableComparison,
  whenCounted: CountedTable,
): Promise<TableComparison> {
  try {
    return whenCounted({ ...table, targetRows: await session.countRows(targetAddress(table)) });
  } catch (error) {
    const problem = lastingProblem(error);
    if (problem === null) throw error;
    return problem.code === "no-table" || problem.code === "no-database"
      ? { ...table, verdict: "differs", samples: ["the table is not on the master"] }
      : unmeasured(table, problem.text);
  }
}

async function listCopiedTables(
  session: SqlServerSession,
  plan: Pick<Plan, "databases">,
  comparison: Comparison,
): Promise<Comparison> {
  const tables = [...comparison.tables];
  const checks: CheckResult[] = [...comparison.checks];
  for (const database of plan.databases) {
    if (!database.whole || database.tables.length > 0) continue;
    const found = await copiedTables(session, database);
    tables.push(...found);
    if (found.length === 0) checks.push(nothingArrived(database));
  }
  return { ...comparison, tables, checks };
}

async function copiedTables(session: SqlServerSession, database: PlannedDatabase): Promise<TableComparison[]> {
  try {
    const shapes = await session.describeTables(database.targetDatabase, null);
    return shapes.map(({ schema, name }) => pendingTable(database, { schema, name, targetName: name }));
  } catch (error) {
    if (lastingProblem(error) === null) throw error;
    return [];
  }
}

function nothingArrived(database: PlannedDatabase): CheckResult {
  return {
    name: `tables of ${showName(database.database)} arrived`,
    passed: false,
    text: `${showName(database.targetDatabase)} on the master has no tables that can be read.`,
  };
}
