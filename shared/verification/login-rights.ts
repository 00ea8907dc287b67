import { CloudError } from "../cloud/cloud-error";
import type { SqlServerSession } from "../cloud/sql-server";
import type { PlannedDatabase } from "../restore/plan";
import type { StatedReason } from "../restore/reasons";

type Rights = Awaited<ReturnType<SqlServerSession["permissions"]>>;

/** What both logins lack, with the remedy; null: nothing that could be seen. */
export async function loginProblem(
  ends: { readonly source: SqlServerSession | null; readonly master: SqlServerSession },
  databases: readonly PlannedDatabase[],
): Promise<StatedReason | null> {
  for (const { database, targetDatabase, createsDatabase } of databases) {
    const onSource = ends.source && (await rightsIn(ends.source, database));
    if (onSource && !onSource.select)
      return {
        code: "source-not-readable",
        text: `The login of the temporary instance may not read ${database}. It has the rights of the backup: name a login that could read it then (temporaryInstanceSecret).`,
      };
    const onMaster = createsDatabase ? null : await rightsIn(ends.master, targetDatabase);
    if (onMaster && !(onMaster.select && onMaster.write))
      return {
        code: "target-not-writable",
        text: `The master's login may not read and write ${targetDatabase}. Grant it DBOwner on ${targetDatabase} (GrantAccountPrivilege, or db_owner in SQL), or name another secret, and ask again.`,
      };
  }
  return null;
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
        `The master's login may not create databases: if the precheck names CHECK_AUTH_DEST, grant it DBOwner on ${targetDatabase} once that exists, or name the secret of a privileged account.`,
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
