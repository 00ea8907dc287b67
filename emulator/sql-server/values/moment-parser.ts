import { days1900, daysOf, isCivilDate, type Moment, ticksPerSecond } from "./moment";
import { months } from "./moment-text";

const clock = String.raw`(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2})(?:[.:](\d{1,9}))?)?\s*(AM|PM)?\s*(Z|[+-]\d{2}:\d{2})?`;
const clockOnly = new RegExp(`^${clock}$`, "i");
const withClock = String.raw`(?:(?:T|\s+)\s*${clock})?`;

interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** A form of the date, with what its groups mean. The session is us_english, whose order is month, day, year. */
type Form = readonly [pattern: RegExp, read: (groups: readonly string[], style: number | undefined) => CivilDate];

const separator = String.raw`\s*[-/.]\s*`;
const word = `(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*`;

const form = (date: string, read: Form[1]): Form => [new RegExp(`^${date}${withClock}$`, "i"), read];

const forms: readonly Form[] = [
  form(String.raw`(\d{4})${separator}(\d{1,2})${separator}(\d{1,2})`, ([y, m, d]) => civil(y!, m!, d!)),
  form(String.raw`(\d{4})(\d{2})(\d{2})`, ([y, m, d]) => civil(y!, m!, d!)),
  form(String.raw`(\d{2})(\d{2})(\d{2})`, ([y, m, d]) => civil(y!, m!, d!)),
  form(String.raw`(\d{1,2})${separator}(\d{1,2})${separator}(\d{4}|\d{2})`, inStyle),
  form(String.raw`${word}\s*(\d{1,2})\s*,?\s+(\d{4}|\d{2})`, ([m, d, y]) => civil(y!, m!, d!)),
  form(String.raw`(\d{1,2})\s*[-/.]?\s*${word}\s*[-/.,]?\s*(\d{4}|\d{2})`, ([d, m, y]) => civil(y!, m!, d!)),
  form(String.raw`(\d{4})\s*[-/.]?\s*${word}\s*[-/.]?\s*(\d{1,2})`, ([y, m, d]) => civil(y!, m!, d!)),
  form(String.raw`${word}\s*,?\s*(\d{4})`, ([m, y]) => civil(y!, m!, "1")),
  form(String.raw`(\d{4})\s*${word}`, ([y, m]) => civil(y!, m!, "1")),
  form(String.raw`(\d{4})`, ([y]) => civil(y!, "1", "1")),
];

/** Styles of CONVERT whose dates begin with the day, or with a year of two digits. */
const dayFirst = new Set([3, 4, 5, 13, 103, 104, 105, 113, 131]);
const yearFirst = new Set([2, 11, 102, 111]);

function inStyle([first, second, third]: readonly string[], style: number | undefined): CivilDate {
  if (style !== undefined && dayFirst.has(style)) return civil(third!, second!, first!);
  if (style !== undefined && yearFirst.has(style) && third!.length === 2) return civil(first!, second!, third!);
  return civil(third!, first!, second!);
}

/** Two digits of a year mean 1950 to 2049 ("two digit year cutoff"). */
function civil(year: string, month: string, day: string): CivilDate {
  const short = Number(year);
  const named = months.findIndex((name) => name.toLowerCase() === month.toLowerCase()) + 1;
  return {
    year: year.length > 2 ? short : short < 50 ? 2000 + short : 1900 + short,
    month: named > 0 ? named : Number(month),
    day: Number(day),
  };
}

/**
 * Reads a date and time of the us_english session. Undefined for what has no form of a date (error 241); what has one but no such day or time is
 * "out of range" (error 242 for the older types).
 */
export function parseMoment(input: string, style: number | undefined): Moment | "out of range" | undefined {
  const text = input.trim();
  if (text === "") return { days: days1900, ticks: 0, offsetMinutes: 0 };
  for (const [pattern, read] of forms) {
    const found = pattern.exec(text);
    if (found) return assemble(read(found.slice(1, -6), style), found.slice(-6));
  }
  const timed = clockOnly.exec(text);
  if (!timed || (timed[2] === undefined && timed[5] === undefined)) return undefined;
  return assemble({ year: 1900, month: 1, day: 1 }, timed.slice(1));
}

function assemble(
  { year, month, day }: CivilDate,
  clockParts: (string | undefined)[],
): Moment | "out of range" | undefined {
  const [hourText, minuteText, secondText, fraction = "", half, zone] = clockParts;
  if (fraction.length > 7 || (hourText !== undefined && minuteText === undefined && !half)) return undefined;
  const hour = Number(hourText ?? 0);
  const whole = half ? (hour % 12) + (half.toUpperCase() === "PM" ? 12 : 0) : hour;
  const minute = Number(minuteText ?? 0);
  const second = Number(secondText ?? 0);
  const isTime = whole < 24 && minute < 60 && second < 60 && !(half && (hour < 1 || hour > 12));
  if (!isTime || !isCivilDate(year, month, day)) return "out of range";
  const ticks = (whole * 3600 + minute * 60 + second) * ticksPerSecond + Number(fraction.padEnd(7, "0"));
  return { days: daysOf(year, month, day), ticks, offsetMinutes: offsetOf(zone) };
}

function offsetOf(text: string | undefined): number {
  if (!text || text.toUpperCase() === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return text.startsWith("-") ? -minutes : minutes;
}
