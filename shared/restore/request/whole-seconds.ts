const secondMs = 1_000;

/** A time with a fraction of a second: what stands before it, its digits, and the offset. */
const withFraction = /^(.*)\.(\d+)(Z|[+-]\d\d:\d\d)$/i;

/**
 * RestoreTime of CreateTempDBInstance is written in whole seconds. A fraction would be cut off: rows that were committed between the second
 * and the asked time would be missing, although the plan names that time. So a person chooses one of the two seconds.
 * @param text an ISO 8601 time with an offset
 * @returns what is wrong, for people; null: the time is a whole second
 */
export function fractionProblem(text: string): string | null {
  const [, before, digits, offset] = withFraction.exec(text) ?? [];
  if (before === undefined || digits === undefined || offset === undefined || /^0+$/.test(digits)) return null;
  const earlier = `${before}${offset}`;
  return `has a fraction of a second, and RDS restores to whole seconds only. Send ${earlier} or ${oneSecondLater(before, offset)}.`;
}

/** The last whole second that is not after this time, epoch milliseconds. */
export function wholeSecond(atMs: number): number {
  return Math.floor(atMs / secondMs) * secondMs;
}

/** In the caller's own offset: the digits of a day are counted as if they were UTC. */
function oneSecondLater(localTime: string, offset: string): string {
  const later = new Date(Date.parse(`${localTime}Z`) + secondMs).toISOString();
  return `${later.slice(0, later.indexOf("."))}${offset}`;
}
