import { SqlError } from "../../../data/sql-error";
import type { SqlType } from "../../../data/sql-value";
import { notPlayed } from "../../syntax/token-cursor";
import {
  civilOf,
  daysOf,
  isCivilDate,
  type Moment,
  ticksPerDay,
  ticksPerMinute,
  ticksPerSecond,
} from "../../values/moment";

/** Short names of the parts of a date. */
export const partNames: Readonly<Record<string, string>> = {
  yy: "year",
  yyyy: "year",
  qq: "quarter",
  q: "quarter",
  mm: "month",
  m: "month",
  dy: "dayofyear",
  y: "dayofyear",
  dd: "day",
  d: "day",
  wk: "week",
  ww: "week",
  dw: "weekday",
  w: "weekday",
  hh: "hour",
  mi: "minute",
  n: "minute",
  ss: "second",
  s: "second",
  ms: "millisecond",
  mcs: "microsecond",
  ns: "nanosecond",
  tz: "tzoffset",
  isowk: "iso_week",
  isoww: "iso_week",
};

export const knownParts = new Set([...Object.values(partNames), "tzoffset"]);

const dateParts = new Set(["year", "quarter", "month", "dayofyear", "day", "week", "weekday", "iso_week"]);
const finestParts = new Set(["microsecond", "nanosecond"]);

/** @param use what the part is used by: DATEADD makes no difference that the type does not hold @throws SqlError 9810 */
export function requirePart(part: string, type: SqlType, use: string): void {
  const refused =
    (type.name === "date" && !dateParts.has(part)) ||
    (type.name === "time" && (dateParts.has(part) || part === "tzoffset")) ||
    (part === "tzoffset" && !["datetimeoffset", "datetime2"].includes(type.name)) ||
    (use === "dateadd" &&
      (part === "tzoffset" ||
        part === "iso_week" ||
        (finestParts.has(part) && (type.name === "datetime" || type.name === "smalldatetime"))));
  if (refused)
    throw new SqlError(
      9810,
      `The datepart ${part} is not supported by date function ${use} for data type ${type.name}.`,
    );
}

const ticksOf: Readonly<Record<string, number>> = {
  hour: 60 * ticksPerMinute,
  minute: ticksPerMinute,
  second: ticksPerSecond,
  millisecond: 10_000,
  microsecond: 10,
};

/** DATEADD; undefined beyond the years 1 to 9999. */
export function add(moment: Moment, part: string, amount: number): Moment | undefined {
  switch (part) {
    case "year":
      return addMonths(moment, amount * 12);
    case "quarter":
      return addMonths(moment, amount * 3);
    case "month":
      return addMonths(moment, amount);
    case "week":
      return { ...moment, days: moment.days + amount * 7 };
    case "day":
    case "dayofyear":
    case "weekday":
      return { ...moment, days: moment.days + amount };
    case "nanosecond":
      return addTicks(moment, Math.round(amount / 100));
    default: {
      const unit = ticksOf[part];
      if (unit === undefined)
        throw new SqlError(9810, `The datepart ${part} is not supported by date function dateadd.`);
      const whole = Math.trunc((amount * unit) / ticksPerDay);
      // Days and the rest apart: their sum in ticks would not be exact.
      return addTicks({ ...moment, days: moment.days + whole }, amount * unit - whole * ticksPerDay);
    }
  }
}

function addTicks(moment: Moment, ticks: number): Moment {
  const total = moment.ticks + ticks;
  const days = Math.floor(total / ticksPerDay);
  return { ...moment, days: moment.days + days, ticks: total - days * ticksPerDay };
}

/** The last day of the month stands in for one that it does not have. */
export function addMonths(moment: Moment, months: number): Moment | undefined {
  const { year, month, day } = civilOf(moment.days);
  const total = year * 12 + month - 1 + months;
  const [newYear, newMonth] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  if (newYear < 1 || newYear > 9999) return undefined;
  for (let last = day; last > 27; last--) {
    if (isCivilDate(newYear, newMonth, last)) return { ...moment, days: daysOf(newYear, newMonth, last) };
  }
  return { ...moment, days: daysOf(newYear, newMonth, Math.min(day, 28)) };
}

/** DATEDIFF: boundaries of the part that lie between two instants. */
export function boundaries(part: string, start: Moment, end: Moment): bigint {
  const [from, to] = [civilOf(start.days), civilOf(end.days)];
  switch (part) {
    case "year":
      return BigInt(to.year - from.year);
    case "quarter":
      return BigInt(to.year * 4 + Math.floor((to.month - 1) / 3) - from.year * 4 - Math.floor((from.month - 1) / 3));
    case "month":
      return BigInt(to.year * 12 + to.month - from.year * 12 - from.month);
    case "day":
    case "dayofyear":
    case "weekday":
      return BigInt(end.days - start.days);
    case "week":
      // Weeks begin on Sunday here, whatever DATEFIRST; 0001-01-01 was a Monday.
      return BigInt(Math.floor((end.days + 1) / 7) - Math.floor((start.days + 1) / 7));
    default: {
      const unit = part === "nanosecond" ? undefined : ticksOf[part];
      const total = (moment: Moment) => BigInt(moment.days) * BigInt(ticksPerDay) + BigInt(moment.ticks);
      if (part === "nanosecond") return (total(end) - total(start)) * 100n;
      if (unit === undefined)
        throw new SqlError(9810, `The datepart ${part} is not supported by date function datediff.`);
      return total(end) / BigInt(unit) - total(start) / BigInt(unit);
    }
  }
}

/** DATEPART. @param dateFirst the day that a week begins with, 1 for Monday */
export function partOf(moment: Moment, part: string, dateFirst: number): number {
  const { year, month, day } = civilOf(moment.days);
  const dayOfYear = moment.days - daysOf(year, 1, 1) + 1;
  const weekday = (days: number) => ((((days + 1 - dateFirst) % 7) + 7) % 7) + 1;
  switch (part) {
    case "year":
      return year;
    case "quarter":
      return Math.ceil(month / 3);
    case "month":
      return month;
    case "dayofyear":
      return dayOfYear;
    case "day":
      return day;
    case "weekday":
      return weekday(moment.days);
    case "week":
      return Math.floor((dayOfYear + weekday(daysOf(year, 1, 1)) - 2) / 7) + 1;
    case "iso_week": {
      // The week of its Thursday; 0001-01-01 was a Monday.
      const thursday = moment.days - (moment.days % 7) + 3;
      return Math.floor((thursday - daysOf(civilOf(thursday).year, 1, 1)) / 7) + 1;
    }
    case "hour":
      return Math.floor(moment.ticks / (60 * ticksPerMinute));
    case "minute":
      return Math.floor(moment.ticks / ticksPerMinute) % 60;
    case "second":
      return Math.floor(moment.ticks / ticksPerSecond) % 60;
    case "millisecond":
      return Math.floor((moment.ticks % ticksPerSecond) / 10_000);
    case "microsecond":
      return Math.floor((moment.ticks % ticksPerSecond) / 10);
    case "nanosecond":
      return (moment.ticks % ticksPerSecond) * 100;
    case "tzoffset":
      return moment.offsetMinutes;
    default:
      throw notPlayed(`The datepart ${part}`);
  }
}
