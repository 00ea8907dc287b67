import { CloudError } from "../cloud/cloud-error";
import type { SqlServerSession } from "../cloud/sql-server";
import type { FoundObject, NeededName } from "../restore/plan/taken-names";

/** The objects of the master that have one of the names; a database that does not exist has none. */
export async function objectsByDatabase(
  master: SqlServerSession,
  needed: readonly Pick<NeededName, "database" | "schema" | "name">[],
): Promise<FoundObject[]> {
  const found: FoundObject[] = [];
  for (const database of new Set(needed.map((one) => one.database))) {
    const names = needed.filter((one) => one.database === database);
    try {
      found.push(...(await master.findObjects(database, names)).map((object) => ({ ...object, database })));
    } catch (error) {
      if (!(error instanceof CloudError) || error.code !== "no-database") throw error;
    }
  }
  return found;
}
