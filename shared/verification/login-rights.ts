import { CloudError } from "../cloud/cloud-error";
import type { SqlServerSession } from "../cloud/sql-server";
import { showName, tablePath, tablesByName } from "../object-name";
import type { StatedReason } from "../restore/model/reasons";
import type { PlannedDatabase } from "../restore/plan/plan";

type Rights = Awaited<ReturnType<SqlServerSession["permissions"]>>;

/**
 * What both logins lack, with the remedy; null: nothing that could be seen. To read, grants on the chosen tables are enough; DTS writes as a
 * login of the whole database.
 */
export async function loginProblem(
  ends: { readonly source: SqlServerSession | null; readonly master: SqlServerSession },
  databases: readonly PlannedDatabase[],
): Promise<StatedReason | null> {
  for (const planned of databases) {
    const problem = (await sourceProblem(ends.source, planned)) ?? (await masterProblem(ends.master, planned));
    if (problem) return problem;
  }
  return null;
}

async function sourceProblem(source: SqlServerSession | null, planned: PlannedDatabase): Promise<StatedReason | null> {
  const { database, whole, tables } = planned;
  const rights = source && (await rightsIn(source, database));
  if (!rights || rights.select) return null;
  const unread = whole ? [] : await unreadTables(source, database, tables);
  if (!whole && unread.length === 0) return null;
  return {
    code: "source-not-readable",
    text: `The login of the temporary instance may not read ${whole ? `all of ${showName(database)}` : unread.join(", ")}. Nothing was written. It has the rights of the backup: name a login that could read it then (temporaryInstanceSecret)${whole ? ", or choose the tables that it can read" : ""}.`,
  };
}

async function masterProblem(master: SqlServerSession, planned: PlannedDatabase): Promise<StatedReason | null> {
  const { targetDatabase, createsDatabase } = planned;
  const rights = createsDatabase ? null : await rightsIn(master, targetDatabase);
  if (!rights) return null;
  const targets = planned.tables.map((table) => ({ schema: table.schema, name: table.targetName }));
  const reads = rights.select || (rights.write && (await unreadTables(master, targetDatabase, targets)).length === 0);
  if (reads && rights.write) return null;
  const shown = showName(targetDatabase);
  return {
    code: "target-not-writable",
    text: `The master's login may not ${reads ? "write" : "read and write"} ${shown}. Nothing was written. A grant on single tables is not enough for DTS. Grant it DBOwner on ${shown} (GrantAccountPrivilege, or db_owner in SQL), or name another secret, and ask again.`,
  };
}

/** Those of the tables that no grant lets the login read, up to five by name. */
async function unreadTables(
  session: SqlServerSession,
  database: string,
  tables: readonly { readonly schema: string; readonly name: string }[],
): Promise<string[]> {
  const readable = await session.readableTables(
    database,
    tables.map(({ schema, name }) => ({ schema, name })),
  );
  const known = tablesByName(readable);
  const unread = tables.filter((table) => !known.has(...tablePath(table)));
  return unread.slice(0, 5).map((table) => showName(database, ...tablePath(table)));
}

/** A new database has no rights yet: who may not create databases may not be in it either. */
export async function newDatabaseNotes(
  master: SqlServerSession,
  databases: readonly PlannedDatabase[],
): Promise<string[]> {
  const notes: string[] = [];
  for (const { database, targetDatabase, createsDatabase } of databases) {
    const rights = createsDatabase ? await rightsIn(master, database) : null;
    if (rights && !rights.createDatabase)
      notes.push(
        `The master's login may not create databases: if the precheck of ${showName(targetDatabase)} names CHECK_AUTH_DEST, put a privileged account into the secret and retry, or ask again with the secret of one.`,
      );
  }
  return notes;
}

/** Null: there is no such database, or its rights cannot be asked for. */
async function rightsIn(session: SqlServerSession, database: string): Promise<Rights | null> {
  try {
    return await session.permissions(database);
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind !== "refused") throw error;
    // A login that cannot even enter a database that is there lacks every right in it.
    return error.code === "no-permission" ? { select: false, write: false, createDatabase: false } : null;
  }
}
