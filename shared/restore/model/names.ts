/** Every restore id: `rw`, eight characters of time (base 36 milliseconds, so that ids sort), six of chance. */
export const restoreIdPattern = /^rw[0-9a-z]{14}$/;

/** @param random a number in [0, 1) */
export function makeRestoreId(nowMs: number, random: () => number): string {
  return `rw${timePart(nowMs)}${chancePart(random, 6)}`;
}

/** Command ids sort by time inside one restore. */
export function makeCommandId(nowMs: number, random: () => number): string {
  return `c${timePart(nowMs)}${chancePart(random, 6)}`;
}

export function makeReadId(nowMs: number, random: () => number): string {
  return `v${timePart(nowMs)}${chancePart(random, 6)}`;
}

function timePart(nowMs: number): string {
  return Math.floor(nowMs).toString(36).padStart(8, "0");
}

function chancePart(random: () => number, length: number): string {
  let text = "";
  for (let index = 0; index < length; index++) text += Math.floor(random() * 36).toString(36);
  return text;
}

/** The exact name of a migration job; the sweep recognises ours by it. */
export function jobName(restoreId: string, attempt: number): string {
  return `${restoreId}-${attempt}`;
}

export const jobNamePrefix = "rw";

/** The restore id inside a job name of ours; null for anybody else's. */
export function restoreIdOfJobName(name: string): string | null {
  const [restoreId = "", attempt = ""] = name.split("-");
  return restoreIdPattern.test(restoreId) && /^\d+$/.test(attempt) && jobName(restoreId, Number(attempt)) === name
    ? restoreId
    : null;
}

export const cloneDescriptionPrefix = "rewind_";

/** The description that a clone of the restore has, and no other instance (CloneDBInstance: letters, digits, `_`, `-`). */
export function cloneDescription(restoreId: string): string {
  return `${cloneDescriptionPrefix}${restoreId}`;
}

/** The restore id inside a description of ours; null for anybody else's. */
export function restoreIdOfDescription(description: string | null): string | null {
  const restoreId = description?.slice(cloneDescriptionPrefix.length) ?? "";
  return restoreIdPattern.test(restoreId) && description === cloneDescription(restoreId) ? restoreId : null;
}

/** Host prefix for a public endpoint: 5-40 letters, digits, hyphens. */
export function publicPrefix(restoreId: string): string {
  return `rewind-${restoreId}`;
}

/** `20261120t001500_ab12`: the restore time in UTC and the last four characters of the restore id. */
export function stamp(restoreTimeMs: number, restoreId: string): string {
  const compact = new Date(restoreTimeMs).toISOString().replace(/[-:]/g, "").slice(0, 15).toLowerCase();
  return `${compact}_${restoreId.slice(-4)}`;
}

/**
 * The name under which RDS restores a database itself. It carries the whole restore id, so that it is recognised as ours, and is distinct within
 * one restore.
 * @param index of the database in the request, 0 to 9
 * @param lengthMax 64, or 16: documents of RDS disagree on how long such a name may be. 16 leaves no room for the old name.
 */
export function arrivingDatabaseName(database: string, index: number, restoreId: string, lengthMax: number): string {
  // The part of the id behind its fixed `rw`: 14 characters.
  const id = restoreId.slice(2);
  if (lengthMax < 24) return `r${index.toString(36)}${id}`;
  const suffix = `_r${index.toString(36)}${id}`;
  const clean = legalName(database).replace(/-/g, "_");
  return `${clean.slice(0, lengthMax - suffix.length)}${suffix}`;
}

/** Lower case, legal characters only, a letter first; `db` where nothing is left, as of a Chinese name. */
function legalName(database: string): string {
  const clean = database
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "_")
    .replace(/^[^a-z]+/, "");
  return clean || "db";
}

/** `<db>_restored_<stamp>`, made to fit the rules of RDS for database names (64 characters, lower case). */
export function restoredDatabaseName(database: string, restoreTimeMs: number, restoreId: string): string {
  const suffix = `_restored_${stamp(restoreTimeMs, restoreId)}`;
  return `${legalName(database).slice(0, 64 - suffix.length)}${suffix}`;
}
