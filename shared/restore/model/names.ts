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

/** `<db>_restored_<stamp>`, made to fit the rules of RDS for database names (64 characters, lower case). */
export function restoredDatabaseName(database: string, restoreTimeMs: number, restoreId: string): string {
  const suffix = `_restored_${stamp(restoreTimeMs, restoreId)}`;
  const clean = database
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, "_")
    .replace(/^[^a-z]+/, "");
  return `${(clean || "db").slice(0, 64 - suffix.length)}${suffix}`;
}
