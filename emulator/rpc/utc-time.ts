/** `2026-11-20T08:15:00Z`, the form of most RDS times. */
export function secondsText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-20T08:15Z`, the form of backup ranges. */
export function minutesText(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 16)}Z`;
}

/** Epoch milliseconds of exactly that form; NaN for anything else, so for `2026-02-30T…` too. */
export function parseSeconds(text: string): number {
  const epochMs = Date.parse(text);
  return !Number.isNaN(epochMs) && secondsText(epochMs) === text ? epochMs : Number.NaN;
}

export function parseMinutes(text: string): number {
  const epochMs = Date.parse(text);
  return !Number.isNaN(epochMs) && minutesText(epochMs) === text ? epochMs : Number.NaN;
}
