import type { Durations } from "../../shared/restore/model/durations";
import { forecastBytesPerSecond } from "../../shared/restore/plan/forecast";
import type { Chance } from "./chance";
import type { WorldOptions } from "./world";

const hourMs = 3_600_000;
/** Bytes of a simulated master's database, roughly: three nearly empty tables. */
const databaseBytes = 25_500;
/** A temporary instance lives 48 hours, and work on it ends two hours before that. */
const usableHours = 46;

/** What makes the 48 hours of a temporary instance scarce in some worlds. */
export function lifetimesFor(chance: Chance): Pick<WorldOptions, "sizeFactor" | "timings"> & {
  readonly durations: Partial<Durations>;
} {
  const draw = chance.next();
  // So large that the hours until the approval decide whether the forecast fits.
  if (draw < 0.1) {
    const forecastHours = usableHours + chance.between(-4, 1);
    return { sizeFactor: (forecastHours * 3600 * forecastBytesPerSecond) / databaseBytes, durations: {} };
  }
  // So slow that RDS releases the instance while DTS still reads from it.
  if (draw < 0.12)
    return {
      timings: { rowsPerSecond: 1 / 7_200 },
      durations: { migrateDeadlineMs: 60 * hourMs, pollMs: 5 * 60_000, backOffMaxMs: 15 * 60_000 },
    };
  return { durations: {} };
}
