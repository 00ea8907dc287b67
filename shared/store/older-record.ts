import type { RestoreRecord } from "../restore/model/record";
import type { Status } from "../restore/model/states";
import type { SourceChoice } from "../restore/source";

/** Up to November 2026, names of databases were the keys of objects, in lower case. */
interface OlderNames {
  readonly master: { readonly characterSets?: Readonly<Record<string, string>> } | null;
  readonly verification: { readonly collations: Readonly<Record<string, string>> } | null;
}

/** Up to November 2026 there was one source, and records did not name it. */
const onlySource: SourceChoice = {
  kind: "native",
  because: "There was no other source.",
  cost: "Free of charge.",
  others: [],
};

/** Up to November 2026, two states were named after the one source that there was. */
const olderStatuses: ReadonlyMap<string, Status> = new Map([
  ["creating-temp-instance", "creating-source"],
  ["migrating", "writing"],
]);

/** The status under its name of today. */
export function statusOfToday(status: string): Status {
  return olderStatuses.get(status) ?? (status as Status);
}

/** A record of an older version of the functions in the form that this one reads. */
export function readOlderNames(record: RestoreRecord): RestoreRecord {
  const { master, verification } = record;
  const older = record as unknown as OlderNames;
  const listed = Object.entries(older.master?.characterSets ?? {});
  const seen = Object.entries(older.verification?.collations ?? {});
  return {
    ...record,
    status: statusOfToday(record.status),
    source: record.source === undefined ? onlySource : record.source,
    timeline: record.timeline.map((entry) => ({ ...entry, status: statusOfToday(entry.status) })),
    master:
      master && !master.databases
        ? { ...master, databases: listed.map(([name, characterSet]) => ({ name, characterSet })) }
        : master,
    verification:
      verification && !Array.isArray(verification.collations)
        ? { ...verification, collations: seen.map(([database, collation]) => ({ database, collation })) }
        : verification,
  };
}
