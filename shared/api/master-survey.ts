import { CloudError } from "../cloud/cloud-error";
import type { SqlServerSession, TableName, TableShape } from "../cloud/sql-server";
import { reachableAddress, unreachableMaster } from "../engine/connect";
import { listedByName, showName, tablePath, tablesByName, tellNear } from "../object-name";
import type { StatedReason } from "../restore/model/reasons";
import { foreignKeyNotes } from "../restore/plan/foreign-keys";
import type { PlannedDatabase } from "../restore/plan/plan";
import { neededNames, takenName } from "../restore/plan/taken-names";
import { namesakes, tellNamesakes } from "../restore/prerequisites/bare-names";
import type { WriteBackMode } from "../restore/write-back";
import { writeBackOf } from "../restore/write-back";
import { objectsByDatabase } from "../verification/found-objects";
import { suitability } from "../verification/suitability";
import { requirementNotes } from "../verification/table-fit";
import type { ApiDependencies } from "./api-dependencies";

const partlySeen =
  "The login sees only single tables of it. A restore of the whole database wants one that may read all of it; otherwise choose the tables.";

/** A database that somebody wants to know about; `tables: null` stands for all of them. */
export interface WantedDatabase {
  readonly database: string;
  readonly tables: readonly { readonly schema: string; readonly name: string }[] | null;
  /** What a restore would write of it; left out: no restore is asked for. */
  readonly planned?: { readonly mode: WriteBackMode; readonly database: PlannedDatabase };
}

export interface SurveyedTable {
  readonly schema: string;
  readonly name: string;
  readonly key: readonly string[];
  readonly columns: TableShape["columns"];
  /** One sentence each: what to know before rows of it are written back. */
  readonly notes: readonly string[];
}

export interface SurveyedDatabase {
  readonly database: string;
  /** Null where it could not be read; `problem` says why, or why only a part of them is shown. */
  readonly tables: readonly SurveyedTable[] | null;
  /** Tables that were asked for and are not on the master now. */
  readonly missing: readonly string[];
  /** Tables that are there, and may be meant by those that are missing. */
  readonly nearNames: readonly string[];
  /** Tables that DTS could not tell from the chosen ones, half a sentence each. */
  readonly namesakes: readonly string[];
  /** Why the planned tables cannot be made as the master is now; null: nothing speaks against it, as far as the master's own tables tell. */
  readonly obstacle: StatedReason | null;
  /** One sentence or two each: what foreign keys of the tables mean for rows that are added. */
  readonly notes: readonly string[];
  /** Tables beyond those shown. */
  readonly notShown: number;
  readonly sizeBytes: number | null;
  readonly problem: string | null;
}

/** Reads end here, so that a dry run answers within five seconds even if the last statement takes all its time. */
const budgetMs = 2_500;
/** Bounds the connect and each statement. */
const statementMs = 1_200;
/** Chosen tables that are asked, one by one, which others refer to them. */
const referredToMost = 20;
/** An answer of a function holds a few megabytes at most. */
const shownTablesMax = 1_000;

/**
 * Looks at tables of the master over SQL. What cannot be read is unknown, not an error: functions reach a VPC or a public endpoint, and
 * many masters have neither.
 */
export async function surveyMaster(
  deps: Pick<ApiDependencies, "rds" | "settings" | "secrets" | "sqlServers" | "clock">,
  masterInstanceId: string,
  secretName: string,
  wanted: readonly WantedDatabase[],
): Promise<SurveyedDatabase[]> {
  const untilMs = deps.clock.nowMs() + budgetMs;
  let session: SqlServerSession | null = null;
  try {
    const address = await reachableAddress(deps, masterInstanceId);
    if (!address) return wanted.map((one) => unread(one, unreachableMaster));
    session = await deps.sqlServers.connect(address, await deps.secrets.read(secretName, null), statementMs);
    const surveyed: SurveyedDatabase[] = [];
    let room = shownTablesMax;
    for (const one of wanted) {
      const late = deps.clock.nowMs() >= untilMs;
      const read = late ? unread(one, "There was no time left to read it.") : await surveyDatabase(session, one, room);
      room -= read.tables?.length ?? 0;
      surveyed.push(read);
    }
    return surveyed;
  } catch (error) {
    const problem = problemOf(error);
    return wanted.map((one) => unread(one, problem));
  } finally {
    await session?.close();
  }
}

async function surveyDatabase(
  session: SqlServerSession,
  wanted: WantedDatabase,
  room: number,
): Promise<SurveyedDatabase> {
  try {
    const shapes = await session.describeTables(wanted.database, wanted.tables);
    const seesAll = wanted.tables !== null || (await session.permissions(wanted.database)).select;
    const found = tablesByName(shapes);
    const names = (wanted.tables ?? []).filter((table) => !found.has(...tablePath(table)));
    const listed = tablesByName(wanted.tables === null ? [] : await session.listTables(wanted.database));
    const collation = listedByName(await session.listDatabases()).find(wanted.database)?.collation ?? null;
    const referring = await referringTables(session, shapes, wanted.tables);
    const { planned } = wanted;
    const row = planned && writeBackOf(planned.mode);
    // The tables of the master stand for those of the backup, which was not read yet.
    const needed = row?.job && !row.addsRows ? neededNames([planned!.database], shapes) : [];
    return {
      database: wanted.database,
      tables: shapes.slice(0, room).map((shape) => ({
        schema: shape.schema,
        name: shape.name,
        key: shape.key,
        columns: shape.columns,
        notes: [...suitability(shape), ...(referring.get(shape) ?? [])],
      })),
      missing: names.map((table) => showName(...tablePath(table))),
      nearNames: [...new Set(names.flatMap((table) => listed.near(...tablePath(table))))],
      namesakes: (wanted.tables ?? []).flatMap((table) => {
        const others = namesakes(table, listed.things, collation);
        return others.length > 0 ? tellNamesakes(table, others) : [];
      }),
      obstacle: needed.length > 0 ? takenName(needed, await objectsByDatabase(session, needed)) : null,
      notes: row?.addsRows ? [...requirementNotes(shapes), ...foreignKeyNotes(shapes)] : [],
      notShown: Math.max(0, shapes.length - room),
      sizeBytes: await session.databaseSizeBytes(wanted.database),
      problem: seesAll ? null : partlySeen,
    };
  } catch (error) {
    const isAbsent = error instanceof CloudError && error.code === "no-database";
    return unread(wanted, isAbsent ? await absent(session, wanted) : problemOf(error));
  }
}

/** Of chosen tables: other tables whose rows may have been deleted together with theirs. */
async function referringTables(
  session: SqlServerSession,
  shapes: readonly TableShape[],
  chosen: readonly TableName[] | null,
): Promise<Map<TableShape, string[]>> {
  const notes = new Map<TableShape, string[]>();
  // In a whole database, all tables that refer to one are chosen.
  if (chosen === null || chosen.length > referredToMost) return notes;
  const isChosen = tablesByName(chosen);
  for (const shape of shapes) {
    const keys = (await session.referringKeys(shape)).filter((key) => !isChosen.has(key.schema, key.table));
    const names = keys.map((key) => `${showName(key.schema, key.table)} (${showName(key.name)})`);
    if (names.length > 0)
      notes.set(shape, [
        `Referred to by ${names.join(", ")}: rows there that were deleted together with rows of this table come back only if that table is chosen too.`,
      ]);
  }
  return notes;
}

async function absent(session: SqlServerSession, { database }: WantedDatabase): Promise<string> {
  const near = listedByName(await session.listDatabases()).near(database);
  return `There is no database ${showName(database)} on the master (no-database).${tellNear(near)}`;
}

function unread(wanted: WantedDatabase, problem: string): SurveyedDatabase {
  const { database } = wanted;
  const nothing = {
    missing: [],
    nearNames: [],
    namesakes: [],
    obstacle: null,
    notes: [],
    notShown: 0,
    sizeBytes: null,
  };
  return { database, tables: null, ...nothing, problem };
}

function problemOf(error: unknown): string {
  if (!(error instanceof CloudError)) throw error;
  return `It could not be read (${error.service} ${error.action}: ${error.code}).`;
}
