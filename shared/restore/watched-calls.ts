import type { DecisionContext } from "./decision-context";
import { type CreatingCall, type Intent, makesInstance } from "./model/calls";
import type { Doubt, RestoreRecord } from "./model/record";

/**
 * The watch list: calls that left no trace and would do harm if they landed hours later. All others need
 * none: a job of ours is recognised by its name, a purchase or start of a deleted job is refused, what CreateDatabase makes is on
 * leftOnMaster before it is sent, and closing, stopping and deleting do no harm at any time.
 */
export function withDoubt(record: RestoreRecord, intent: Intent, context: DecisionContext): RestoreRecord {
  return canLandLate(intent) ? watch(record, intent, context) : record;
}

/** The same for a group that was not seen closed: the sweep closes it, for as long as it is watched. */
export function watchGroup(
  record: RestoreRecord,
  { instanceId, group }: { readonly instanceId: string; readonly group: string },
  context: DecisionContext,
): RestoreRecord {
  const call = { kind: "close-addresses", instanceId, group } as const;
  return watch(record, { call, sentAtMs: context.nowMs, negativeReads: 0 }, context);
}

function watch(record: RestoreRecord, intent: Intent, context: DecisionContext): RestoreRecord {
  const fresh: Doubt = { intent, untilMs: context.nowMs + context.durations.doubtMs, found: null };
  const same = record.doubts.find((doubt) => isSameTarget(doubt.intent, intent));
  if (!same) return { ...record, doubts: [...record.doubts, fresh] };
  // Watched from the first sending to the end of the last.
  const longer = { ...same, untilMs: fresh.untilMs };
  return { ...record, doubts: record.doubts.map((doubt) => (doubt === same ? longer : doubt)) };
}

function canLandLate({ call }: Intent): boolean {
  return (
    makesInstance(call) ||
    call.kind === "restore-databases" ||
    call.kind === "open-addresses" ||
    (call.kind === "buy-job" && call.jobId === null)
  );
}

/** Each empty purchase that was lost may be an instance of its own; the others end up in one place. */
function isSameTarget(one: Intent, other: Intent): boolean {
  const group = watchedGroup(one);
  if (group) return group.instanceId === watchedGroup(other)?.instanceId;
  if (one.call.kind === "restore-databases") return other.call.kind === "restore-databases";
  return makesInstance(one.call) && makesInstance(other.call);
}

/** The whitelist group that a call in doubt opens or closes; null: it is about something else. */
export function watchedGroup({ call }: Intent): { instanceId: string; group: string } | null {
  if (call.kind !== "open-addresses" && call.kind !== "close-addresses") return null;
  return { instanceId: call.instanceId, group: call.group };
}

/** The first create that was lost, as it was sent; null: there is none. */
export function lostCreate(record: RestoreRecord): (Intent & { readonly call: CreatingCall }) | null {
  for (const { intent } of record.doubts) {
    const { call } = intent;
    if (makesInstance(call)) return { ...intent, call };
  }
  return null;
}

/** Databases that a restore in doubt may bring to the master at any time, each by its exact name. */
export function watchedDatabases(record: RestoreRecord): string[] {
  return record.doubts.flatMap(({ intent: { call } }) =>
    call.kind === "restore-databases" ? call.databases.map(({ newName }) => newName) : [],
  );
}

/** Our groups that a lost opening may open at any time, or that were not seen closed. */
export function watchedGroups(record: RestoreRecord): { instanceId: string; group: string }[] {
  return record.doubts.flatMap(({ intent }) => watchedGroup(intent) ?? []);
}

/** Does the creation time fit a create that was sent then? A minute of clock skew is allowed before it. */
export function isMadeByIntent(createdAtMs: number, sentAtMs: number, windowMs: number): boolean {
  return createdAtMs >= sentAtMs - 60_000 && createdAtMs <= sentAtMs + windowMs;
}
