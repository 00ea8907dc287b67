import { showName } from "../../object-name";
import { nameIsTaken } from "./free-name";
import type { WriteBackRow } from "./row";

/** A new database, or new names in the same one: nothing that is there now is changed. */
export const sideBySide: WriteBackRow<"side-by-side"> = {
  mode: "side-by-side",
  job: { migrateStructure: true, targetTableMode: "0" },
  arrivesAside: true,
  remakesDatabases: false,
  addsRows: false,
  readsSourceFirst: false,
  makesCopy: true,
  notes: (databases) =>
    databases.map((database) =>
      database.createsDatabase
        ? `The rows of ${showName(database.database)} arrive in the new database ${showName(database.targetDatabase)}. Nothing that is there now is changed.`
        : `Tables of ${showName(database.database)} arrive in the same database under new names. Names of constraints are unique per schema: where DTS keeps them, the migration fails before any row is written.`,
    ),
  tableObstacle: nameIsTaken,
  tablesNow: () => null,
  whenDropped: () => null,
  keyedVerdict: ({ isAlike, comparesAllColumns }) => {
    if (!isAlike) return "differs";
    return comparesAllColumns ? "equal" : "unmeasured";
  },
  countsDiffer: (surplus, hasDrifted) => surplus !== 0 || hasDrifted,
  success: (extent) => ({ code: "copy-equals-source", text: `Count and every row's hash are equal: ${extent}.` }),
  afterDifferences: () => "",
};
