import type { TableShape } from "../cloud/sql-server";
import { addressesByName, addressPath, showAddress, showName } from "../object-name";
import type { PlannedDatabase } from "./plan";
import type { StatedReason } from "./reasons";
import type { WriteBackMode } from "./request";

/** A table of the plan that is written into a database which the master has already. */
export interface TargetTable {
  readonly database: string;
  readonly schema: string;
  readonly name: string;
}

/** Where the plan writes into databases that are there already; empty when every database is new. */
export function targetTables(databases: readonly PlannedDatabase[]): TargetTable[] {
  return databases
    .filter((database) => !database.createsDatabase)
    .flatMap((database) =>
      database.tables.map((table) => ({
        database: database.targetDatabase,
        schema: table.schema,
        name: table.targetName,
      })),
    );
}

/**
 * Why the mode must not write to the master's tables as they are now; null: it may. `missing-rows` needs the tables, and no trigger that
 * would fire (and a key: see target-key.ts); every other mode needs their names to be free.
 */
export function targetObstacle(
  mode: WriteBackMode,
  databases: readonly PlannedDatabase[],
  onMaster: readonly TableShape[],
): StatedReason | null {
  const shapes = addressesByName(onMaster);
  for (const target of targetTables(databases)) {
    const found = shapes.find(...addressPath(target));
    const name = showAddress(target);
    const obstacle = mode === "missing-rows" ? unfit(name, found) : taken(name, found);
    if (obstacle) return obstacle;
  }
  return null;
}

function taken(name: string, found: TableShape | undefined): StatedReason | null {
  if (!found) return null;
  return {
    code: "target-exists",
    text: `The master has a table ${name}. It was left as it is. Rename it, or ask again for side-by-side or missing-rows.`,
  };
}

function unfit(name: string, found: TableShape | undefined): StatedReason | null {
  if (!found)
    return {
      code: "target-table-missing",
      text: `The master has no table ${name} to add rows to; ask again for same-name.`,
    };
  if (found.enabledTriggers.length > 0)
    return {
      code: "target-has-triggers",
      text: `Rows added to ${name} would fire ${found.enabledTriggers.map((trigger) => showName(trigger)).join(", ")}; disable the triggers for the restore, or ask again for side-by-side.`,
    };
  return null;
}
