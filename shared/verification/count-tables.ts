import type { SqlServerSession, TableShape } from "../cloud/sql-server";
import { listedByName, showName, tablePath, tablesByName, tellNear } from "../object-name";
import type { TableFacts, Verification } from "../restore/model/record";
import type { ObjectSelection, RestoreRequest } from "../restore/request/request";
import { lastingProblem } from "./check";
import { chosenTableProblems } from "./chosen-tables";
import { hasRoomFor } from "./room-in-record";
import { suitability } from "./suitability";

/** Reads the shapes of one selection. What is asked for and not there becomes a failed check with its name in it. */
export async function describeSelection(
  session: SqlServerSession,
  asked: Pick<RestoreRequest, "objects" | "checks" | "writeBack">,
  object: ObjectSelection,
  verification: Verification,
): Promise<Verification> {
  const { database } = object;
  const shown = showName(database);
  const failed = (name: string, text: string) => ({
    ...verification,
    checks: [...verification.checks, { name, passed: false, text }],
  });
  let shapes: TableShape[];
  try {
    if (object.tables === null && !(await session.permissions(database)).select)
      return failed(
        `all of ${shown} can be read`,
        `The login of the temporary instance sees only single tables of ${shown}. Choose those tables, or name a login that could read all of it at the time of the backup (temporaryInstanceSecret).`,
      );
    shapes = await session.describeTables(database, object.tables);
  } catch (error) {
    const problem = lastingProblem(error);
    if (problem === null) throw error;
    return problem.code === "no-database"
      ? failed(
          `database ${shown} exists`,
          `There is no database ${shown} on the temporary instance.${tellNear(listedByName(await session.listDatabases()).near(database))}`,
        )
      : failed(`database ${shown} can be read`, `The tables of ${shown} cannot be read: ${problem.text}.`);
  }
  if (object.tables === null && shapes.length === 0)
    return failed(`database ${shown} has tables`, `${shown} has no tables on the temporary instance.`);
  const tables = [...verification.tables, ...inPlanOrder(object, shapes).map(factsOf)];
  if (!hasRoomFor(asked, tables))
    return failed(
      "the tables fit into one restore",
      `${tables.length} tables are more than the record of one restore holds beside its request; choose some of the tables of ${shown}, and ask for the others in restores of their own.`,
    );
  const collation = listedByName(await session.listDatabases()).find(database)?.collation ?? null;
  const listed = { tables: object.tables === null ? [] : await session.listTables(database), collation };
  return {
    ...verification,
    tables,
    checks: [...verification.checks, ...chosenTableProblems(object, shapes, listed, asked.writeBack)],
    sizeBytes: await addSize(session, object, verification.sizeBytes),
    collations: [...verification.collations, ...(collation === null ? [] : [{ database, collation }])],
  };
}

/** Counts the table at `index`. A table that cannot be counted in the time of one statement keeps no count, and says so. */
export async function countTable(
  session: SqlServerSession,
  index: number,
  verification: Verification,
): Promise<Verification> {
  const table = verification.tables[index]!;
  const withTable = (facts: TableFacts) => ({
    ...verification,
    tables: verification.tables.map((other, position) => (position === index ? facts : other)),
  });
  try {
    return withTable({ ...table, rows: await session.countRows(table) });
  } catch (error) {
    const problem = lastingProblem(error);
    if (problem === null) throw error;
    return withTable({ ...table, notes: [...table.notes, `Rows not counted: ${problem.text}.`] });
  }
}

function factsOf(shape: TableShape): TableFacts {
  const { database, schema, name, key } = shape;
  return { database, schema, name, rows: null, key, notes: suitability(shape) };
}

function inPlanOrder(object: ObjectSelection, shapes: readonly TableShape[]): TableShape[] {
  if (object.tables === null) return [...shapes];
  const byName = tablesByName(shapes);
  return [...new Set(object.tables.flatMap((table) => byName.find(...tablePath(table)) ?? []))];
}

/** The size feeds the forecast only; a login that may not see it is no obstacle. */
async function addSize(
  session: SqlServerSession,
  { database, tables }: ObjectSelection,
  known: number | null,
): Promise<number | null> {
  try {
    const sizes = tables && (await session.tableSizes(database, tables));
    const bytes = sizes?.reduce((sum, size) => sum + size.bytes, 0) ?? (await session.databaseSizeBytes(database));
    return (known ?? 0) + bytes;
  } catch (error) {
    if (lastingProblem(error) === null) throw error;
    return known;
  }
}
