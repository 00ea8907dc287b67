import type { RestoreRecord } from "../restore/record";

/** Up to November 2026, names of databases were the keys of objects, in lower case. */
interface OlderNames {
  readonly master: { readonly characterSets?: object } | null;
  readonly verification: { readonly collations: object } | null;
}

/** A record of an older version of the functions in the form that this one reads. */
export function readOlderNames(record: RestoreRecord): RestoreRecord {
  const { master, verification } = record as RestoreRecord & OlderNames;
  const listed = Object.entries(master?.characterSets ?? {});
  const seen = Object.entries(verification?.collations ?? {});
  return {
    ...record,
    master: master && !master.databases ? { ...master, databases: listed.map(withCharacterSet) } : master,
    verification:
      verification && !Array.isArray(verification.collations)
        ? { ...verification, collations: seen.map(([database, collation]) => ({ database, collation })) }
        : verification,
  };
}

function withCharacterSet([name, characterSet]: [string, string]): { name: string; characterSet: string } {
  return { name, characterSet };
}
