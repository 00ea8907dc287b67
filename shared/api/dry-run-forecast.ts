import { forecastBytesPerSecond } from "../restore/plan/forecast";
import type { SurveyedDatabase } from "./master-survey";

export interface Forecast {
  /** Bytes on the master now: an upper bound where only some tables are chosen. Null: unknown. */
  readonly sizeBytes: number | null;
  readonly migrationMinutes: number | null;
  /** Whether the migration ends before RDS releases the temporary instance. */
  readonly fits: "yes" | "no" | "unknown";
  readonly text: string;
}

/**
 * How long the write-back takes, from the size of the databases as they are on the master now.
 * @param availableMs how long the source can be worked on
 */
export function forecastMigration(surveyed: readonly SurveyedDatabase[], availableMs: number): Forecast {
  const sizes = surveyed.map((database) => database.sizeBytes);
  if (sizes.some((size) => size === null))
    return {
      sizeBytes: null,
      migrationMinutes: null,
      fits: "unknown",
      text: "The size of the databases could not be read on the master; the restore measures it on the temporary instance.",
    };
  const sizeBytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  const migrationMinutes = Math.ceil(sizeBytes / forecastBytesPerSecond / 60);
  const fits = migrationMinutes * 60_000 < availableMs ? "yes" : "no";
  return {
    sizeBytes,
    migrationMinutes,
    fits,
    text: `The databases have ${(sizeBytes / 1024 ** 3).toFixed(1)} GB on the master now; moving that takes up to ${migrationMinutes} minutes of the ${Math.floor(availableMs / 3_600_000)} hours that a temporary instance can be used.`,
  };
}
