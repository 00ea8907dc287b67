import { SqlError } from "../../data/sql-error";
import type { SqlType } from "../../data/sql-value";
import {
  atOffset,
  civilOf,
  dateText,
  days1900,
  daysOf,
  isCivilDate,
  type Moment,
  offsetText,
  ticksPerSecond,
  timeText,
  two,
} from "./moment";
import { scaleOf } from "./type-rules";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * CONVERT of a date or time to text ("CAST and CONVERT", date and time styles). Without a style the older types use 0
 * and the newer ones 121.
 */
export function momentText(moment: Moment, type: SqlType, style: number | undefined): string {
  const older = type.name === "datetime" || type.name === "smalldatetime";
  const chosen = style ?? (older ? 0 : 121);
  const text = styled(moment, type, chosen);
  if (text === undefined)
    throw new SqlError(
      281,
      `${chosen} is not a valid style number when converting from ${type.name} to a character string.`,
    );
  return text.trim();
}

function styled(moment: Moment, type: SqlType, style: number): string | undefined {
  const hasDate = type.name !== "time";
  const hasTime = type.name !== "date";
  const scale = scaleOf(type);
  const { year, month, day } = civilOf(moment.days);
  const zone = type.name === "datetimeoffset" ? offsetText(moment.offsetMinutes) : "";
  const time = (digits: number) => (hasTime ? timeText(moment.ticks, digits) : "");
  const date = (text: string) => (hasDate ? text : "");
  const fraction = type.name === "smalldatetime" ? 3 : scale;
  switch (style) {
    case 0:
    case 100: {
      const named = date(`${months[month - 1]} ${String(day).padStart(2, " ")} ${year}`);
      return `${named} ${hasTime ? twelveHours(moment.ticks) : ""}${zone && ` ${zone}`}`;
    }
    case 101:
      return date(`${two(month)}/${two(day)}/${year}`);
    case 102:
      return date(`${year}.${two(month)}.${two(day)}`);
    case 103:
      return date(`${two(day)}/${two(month)}/${year}`);
    case 104:
      return date(`${two(day)}.${two(month)}.${year}`);
    case 105:
      return date(`${two(day)}-${two(month)}-${year}`);
    case 106:
      return date(`${two(day)} ${months[month - 1]} ${year}`);
    case 107:
      return date(`${months[month - 1]} ${two(day)}, ${year}`);
    case 8:
    case 24:
    case 108:
      return time(0);
    case 110:
      return date(`${two(month)}-${two(day)}-${year}`);
    case 111:
      return date(`${year}/${two(month)}/${two(day)}`);
    case 112:
      return date(dateText(moment.days).replaceAll("-", ""));
    case 14:
    case 114:
      return hasTime ? time(fraction).replace(".", ":") : "";
    case 20:
    case 120:
      return `${date(dateText(moment.days))} ${time(0)}${zone && ` ${zone}`}`;
    case 21:
    case 25:
    case 121:
      return `${date(dateText(moment.days))} ${time(fraction)}${zone && ` ${zone}`}`;
    case 126:
      return isoText(moment, hasDate, hasTime, fraction) + zone;
    case 127:
      return zone
        ? `${isoText(atOffset(moment, 0), true, true, fraction)}Z`
        : isoText(moment, hasDate, hasTime, fraction);
    default:
      return undefined;
  }
}

/** A fraction of zero is not written (note on styles 126 and 127). */
function isoText(moment: Moment, hasDate: boolean, hasTime: boolean, scale: number): string {
  const time = hasTime ? timeText(moment.ticks, moment.ticks % ticksPerSecond === 0 ? 0 : scale) : "";
  return `${hasDate ? dateText(moment.days) : ""}${hasDate && hasTime ? "T" : ""}${time}`;
}

function twelveHours(ticks: number): string {
  const minutes = Math.floor(ticks / ticksPerSecond / 60);
  const hour = Math.floor(minutes / 60);
  return `${String(hour % 12 === 0 ? 12 : hour % 12).padStart(2, " ")}:${two(minutes % 60)}${hour < 12 ? "AM" : "PM"}`;
}

const time = String.raw`(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2})(?:[.:](\d{1,9}))?)?\s*(AM|PM)?`;
const zone = String.raw`\s*(Z|[+-]\d{2}:\d{2})?`;
const clock = String.raw`(?:[T ]\s*${time}${zone})?`;
const iso = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})${clock}$`, "i");
const compact = new RegExp(String.raw`^(\d{4})(\d{2})(\d{2})${clock}$`, "i");
const american = new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})${clock}$`, "i");
const named = new RegExp(String.raw`^([a-z]{3})[a-z]*\s+(\d{1,2}),?\s+(\d{4})${clock}$`, "i");
const clockOnly = new RegExp(`^${time}${zone}$`, "i");

/** Reads a date and time of the us_english session. Undefined when SQL Server would answer error 241 (or 295). */
export function parseMoment(input: string, style: number | undefined): Moment | undefined {
  const text = input.trim();
  const found = iso.exec(text) ?? compact.exec(text);
  if (found) return assemble(Number(found[1]), Number(found[2]), Number(found[3]), found.slice(4));
  const slashed = american.exec(text);
  if (slashed) {
    const dayFirst = style !== undefined && [103, 104, 105].includes(style);
    const [month, day] = dayFirst ? [slashed[2], slashed[1]] : [slashed[1], slashed[2]];
    return assemble(Number(slashed[3]), Number(month), Number(day), slashed.slice(4));
  }
  const worded = named.exec(text);
  if (worded) {
    const month = months.findIndex((name) => name.toLowerCase() === worded[1]!.toLowerCase()) + 1;
    return assemble(Number(worded[3]), month, Number(worded[2]), worded.slice(4));
  }
  const timed = clockOnly.exec(text);
  if (timed && (timed[2] !== undefined || timed[5] !== undefined)) return assemble(1900, 1, 1, timed.slice(1));
  return text === "" ? { days: days1900, ticks: 0, offsetMinutes: 0 } : undefined;
}

function assemble(year: number, month: number, day: number, clockParts: (string | undefined)[]): Moment | undefined {
  if (!isCivilDate(year, month, day)) return undefined;
  const [hourText, minuteText, secondText, fractionText, half, zoneText] = clockParts;
  let hour = Number(hourText ?? 0);
  if (half) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toUpperCase() === "PM" ? 12 : 0);
  } else if (hourText !== undefined && minuteText === undefined) return undefined;
  const minute = Number(minuteText ?? 0);
  const second = Number(secondText ?? 0);
  const fraction = fractionText ?? "";
  if (hour > 23 || minute > 59 || second > 59 || fraction.length > 7) return undefined;
  const ticks = (hour * 3600 + minute * 60 + second) * ticksPerSecond + Number(fraction.padEnd(7, "0"));
  return { days: daysOf(year, month, day), ticks, offsetMinutes: offsetOf(zoneText) };
}

function offsetOf(text: string | undefined): number {
  if (!text || text.toUpperCase() === "Z") return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return text.startsWith("-") ? -minutes : minutes;
}
