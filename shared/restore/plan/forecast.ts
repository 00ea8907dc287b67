import type { RestoreRecord } from "../model/record";

/** Bytes per second that a forecast counts on; physical restores are published at up to 20 MB/s, logical copies are slower. */
export const forecastBytesPerSecond = 5 * 1024 * 1024;

/** How long the migration will take by what was measured, milliseconds; 0 where nothing was. */
export function forecastMs({ verification }: RestoreRecord): number {
  return ((verification?.sizeBytes ?? 0) / forecastBytesPerSecond) * 1000;
}

/** Would a write-back that begins now end while the temporary instance is ours? */
export function fits(record: RestoreRecord, nowMs: number): boolean {
  return record.expiresAtMs === null || nowMs + forecastMs(record) <= record.expiresAtMs;
}

/** For people: what is forecast, and what helps. */
export function doesNotFit(record: RestoreRecord): string {
  const gigabytes = ((record.verification?.sizeBytes ?? 0) / 1024 ** 3).toFixed(1);
  const hours = (forecastMs(record) / 3_600_000).toFixed(1);
  return `Moving ${gigabytes} GB takes up to ${hours} hours, and RDS would release the temporary instance before. Choose fewer tables, or ask again if the time was lost by waiting.`;
}
