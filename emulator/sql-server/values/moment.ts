import type { SqlType } from "../../data/sql-value";
import { scaleOf } from "./type-rules";

/** A date and time in parts. Days count from 0001-01-01, ticks are 100 ns of the day; both are of the local time named by the offset. */
export interface Moment {
  readonly days: number;
  readonly ticks: number;
  readonly offsetMinutes: number;
}

export const ticksPerSecond = 10_000_000;
export const ticksPerMinute = 60 * ticksPerSecond;
export const ticksPerDay = 86_400 * ticksPerSecond;
/** 1900-01-01, the day zero of datetime. */
export const days1900 = 693_595;
const days1970 = 719_162;
/** 9999-12-31. */
export const daysMax = 3_652_058;
const days1753 = 639_905;

export function daysOf(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.floor(date.getTime() / 86_400_000) + days1970;
}

export function civilOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
  const date = new Date((days - days1970) * 86_400_000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

export function isCivilDate(year: number, month: number, day: number): boolean {
  if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
  return civilOf(daysOf(year, month, day)).day === day;
}

/** Reads a stored value of one of the temporal types (see SqlValue). */
export function momentOf(text: string, type: SqlType): Moment {
  if (type.name === "time") return { days: days1900, ticks: ticksOf(text), offsetMinutes: 0 };
  const days = daysOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)));
  if (type.name === "date") return { days, ticks: 0, offsetMinutes: 0 };
  if (type.name !== "datetimeoffset") return { days, ticks: ticksOf(text.slice(11)), offsetMinutes: 0 };
  const zone = text.slice(-6);
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return { days, ticks: ticksOf(text.slice(11, -6)), offsetMinutes: zone[0] === "-" ? -minutes : minutes };
}

function ticksOf(text: string): number {
  const seconds = Number(text.slice(0, 2)) * 3600 + Number(text.slice(3, 5)) * 60 + Number(text.slice(6, 8));
  return seconds * ticksPerSecond + Number(text.slice(9).padEnd(7, "0").slice(0, 7));
}

/** The stored form in `type`, rounded as the type rounds. Undefined when the type does not reach that far. */
export function storedMoment(moment: Moment, type: SqlType): string | undefined {
  const rounded = roundTo(moment, type);
  if (rounded.days < 0 || rounded.days > daysMax) return undefined;
  const date = dateText(rounded.days);
  switch (type.name) {
    case "date":
      return date;
    case "time":
      return timeText(rounded.ticks, scaleOf(type));
    case "datetime":
      return rounded.days < days1753 ? undefined : `${date}T${timeText(rounded.ticks, 3)}`;
    case "smalldatetime": {
      const since1900 = rounded.days - days1900;
      return since1900 < 0 || since1900 > 65_535 ? undefined : `${date}T${timeText(rounded.ticks, 3)}`;
    }
    case "datetimeoffset":
      return `${date}T${timeText(rounded.ticks, scaleOf(type))}${offsetText(rounded.offsetMinutes)}`;
    default:
      return `${date}T${timeText(rounded.ticks, scaleOf(type))}`;
  }
}

function roundTo(moment: Moment, type: SqlType): Moment {
  if (type.name === "date") return { ...moment, ticks: 0 };
  let ticks: number;
  if (type.name === "datetime") {
    // 1/300 s, shown as .000, .003 and .007
    ticks = Math.round((Math.round((moment.ticks * 300) / ticksPerSecond) * 10) / 3) * 10_000;
  } else {
    const unit = type.name === "smalldatetime" ? ticksPerMinute : 10 ** (7 - scaleOf(type));
    ticks = Math.round(moment.ticks / unit) * unit;
  }
  if (ticks < ticksPerDay) return { ...moment, ticks };
  if (type.name === "time") return { ...moment, ticks: 0 };
  return { ...moment, days: moment.days + 1, ticks: ticks - ticksPerDay };
}

export function dateText(days: number): string {
  const { year, month, day } = civilOf(days);
  return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`;
}

/** `08:15:00.123`; no point when `scale` is 0. */
export function timeText(ticks: number, scale: number): string {
  const seconds = Math.floor(ticks / ticksPerSecond);
  const fraction = String(ticks % ticksPerSecond)
    .padStart(7, "0")
    .slice(0, scale);
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return scale === 0 ? clock : `${clock}.${fraction}`;
}

export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** The same instant seen at another offset. */
export function atOffset(moment: Moment, offsetMinutes: number): Moment {
  const total = moment.ticks + (offsetMinutes - moment.offsetMinutes) * ticksPerMinute;
  const extraDays = Math.floor(total / ticksPerDay);
  return { days: moment.days + extraDays, ticks: total - extraDays * ticksPerDay, offsetMinutes };
}

/** An instant of the clock (epoch milliseconds) at an offset. */
export function momentAt(epochMs: number, offsetMinutes: number): Moment {
  const localMs = epochMs + offsetMinutes * 60_000;
  const days = Math.floor(localMs / 86_400_000);
  return { days: days + days1970, ticks: Math.round((localMs - days * 86_400_000) * 10_000), offsetMinutes };
}

export const two = (value: number): string => String(value).padStart(2, "0");
