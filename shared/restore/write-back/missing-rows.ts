import { showName } from "../../object-name";
import { fail } from "../prerequisites/verdict";
import type { WriteBackRow } from "./row";

/** Rows whose keys are absent are added to the tables that are there. Keys are promised, not values: no row is replaced. */
export const missingRows: WriteBackRow<"missing-rows"> = {
  mode: "missing-rows",
  job: { migrateStructure: false, targetTableMode: "2" },
  arrivesAside: false,
  remakesDatabases: false,
  addsRows: true,
  readsSourceFirst: true,
  makesCopy: false,
  notes: () => [
    "Rows whose keys are missing are added. Rows that exist stay as they are, also where their values differ from the restored ones.",
  ],
  tableObstacle: (name, found) => {
    if (!found)
      return {
        code: "target-table-missing",
        text: `The master has no table ${name} to add rows to; ask again for same-name.`,
      };
    if (found.enabledTriggers.length === 0) return null;
    const triggers = found.enabledTriggers.map((trigger) => showName(trigger)).join(", ");
    return {
      code: "target-has-triggers",
      text: `Rows added to ${name} would fire ${triggers}; disable the triggers for the restore, or ask again for side-by-side.`,
    };
  },
  tablesNow: (name, { missing, near }) =>
    missing.length === 0
      ? null
      : fail(
          name,
          "target-table-missing",
          `The master has no ${missing.slice(0, 3).join(", ")} to add rows to; ask for same-name or side-by-side.${near}`,
        ),
  whenDropped: (name, database, near) =>
    fail(
      name,
      "target-table-missing",
      `The master has no database ${showName(database)} whose tables rows could be added to; ask for same-name or side-by-side.${near}`,
    ),
  keyedVerdict: ({ missing }) => (missing === 0 ? "equal" : "differs"),
  countsDiffer: (surplus) => surplus < 0,
  success: (extent, { added, kept, columns }) => ({
    code: "no-row-missing",
    text: `No key of the backup is absent on the master: ${extent}.${added()}${kept()}${columns()}`,
  }),
  afterDifferences: ({ added }) => added(),
};
