import { SqlError } from "../../data/sql-error";
import type { SqlType } from "../../data/sql-value";
import { notPlayed } from "../syntax/token-cursor";
import { atOffset, civilOf, dateText, type Moment, offsetText, ticksPerSecond, timeText, two } from "./moment";
import { scaleOf } from "./type-rules";

export const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

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
  const named = `${months[month - 1]} ${String(day).padStart(2, " ")} ${year}`;
  // Styles below 100 write the year with two digits.
  const shown = style < 20 ? two(year % 100) : String(year);
  switch (style) {
    case 0:
    case 100:
      return `${date(named)} ${hasTime ? twelveHours(moment.ticks) : ""}${zone && ` ${zone}`}`;
    case 9:
    case 109:
      return `${date(named)} ${hasTime ? twelveHours(moment.ticks, fraction) : ""}${zone && ` ${zone}`}`;
    case 1:
    case 101:
      return date(`${two(month)}/${two(day)}/${shown}`);
    case 2:
    case 102:
      return date(`${shown}.${two(month)}.${two(day)}`);
    case 3:
    case 103:
      return date(`${two(day)}/${two(month)}/${shown}`);
    case 4:
    case 104:
      return date(`${two(day)}.${two(month)}.${shown}`);
    case 5:
    case 105:
      return date(`${two(day)}-${two(month)}-${shown}`);
    case 6:
    case 106:
      return date(`${two(day)} ${months[month - 1]} ${shown}`);
    case 7:
    case 107:
      return date(`${months[month - 1]} ${two(day)}, ${shown}`);
    case 8:
    case 24:
    case 108:
      return time(0);
    case 10:
    case 110:
      return date(`${two(month)}-${two(day)}-${shown}`);
    case 11:
    case 111:
      return date(`${shown}/${two(month)}/${two(day)}`);
    case 12:
    case 112:
      return date(`${shown.padStart(style === 12 ? 2 : 4, "0")}${two(month)}${two(day)}`);
    case 13:
    case 113:
      return `${date(`${two(day)} ${months[month - 1]} ${year}`)} ${colons(time(fraction))}${zone && ` ${zone}`}`;
    case 14:
    case 114:
      return colons(time(fraction));
    case 20:
    case 120:
      return `${date(dateText(moment.days))} ${time(0)}${zone && ` ${zone}`}`;
    case 22:
      return `${date(`${two(month)}/${two(day)}/${two(year % 100)}`)} ${hasTime ? clockOfTwelve(moment.ticks) : ""}`;
    case 23:
      return date(dateText(moment.days));
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
    case 130:
    case 131:
      throw notPlayed(`Style ${style}, the Hijri calendar,`);
    default:
      return undefined;
  }
}

/** A fraction of zero is not written (note on styles 126 and 127). */
function isoText(moment: Moment, hasDate: boolean, hasTime: boolean, scale: number): string {
  const time = hasTime ? timeText(moment.ticks, moment.ticks % ticksPerSecond === 0 ? 0 : scale) : "";
  return `${hasDate ? dateText(moment.days) : ""}${hasDate && hasTime ? "T" : ""}${time}`;
}

/** `8:15AM`, or `8:15:00:123AM` with the fraction. */
function twelveHours(ticks: number, fraction?: number): string {
  const hour = Math.floor(ticks / ticksPerSecond / 3600);
  const clock = timeText(ticks, fraction ?? 0).slice(2);
  const shown = String(hour % 12 === 0 ? 12 : hour % 12).padStart(2, " ");
  return `${shown}${fraction === undefined ? clock.slice(0, 3) : colons(clock)}${hour < 12 ? "AM" : "PM"}`;
}

function clockOfTwelve(ticks: number): string {
  return twelveHours(ticks, 0).replace(/(?=[AP]M$)/, " ");
}

/** Some styles write the fraction behind a colon. */
function colons(time: string): string {
  return time.replace(".", ":");
}
