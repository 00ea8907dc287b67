import { restoreIdPattern } from "../restore/model/names";
import { parseTraceparent } from "../trace-context";
import type { Nudge } from "./queues";

/** A message only nudges: which restore, and under which trace. */
export function encodeNudge({ restoreId, traceparent }: Nudge): string {
  return JSON.stringify({ restoreId, traceparent });
}

/** The next tick of the poller. */
export function encodeTick(): string {
  return JSON.stringify({ tick: true });
}

/** The nudge in a message; null for a tick and for anything that is no nudge. Never throws. */
export function decodeNudge(body: string): Nudge | null {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return null;
  }
  const { restoreId, traceparent } = (typeof value === "object" && value !== null ? value : {}) as Partial<
    Record<keyof Nudge, unknown>
  >;
  if (typeof restoreId !== "string" || !restoreIdPattern.test(restoreId)) return null;
  // A trace that cannot be read never costs a nudge.
  return parseTraceparent(traceparent) ? { restoreId, traceparent: traceparent as string } : { restoreId };
}
