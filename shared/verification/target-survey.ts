import type { Clock } from "../clock";
import { CloudError } from "../cloud/cloud-error";
import type { SqlServerSession, TableShape } from "../cloud/sql-server";
import { addressesByName, addressPath, listedByName, showAddress, showName } from "../object-name";
import type { StatedReason } from "../restore/model/reasons";
import { isSurveyed, type TargetSurvey } from "../restore/model/record";
import { foreignKeyNotes } from "../restore/plan/foreign-keys";
import type { PlannedDatabase } from "../restore/plan/plan";
import { neededNames, takenName } from "../restore/plan/taken-names";
import { targetObstacle, targetTables } from "../restore/plan/target-obstacle";
import { namesakes, tellNamesakes } from "../restore/prerequisites/bare-names";
import { type WriteBackMode, writeBackOf } from "../restore/write-back";
import { probeOf } from "./added-rows";
import { commonColumns } from "./column-drift";
import { runComparisonSlice } from "./compare";
import { objectsByDatabase } from "./found-objects";
import { loginProblem, newDatabaseNotes } from "./login-rights";
import { lostForeignKeys, tellLost } from "./lost-foreign-keys";
import { concludeMissingRows, startMissingRows } from "./missing-rows";

/** Names of more tables and constraints than these are not looked for again before the write: the record of a restore is bounded. */
const keptNamesMost = 1_000;

export interface SurveyEnds {
  /** Null when the temporary instance cannot be read. */
  readonly source: SqlServerSession | null;
  readonly master: SqlServerSession;
}

/**
 * One slice of looking at the master before anything is configured: rights of both logins, names that are taken, columns that drifted, and for
 * `missing-rows` which keys are absent. Reads only.
 * @throws CloudError that passes by itself, or that the master's SQL Server refuses
 */
export async function surveyTarget(
  ends: SurveyEnds,
  mode: WriteBackMode,
  databases: readonly PlannedDatabase[],
  earlier: TargetSurvey | null,
  deadlineMs: number,
  clock: Clock,
): Promise<TargetSurvey> {
  const survey = earlier ?? (await surveyShapes(ends, mode, databases));
  if (!survey.before || !ends.source || isSurveyed(survey)) return survey;
  const before = await runComparisonSlice(
    ends.source,
    ends.master,
    survey.before,
    mode,
    deadlineMs,
    clock,
    probeOf(databases),
  );
  return concludeMissingRows({ ...survey, before }, databases);
}

async function surveyShapes(
  ends: SurveyEnds,
  mode: WriteBackMode,
  databases: readonly PlannedDatabase[],
): Promise<TargetSurvey> {
  const refused = (obstacle: StatedReason): TargetSurvey => ({ obstacle, notes: [], before: null });
  const rights = await loginProblem(ends, databases);
  if (rights) return refused(rights);
  const targets = await shapesByDatabase(ends.master, targetTables(databases));
  const obstacle = targetObstacle(mode, databases, targets);
  if (obstacle) return refused(obstacle);
  const hidden = await hiddenTarget(ends.master, databases);
  if (hidden) return refused(hidden);
  const named = databases.flatMap((database) =>
    database.tables.map((table) => ({ database: database.database, schema: table.schema, name: table.name })),
  );
  const sources = ends.source ? await shapesByDatabase(ends.source, named) : [];
  const present = await shapesByDatabase(ends.master, named);
  const notes = [...(await newDatabaseNotes(ends.master, databases)), ...driftNotes(sources, present)];
  if (writeBackOf(mode).addsRows)
    return startMissingRows(databases, sources, targets, [...notes, ...foreignKeyNotes(targets)]);
  const needed = neededNames(databases, sources);
  const taken = takenName(needed, await objectsByDatabase(ends.master, needed));
  if (taken) return refused(taken);
  const lost = ends.source ? await lostForeignKeys({ source: ends.source, target: ends.master }, databases) : [];
  return {
    obstacle: null,
    notes: [...notes, ...lost.map(tellLost)],
    before: null,
    ...(needed.length > 0 && needed.length <= keptNamesMost ? { neededNames: needed } : {}),
    ...(lost.length > 0 ? { foreignKeys: lost } : {}),
  };
}

/** A table to be written to that DTS could not tell from another schema's table of the same database. */
async function hiddenTarget(
  master: SqlServerSession,
  databases: readonly PlannedDatabase[],
): Promise<StatedReason | null> {
  const known = listedByName(await master.listDatabases());
  for (const { targetDatabase, createsDatabase, whole, tables } of databases) {
    if (createsDatabase || whole || !known.has(targetDatabase)) continue;
    const listed = await master.listTables(targetDatabase);
    for (const { schema, targetName } of tables) {
      const target = { schema, name: targetName };
      const others = namesakes(target, listed, known.find(targetDatabase)!.collation);
      if (others.length > 0)
        return {
          code: "table-name-in-two-schemas",
          text: `In ${showName(targetDatabase)} on the master, ${tellNamesakes(target, others)}: into which of them it would write is not known. Nothing was written. Ask again for side-by-side.`,
        };
    }
  }
  return null;
}

/** Each table's drift against the master's table of the same name, if that is there. */
function driftNotes(sources: readonly TableShape[], present: readonly TableShape[]): string[] {
  const onMaster = addressesByName(present);
  return sources.flatMap((source) => {
    const now = onMaster.find(...addressPath(source));
    const drift = now ? commonColumns(source, now).drift : [];
    return drift.map((text) => `${showAddress(source)}: ${text}.`);
  });
}

/** Shapes of the tables that exist; a database that does not exist has none. */
export async function shapesByDatabase(
  session: SqlServerSession,
  tables: readonly { readonly database: string; readonly schema: string; readonly name: string }[],
): Promise<TableShape[]> {
  const found: TableShape[] = [];
  for (const database of new Set(tables.map((table) => table.database))) {
    const wanted = tables.filter((table) => table.database === database);
    try {
      found.push(...(await session.describeTables(database, wanted)));
    } catch (error) {
      if (!(error instanceof CloudError) || error.code !== "no-database") throw error;
    }
  }
  return found;
}
