import type { SqlServerSession } from "../cloud/sql-server";
import { leftTableName } from "../restore/leftovers";
import type { RestoreRecord } from "../restore/model/record";
import { lastingProblem } from "./check";

/**
 * Bytes of what the restore made on the master, by the names of `leftOnMaster`. For information only: what the login may not see, or what
 * takes too long, has no size, and the outcome of the comparison stands.
 * @throws CloudError that passes by itself
 */
export async function leftoverSizes(
  master: Pick<SqlServerSession, "databaseSizeBytes" | "tableSizes">,
  record: Pick<RestoreRecord, "plan" | "leftOnMaster">,
): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const listed = new Set(record.leftOnMaster.map((left) => left.name));
  for (const database of record.plan?.databases ?? []) {
    const { targetDatabase } = database;
    const made = database.tables.filter((table) =>
      listed.has(leftTableName(targetDatabase, table.schema, table.targetName)),
    );
    try {
      if (listed.has(targetDatabase)) sizes.set(targetDatabase, await master.databaseSizeBytes(targetDatabase));
      if (made.length === 0) continue;
      const named = made.map((table) => ({ schema: table.schema, name: table.targetName }));
      for (const { schema, name, bytes } of await master.tableSizes(targetDatabase, named))
        sizes.set(leftTableName(targetDatabase, schema, name), bytes);
    } catch (error) {
      if (lastingProblem(error) === null) throw error;
    }
  }
  return sizes;
}
