import { showName } from "../object-name";
import type { DecisionContext } from "./decision-context";
import { lookBeforeRemoving } from "./leftovers";
import type { RestoreRecord } from "./model/record";
import { writeBackOf } from "./write-back";

const tablesShown = 3;

/** The call after which DTS writes by itself was sent. */
export function isWriteSent({ job, databaseRestore }: RestoreRecord, dtsOrder: DecisionContext["dtsOrder"]): boolean {
  if (databaseRestore) return databaseRestore.sentAtMs !== null;
  return (dtsOrder === "buy-first" ? job?.started : job?.buySent) ?? false;
}

/** One sentence for the end of a restore: what may be on the master by now. */
export function whatIsWritten(record: RestoreRecord, dtsOrder: DecisionContext["dtsOrder"]): string {
  if (record.leftOnMaster.length > 0) return "leftOnMaster lists what may have been written.";
  return isWriteSent(record, dtsOrder) ? mayHaveAdded(record) : "Nothing was written.";
}

/** The same after a job that somebody else started: when it began and what it made is not known. */
export function whatSomebodyElseWrote(record: RestoreRecord): string {
  return writeBackOf(record.request.writeBack).addsRows ? mayHaveAdded(record) : lookBeforeRemoving;
}

/** Of `missing-rows`, which leaves nothing that could be listed: its rows are in tables that were there. */
function mayHaveAdded({ plan, target }: RestoreRecord): string {
  const tables = (plan?.databases ?? []).flatMap((database) =>
    database.tables.map((table) => showName(database.targetDatabase, table.schema, table.name)),
  );
  const missing = target?.before?.tables.reduce((sum, table) => sum + table.missing, 0);
  const shown = tables.slice(0, tablesShown).join(", ") + (tables.length > tablesShown ? " …" : "");
  return `DTS may have added rows to ${shown || "the tables that were asked for"}${missing === undefined ? "" : `, where ${missing === 1 ? "1 key was" : `${missing} keys were`} missing before`}; rows that were there are as they were.`;
}
