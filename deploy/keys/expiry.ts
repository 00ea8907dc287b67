const dayMs = 24 * 3_600_000;
const daysMax = 366;

type Expiry = { readonly atMs: number; readonly problem: null } | { readonly atMs: number; readonly problem: string };

/** When a key ends: after a number of days (`90d`), at the beginning of a day in UTC, or at a time with its offset. */
export function readExpiry(text: string, nowMs: number): Expiry {
  const days = /^(\d{1,4})d$/.exec(text)?.[1];
  const atMs = days === undefined ? readTime(text) : nowMs + Number(days) * dayMs;
  if (Number.isNaN(atMs))
    return { atMs, problem: "must say when the key ends: 90d, 2027-03-01, or 2027-03-01T08:00:00+08:00." };
  if (atMs <= nowMs) return { atMs, problem: `is ${text}, which is past.` };
  if (atMs > nowMs + daysMax * dayMs) return { atMs, problem: `is ${text}; a key ends after ${daysMax} days at most.` };
  return { atMs, problem: null };
}

function readTime(text: string): number {
  const isTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const atMs = isTime ? Date.parse(text) : Number.NaN;
  // Days that a month does not have are moved into the next one by some engines.
  return Number(text.slice(8, 10)) <= daysOf(text) ? atMs : Number.NaN;
}

function daysOf(text: string): number {
  return new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
}
