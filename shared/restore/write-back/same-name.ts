import { showName } from "../../object-name";
import { fail } from "../prerequisites/verdict";
import { rdsDatabaseName } from "../request/database-name";
import { nameIsTaken } from "./free-name";
import type { WriteBackRow } from "./row";

/** What was dropped comes back under its old name. */
export const sameName: WriteBackRow<"same-name"> = {
  mode: "same-name",
  job: { migrateStructure: true, targetTableMode: "0" },
  arrivesAside: false,
  remakesDatabases: true,
  addsRows: false,
  readsSourceFirst: true,
  makesCopy: false,
  notes: (databases) =>
    databases.map((database) =>
      database.createsDatabase
        ? `The database ${showName(database.targetDatabase)} is not on the master: it is made again, with its tables.`
        : `Tables of ${showName(database.database)} arrive under their old names; a table that exists again by then is reported, not overwritten.`,
    ),
  tableObstacle: nameIsTaken,
  tablesNow: (name, { present }) => {
    if (present.length === 0) return null;
    const shown = `${present.slice(0, 3).join(", ")}${present.length > 3 ? " …" : ""}`;
    return fail(
      name,
      "target-exists",
      `The master has ${present.length} of them (${shown}); same-name brings back what was dropped. Ask for missing-rows or side-by-side.`,
    );
  },
  whenDropped: (name, database, near) =>
    rdsDatabaseName.safeParse(database).success
      ? null
      : fail(
          name,
          "create-database-refused",
          `The master has no database ${showName(database)} now, and RDS creates none of that name (2-64 lower-case letters, digits, _ or -); ask for side-by-side.${near}`,
        ),
  keyedVerdict: ({ missing, isAlike, comparesAllColumns }) => {
    if (missing > 0) return "differs";
    if (!comparesAllColumns) return "unmeasured";
    return isAlike ? "equal" : "differs";
  },
  countsDiffer: (surplus) => surplus < 0,
  success: (extent, { differences }) => ({
    code: "all-rows-present",
    text: `Every key of the backup is on the master: ${extent}.${differences()}`,
  }),
  afterDifferences: () => "",
};
