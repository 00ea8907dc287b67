import { restoreIdPattern } from "../restore/model/names";
import type { Nudge } from "./queues";

/** A message only nudges: which restore, nothing else. */
export function encodeNudge(nudge: Nudge): string {
  return JSON.stringify({ restoreId: nudge.restoreId });
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
  const restoreId =
    typeof value === "object" && value !== null ? (value as { restoreId?: unknown }).restoreId : undefined;
  return typeof restoreId === "string" && restoreIdPattern.test(restoreId) ? { restoreId } : null;
}
