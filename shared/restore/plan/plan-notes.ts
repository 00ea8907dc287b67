import { databasesByName, showAddress, showName } from "../../object-name";
import type { SqlTls } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import { sourceOf } from "../source";
import { writeBackOf } from "../write-back";
import { type PlannedDatabase, renamedTables } from "./plan";

const notesMax = 200;

/** In plain words, what a person should know before approving. */
export function planNotes(record: RestoreRecord, databases: readonly PlannedDatabase[], sqlTls: SqlTls): string[] {
  const notes = [
    ...copyFirstNotes(record, databases),
    ...sourceOf(record).notes(record),
    ...writeBackOf(record.request.writeBack).notes(databases),
    ...connectionNotes(sqlTls),
  ];
  if (record.restorePoint) notes.push(record.restorePoint.evidence);
  notes.push(...(record.target?.notes ?? []));
  for (const table of record.verification?.tables ?? []) {
    for (const text of table.notes) notes.push(`${showAddress(table)}: ${text}`);
  }
  if (notes.length <= notesMax) return notes;
  const more = notes.length - (notesMax - 1);
  return [
    ...notes.slice(0, notesMax - 1),
    `${more} more notes have no room here. Read those of the tables under verification.tables, and those of the master under masterSurvey, before you approve.`,
  ];
}

function copyFirstNotes(record: RestoreRecord, databases: readonly PlannedDatabase[]): string[] {
  if (record.verification?.route !== "copy-first") return [];
  const planned = databasesByName(databases);
  const checked = new Set(record.request.checks.map((check) => planned.find(check.database)));
  const notRun = databases.flatMap((one) => {
    const renamed = checked.has(one) ? renamedTables(one) : null;
    return renamed
      ? `The checks of ${showName(one.database)} are not run: its tables arrive under new names (${renamed}), which the checks do not read. Look at the copy yourself, or ask again without new names for the tables.`
      : [];
  });
  return [
    "The data was not looked at before: the temporary instance is not reachable. Checks run on the restored copy, where its tables keep their names.",
    ...notRun,
  ];
}

/** What the comparison and the checks are worth depends on whom they were asked of. */
function connectionNotes({ checksIdentity, allowsClear }: SqlTls): string[] {
  const notes: string[] = [];
  if (!checksIdentity)
    notes.push(
      "The identity of the SQL Servers is not checked: no CA file is set (REWIND_SQL_CA_FILE). Any server that answers at their addresses is accepted.",
    );
  if (allowsClear)
    notes.push(
      "Connections to private addresses are in clear where a SQL Server offers no TLS (REWIND_SQL_PRIVATE_TLS=preferred).",
    );
  return notes;
}
