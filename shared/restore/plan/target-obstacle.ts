import type { TableShape } from "../../cloud/sql-server";
import { addressesByName, addressPath, showAddress } from "../../object-name";
import type { StatedReason } from "../model/reasons";
import type { WriteBackMode } from "../write-back";
import { writeBackOf } from "../write-back";
import type { PlannedDatabase } from "./plan";

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

/** Why the mode must not write to the master's tables as they are now; null: it may. Keys are judged in target-key.ts. */
export function targetObstacle(
  mode: WriteBackMode,
  databases: readonly PlannedDatabase[],
  onMaster: readonly TableShape[],
): StatedReason | null {
  const shapes = addressesByName(onMaster);
  const { tableObstacle } = writeBackOf(mode);
  for (const target of targetTables(databases)) {
    const found = shapes.find(...addressPath(target));
    const name = showAddress(target);
    const obstacle = tableObstacle(name, found);
    if (obstacle) return obstacle;
  }
  return null;
}
