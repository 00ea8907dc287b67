import { findIana } from "windows-iana";

/** A moment as the API answers it: UTC, in the instance's own zone, and with the offset that the caller used. */
export interface ShownTime {
  readonly utc: string;
  /** In the instance's zone, with its name; null when RDS's zone name is unknown to us. */
  readonly instance: string | null;
  readonly instanceTimeZone: string | null;
  readonly caller: string | null;
}

/** @param windowsZone as RDS answers it (`China Standard Time`); unknown names are given back raw */
export function showTime(atMs: number, windowsZone: string | null, callerText: string | null): ShownTime {
  const zone = windowsZone ? (findIana(windowsZone)[0] ?? null) : null;
  return {
    utc: new Date(atMs).toISOString(),
    instance: zone ? inZone(atMs, zone) : null,
    instanceTimeZone: zone ?? windowsZone,
    caller: callerText ? withOffset(atMs, callerText) : null,
  };
}

/** By zone: to make one takes a hundred times as long as to use it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function inZone(atMs: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
    formats.set(timeZone, format);
  }
  return format.format(new Date(atMs)).replace(" ", "T");
}

/** The moment with the offset of the caller's own text. */
function withOffset(atMs: number, callerText: string): string {
  const offset = /(Z|[+-]\d{2}:\d{2})$/.exec(callerText)?.[1] ?? "Z";
  if (offset === "Z") return new Date(atMs).toISOString();
  const [hours = 0, minutes = 0] = offset.slice(1).split(":").map(Number);
  const shiftMs = (offset.startsWith("-") ? -1 : 1) * (hours * 60 + minutes) * 60_000;
  return new Date(atMs + shiftMs).toISOString().replace("Z", offset);
}
