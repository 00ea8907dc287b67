const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/** `T08:15` of each minute of a day. */
const minuteTexts = Array.from({ length: dayMinutes }, (_, minute) => {
  return `T${twoDigits(Math.floor(minute / 60))}:${twoDigits(minute % 60)}`;
});
/** `:07Z` of each second of a minute. */
const secondTexts = Array.from({ length: 60 }, (_, second) => `:${twoDigits(second)}Z`);
/** `2026-11-20` of each day that was asked for, by its number: lists are full of times of a few days, and a date takes long to write. */
const dateTexts = new Map<number, string>();

/** `2026-11-20T08:15:00Z`, the form of most RDS times. @throws RangeError for a time that no date has */
export function secondsText(epochMs: number): string {
  const second = Math.floor(epochMs / 1000) - Math.floor(epochMs / minuteMs) * 60;
  return untilMinute(epochMs) + secondTexts[second];
}

/** `2026-11-20T08:15Z`, the form of backup ranges. @throws RangeError for a time that no date has */
export function minutesText(epochMs: number): string {
  return `${untilMinute(epochMs)}Z`;
}

function untilMinute(epochMs: number): string {
  const minute = Math.floor(epochMs / minuteMs);
  const day = Math.floor(minute / dayMinutes);
  return (dateTexts.get(day) ?? writeDate(day)) + minuteTexts[minute - day * dayMinutes];
}

function writeDate(day: number): string {
  const text = new Date(day * dayMinutes * minuteMs).toISOString().slice(0, -14);
  dateTexts.set(day, text);
  return text;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
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
