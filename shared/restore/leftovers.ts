import { bracketed, showName } from "../object-name";
import type { RestoreRecord } from "./model/record";
import { plannedDatabases } from "./plan/dts-objects";
import { writeBackOf } from "./write-back";

/** What a migration of this restore makes on the master, with the SQL that removes it. */
export function plannedLeftovers(record: RestoreRecord): RestoreRecord["leftOnMaster"] {
  return plannedDatabases(record).flatMap((database): RestoreRecord["leftOnMaster"][number][] => {
    if (database.createsDatabase)
      return [
        {
          kind: "database",
          name: database.targetDatabase,
          sizeBytes: null,
          sql: `DROP DATABASE ${bracketed(database.targetDatabase)};`,
        },
      ];
    if (writeBackOf(record.request.writeBack).addsRows) return [];
    return database.tables.map((table) => ({
      kind: "table" as const,
      name: leftTableName(database.targetDatabase, table.schema, table.targetName),
      sizeBytes: null,
      sql: `DROP TABLE ${bracketed(database.targetDatabase)}.${bracketed(table.schema)}.${bracketed(table.targetName)};`,
    }));
  });
}

/** For outcomes after which it is open what of the list a migration has made. */
export const lookBeforeRemoving =
  "Look at what leftOnMaster lists before removing it: it may be older than this restore, or not there.";

/** Adds what is not listed yet. */
export function withLeft(record: RestoreRecord, left: RestoreRecord["leftOnMaster"]): RestoreRecord {
  const known = new Set(record.leftOnMaster.map((entry) => entry.sql));
  return { ...record, leftOnMaster: [...record.leftOnMaster, ...left.filter((entry) => !known.has(entry.sql))] };
}

/** The name under which a single table is listed. */
export function leftTableName(database: string, schema: string, table: string): string {
  return showName(database, schema, table);
}

/** Tables whose making is in doubt: the write-back did not end well, and the master was not looked at since. */
export function tablesInDoubt({ outcome, leftOnMaster }: RestoreRecord): RestoreRecord["leftOnMaster"] {
  if (outcome !== "failed" && outcome !== "cancelled" && outcome !== "expired") return [];
  return leftOnMaster.filter(({ kind, looked }) => kind === "table" && !looked);
}

/**
 * The list once the job is gone and the master was looked at: a table that was never made leaves it. What could not be seen stays, without a
 * statement that would remove a table of somebody else.
 * @param present names of the tables that are there, as leftTableName gives them; null: the master could not be read
 */
export function withLeftLooked(record: RestoreRecord, present: ReadonlySet<string> | null): RestoreRecord {
  const doubtful = new Set(tablesInDoubt(record));
  if (doubtful.size === 0) return record;
  const leftOnMaster = record.leftOnMaster.flatMap((left): RestoreRecord["leftOnMaster"] => {
    if (!doubtful.has(left)) return [left];
    if (present) return present.has(left.name) ? [{ ...left, looked: true }] : [];
    const sql = `-- ${left.name} may not be there: the master could not be read after the migration. Look before you remove it.`;
    return [{ ...left, sql, looked: true }];
  });
  const { reason } = record;
  // What the reason points to is not there any more.
  const text = leftOnMaster.length === 0 ? reason?.text.replace(lookBeforeRemoving, nothingMade) : reason?.text;
  return { ...record, leftOnMaster, reason: reason && { ...reason, text: text ?? reason.text } };
}

const nothingMade = "The master was looked at afterwards: nothing of it was made there.";
