import { findIana } from "windows-iana";
import { zoneFormat } from "../../core/zone-format";

/** By Windows name; undefined for a name that is not known. */
const formats = new Map<string, Intl.DateTimeFormat | undefined>();

/** Minutes that a Windows time zone (as RDS names it) is ahead of UTC at `epochMs`; 0 for a name that is not known. */
export function offsetMinutesAt(windowsName: string, epochMs: number): number {
  const format = formatOf(windowsName);
  if (!format) return 0;
  const parts = format.formatToParts(epochMs);
  const part = (type: string) => Number(parts.find((candidate) => candidate.type === type)?.value);
  const local = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.round((local - Math.floor(epochMs / 1000) * 1000) / 60_000);
}

function formatOf(windowsName: string): Intl.DateTimeFormat | undefined {
  if (formats.has(windowsName)) return formats.get(windowsName);
  const [zone] = findIana(windowsName);
  const format = zone === undefined ? undefined : zoneFormat(zone);
  formats.set(windowsName, format);
  return format;
}
