const dayMs = 24 * 3600_000;
/** Lists are full of times of one day, and writing a date is what takes long. */
let lastDay = { day: Number.NaN, text: "" };

/** `2026-11-20T08:15:00Z`, the form of most RDS times. @throws RangeError for a time that no date has */
export function secondsText(epochMs: number): string {
  const second = Math.floor(epochMs / 1000) - Math.floor(epochMs / 60_000) * 60;
  return `${minutesText(epochMs).slice(0, -1)}:${twoDigits(second)}Z`;
}

/** `2026-11-20T08:15Z`, the form of backup ranges. @throws RangeError for a time that no date has */
export function minutesText(epochMs: number): string {
  const day = Math.floor(epochMs / dayMs);
  if (day !== lastDay.day) lastDay = { day, text: new Date(epochMs).toISOString().slice(0, -14) };
  const minute = Math.floor((epochMs - day * dayMs) / 60_000);
  return `${lastDay.text}T${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}Z`;
}

const sixty = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, "0"));

/** @param number of hours, minutes or seconds */
function twoDigits(number: number): string {
  return sixty[number] as string;
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
