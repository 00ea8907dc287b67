import { zoneFormat } from "../core/zone-format";

/** When a timer trigger fires next: `@every Nm`, or six cron fields with seconds first, UTC unless `CRON_TZ=` says otherwise. */
export interface Schedule {
  /** The first instant after `afterMs`, in epoch milliseconds; for `@every` one interval after it. */
  nextAfterMs(afterMs: number): number;
}

const dayMs = 24 * 60 * 60_000;
/** 29 February comes back within eight years, even over a century that is no leap year. */
const daysAhead = 8 * 366 + 1;

/**
 * Forms of the platform that are rare and not read here (names of days and months, `L`, `W`, `#`) are refused.
 * @throws RangeError if the expression is none of the two forms
 */
export function parseSchedule(expression: string): Schedule {
  const every = /^@every ([1-9]\d*)m$/.exec(expression);
  if (every) return { nextAfterMs: (afterMs) => afterMs + Number(every[1]) * 60_000 };
  const cron = /^(?:CRON_TZ=(\S+) )?(\S+) (\S+) (\S+) (\S+) (\S+) (\S+)$/.exec(expression);
  if (!cron) throw new RangeError(`${expression} is neither '@every Nm' nor six cron fields.`);
  const [, zone = "UTC", seconds = "", minutes = "", hours = "", days = "", months = "", weekdays = ""] = cron;
  const format = zoneFormat(zone);
  const fields: CronFields = {
    seconds: parseField(seconds, 0, 59),
    minutes: parseField(minutes, 0, 59),
    hours: parseField(hours, 0, 23),
    days: parseField(days, 1, 31),
    months: parseField(months, 1, 12),
    weekdays: parseField(weekdays, 0, 6),
    // When both are restricted, either is enough (the rule of cron since its beginning).
    eitherDay: !/^[*?]/.test(days) && !/^[*?]/.test(weekdays),
  };
  return {
    nextAfterMs(afterMs) {
      let wallMs = afterMs + offsetMs(format, afterMs);
      for (;;) {
        wallMs = nextWallMs(fields, wallMs, expression);
        const instantMs = instantOf(format, wallMs);
        // A wall time inside the gap of a change to summer time never comes; one that comes twice is taken once.
        if (instantMs !== undefined && instantMs > afterMs) return instantMs;
      }
    },
  };
}

interface CronFields {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[];
  readonly months: readonly number[];
  readonly weekdays: readonly number[];
  readonly eitherDay: boolean;
}

function parseField(text: string, from: number, to: number): number[] {
  const chosen = new Set<number>();
  for (const part of text.split(",")) {
    const match = /^(?:[*?]|(\d+)(?:-(\d+))?)(?:\/([1-9]\d*))?$/.exec(part);
    if (!match) throw new RangeError(`${text} is no cron field.`);
    const first = match[1] === undefined ? from : Number(match[1]);
    // `5/15` runs from 5 to the end, a lone `5` is itself.
    const openEnd = match[1] === undefined || match[3] !== undefined;
    const last = match[2] === undefined ? (openEnd ? to : first) : Number(match[2]);
    if (first < from || last > to || first > last) throw new RangeError(`${text} is outside ${from}-${to}.`);
    for (let value = first; value <= last; value += Number(match[3] ?? 1)) chosen.add(value);
  }
  return [...chosen].sort((left, right) => left - right);
}

/** The next matching wall-clock time, counted as if the zone were UTC. */
function nextWallMs(fields: CronFields, afterWallMs: number, expression: string): number {
  const firstDayMs = Math.floor(afterWallMs / dayMs) * dayMs;
  for (let day = 0; day < daysAhead; day++) {
    const midnightMs = firstDayMs + day * dayMs;
    if (!matchesDay(fields, new Date(midnightMs))) continue;
    for (const hour of fields.hours) {
      for (const minute of fields.minutes) {
        for (const second of fields.seconds) {
          const wallMs = midnightMs + ((hour * 60 + minute) * 60 + second) * 1000;
          if (wallMs > afterWallMs) return wallMs;
        }
      }
    }
  }
  throw new RangeError(`${expression} never comes.`);
}

function matchesDay(fields: CronFields, date: Date): boolean {
  if (!fields.months.includes(date.getUTCMonth() + 1)) return false;
  const day = fields.days.includes(date.getUTCDate());
  const weekday = fields.weekdays.includes(date.getUTCDay());
  return fields.eitherDay ? day || weekday : day && weekday;
}

/** How far the zone's wall clock is ahead of UTC at an instant. */
function offsetMs(format: Intl.DateTimeFormat, instantMs: number): number {
  const part = Object.fromEntries(format.formatToParts(instantMs).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instantMs / 1000) * 1000;
}

function instantOf(format: Intl.DateTimeFormat, wallMs: number): number | undefined {
  const guesses = [wallMs - offsetMs(format, wallMs - dayMs), wallMs - offsetMs(format, wallMs + dayMs)];
  return guesses.find((instantMs) => instantMs + offsetMs(format, instantMs) === wallMs);
}
