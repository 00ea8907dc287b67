import type { RestoreRecord } from "../restore/record";

/** Up to November 2026, names of databases were the keys of objects, in lower case. */
interface OlderNames {
  readonly master: { readonly characterSets?: Readonly<Record<string, string>> } | null;
  readonly verification: { readonly collations: Readonly<Record<string, string>> } | null;
}

/** A record of an older version of the functions in the form that this one reads. */
export function readOlderNames(record: RestoreRecord): RestoreRecord {
  const { master, verification } = record;
  const older = record as unknown as OlderNames;
  const listed = Object.entries(older.master?.characterSets ?? {});
  const seen = Object.entries(older.verification?.collations ?? {});
  return {
    ...record,
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
