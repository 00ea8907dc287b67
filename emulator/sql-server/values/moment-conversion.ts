import { SqlError } from "../../data/sql-error";
import type { SqlType, SqlValue } from "../../data/sql-value";
import { notPlayed } from "../syntax/token-cursor";
import { noConversion, overflow } from "./conversion-errors";
import type { ConversionContext } from "./convert";
import { atOffset, days1900, type Moment, momentOf, storedMoment, ticksPerDay, ticksPerSecond } from "./moment";
import { parseMoment } from "./moment-parser";
import { family, isNumeric } from "./type-rules";

/** Conversions to the date and time types. @throws SqlError 529 where there is none, and while converting 241, 242 or 8115 */
export function convertToMoment(from: SqlType, to: SqlType, context: ConversionContext): (value: SqlValue) => SqlValue {
  const older = to.name === "datetime" || to.name === "smalldatetime";
  switch (family(from)) {
    case "text":
      return (value) => fromText(value as string, from, to, context.style);
    case "temporal":
      if ((from.name === "time" && to.name === "date") || (from.name === "date" && to.name === "time")) break;
      if (from.name === "datetime" && !older && context.exactDatetime)
        return (value) => stored(thirds(momentOf(value as string, from)), from, to);
      return (value) => stored(seenBy(momentOf(value as string, from), from, to), from, to);
    case "binary":
      throw notPlayed(`The conversion of ${from.name} to ${to.name}`);
    default:
      if (older && isNumeric(from)) return (value) => stored(momentOfDays(Number(value)), from, to);
  }
  throw noConversion(from, to);
}

/** To a type without an offset the local time is kept; to datetimeoffset it is taken as UTC. */
function seenBy(moment: Moment, from: SqlType, to: SqlType): Moment {
  return from.name === "datetimeoffset" && to.name !== "datetimeoffset" ? { ...moment, offsetMinutes: 0 } : moment;
}

/** A datetime as exactly as it is kept: in 1/300 s. */
function thirds(moment: Moment): Moment {
  return { ...moment, ticks: Math.round((Math.round((moment.ticks * 300) / ticksPerSecond) * ticksPerSecond) / 300) };
}

function fromText(text: string, from: SqlType, to: SqlType, style: number | undefined): string {
  const older = to.name === "datetime" || to.name === "smalldatetime";
  const moment = parseMoment(text, style);
  // The older types tell what is no date from what is none of theirs; they know three decimals and no offset.
  if (moment === "out of range" && older) throw outOfRange(from, to);
  if (!moment || moment === "out of range" || (older && /:\d{1,2}[.:]\d{4,}|[+-]\d{2}:\d{2}$/.test(text.trim())))
    throw to.name === "smalldatetime"
      ? new SqlError(295, "Conversion failed when converting character string to smalldatetime data type.", 16, 3)
      : new SqlError(241, "Conversion failed when converting date and/or time from character string.");
  return stored(moment, from, to);
}

function outOfRange(from: SqlType, to: SqlType): SqlError {
  return new SqlError(
    242,
    `The conversion of a ${from.name} data type to a ${to.name} data type resulted in an out-of-range value.`,
    16,
    3,
  );
}

function stored(moment: Moment, from: SqlType, to: SqlType): string {
  const text = storedMoment(moment, to);
  if (text !== undefined) return text;
  throw isNumeric(from) ? overflow(to) : outOfRange(from, to);
}

/** Numbers count days from 1900-01-01. */
function momentOfDays(value: number): Moment {
  const days = Math.floor(value);
  return { days: days1900 + days, ticks: Math.round((value - days) * ticksPerDay), offsetMinutes: 0 };
}

/** Days since 1900-01-01 with the time as a fraction: datetime as a number. */
export function daysSince1900(value: string, type: SqlType): number {
  const moment = momentOf(value, type);
  return moment.days - days1900 + moment.ticks / ticksPerDay;
}

/** The value of a datetimeoffset in UTC, as a text that compares. */
export function utcText(value: string, type: SqlType): string {
  return storedMoment(atOffset(momentOf(value, type), 0), { name: "datetime2", scale: 7 }) ?? value;
}
