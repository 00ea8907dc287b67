import { findIana } from "windows-iana";

/** Minutes that a Windows time zone (as RDS names it) is ahead of UTC at `epochMs`; 0 for a name that is not known. */
export function offsetMinutesAt(windowsName: string, epochMs: number): number {
  const [zone] = findIana(windowsName);
  if (zone === undefined) return 0;
  const parts = new Intl.DateTimeFormat("en", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  }).formatToParts(epochMs);
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((local - Math.floor(epochMs / 1000) * 1000) / 60_000);
}
