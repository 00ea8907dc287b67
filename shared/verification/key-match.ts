import type { FoundRow, KeyedHash } from "../cloud/sql-server";

type Key = readonly string[];

/** How rows of the source and of the target belong together, by their keys. */
export interface KeyMatch {
  readonly missing: readonly Key[];
  /** Keys of one text whose rows differ. */
  readonly different: readonly Key[];
  /** Keys that are one for the server, with two texts. Their rows differ, because the key is a value too; they are in no other list. */
  readonly otherTexts: readonly { readonly source: Key; readonly target: Key }[];
  readonly extra: readonly Key[];
}

export function sameText(left: Key, right: Key): boolean {
  return left.length === right.length && left.every((text, index) => text === right[index]);
}

/** Pairs rows whose keys have the same text. The target may have several rows of one key: one that is the same in full comes first. */
export function matchTexts(source: readonly KeyedHash[], target: readonly KeyedHash[]) {
  const found = new Map<string, KeyedHash[]>();
  for (const row of target) {
    const text = JSON.stringify(row.key);
    const rows = found.get(text);
    if (rows) rows.push(row);
    else found.set(text, [row]);
  }
  const missing: KeyedHash[] = [];
  const different: Key[] = [];
  for (const row of source) {
    const twins = found.get(JSON.stringify(row.key)) ?? [];
    const equal = twins.findIndex((twin) => twin.hash === row.hash);
    const [twin] = twins.splice(Math.max(0, equal), 1);
    if (!twin) missing.push(row);
    else if (twin.hash !== row.hash) different.push(row.key);
  }
  return { missing, different, extra: [...found.values()].flat() };
}

/** Pairs rows with those that the target's server found under their keys. */
export function matchFound(source: readonly KeyedHash[], found: readonly FoundRow[]): Omit<KeyMatch, "extra"> {
  const byQuestion = new Map<number, FoundRow[]>();
  for (const row of found) byQuestion.set(row.asked, [...(byQuestion.get(row.asked) ?? []), row]);
  const missing: Key[] = [];
  const different: Key[] = [];
  const otherTexts: { source: Key; target: Key }[] = [];
  for (const [asked, row] of source.entries()) {
    const twins = byQuestion.get(asked) ?? [];
    const ofText = twins.filter((twin) => sameText(twin.key, row.key));
    const twin = ofText.find((candidate) => candidate.hash === row.hash) ?? ofText[0] ?? twins[0];
    if (!twin) missing.push(row.key);
    else if (!sameText(twin.key, row.key)) otherTexts.push({ source: row.key, target: twin.key });
    else if (twin.hash !== row.hash) different.push(row.key);
  }
  return { missing, different, otherTexts };
}
