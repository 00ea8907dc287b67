import { phaseOf, type RestoreRecord } from "../restore/model/record";
import { groupInUse, isClosedGroup, isOurGroup, whitelistGroup } from "../restore/openings";
import { watchedGroups } from "../restore/watched-calls";
import type { Dependencies } from "./dependencies";
import { recentRestores } from "./history";

type Readers = Pick<Dependencies, "store" | "clock" | "durations">;

/**
 * A closed group of ours that the restore may use instead of making one; null: there is none.
 * Free is what no call of another restore can change any more: neither in use nor watched, and given up so long ago that nothing lands late.
 */
async function freeGroup(
  deps: Readers,
  record: RestoreRecord,
  instanceId: string,
  whitelist: ReadonlyMap<string, readonly string[]>,
): Promise<string | null> {
  const closed = [...whitelist].flatMap(([name, entries]) =>
    isOurGroup(name) && isClosedGroup(entries) ? [name] : [],
  );
  if (closed.length === 0) return null;
  const sinceMs = deps.clock.nowMs() - deps.durations.doubtMs;
  const restores = await recentRestores(deps, record.request.masterInstanceId);
  const taken = new Set(
    restores
      .filter((other) => phaseOf(other) === "open" || other.updatedAtMs > sinceMs)
      .flatMap((other) => groupsOf(other, instanceId)),
  );
  // The oldest first: names sort by the time of the restore that made them.
  return closed.sort().find((name) => !taken.has(name)) ?? null;
}

/** Our group on the instance as it is now, and the one that may be used if we have none. */
export async function ourGroup(
  deps: Readers,
  record: RestoreRecord,
  instanceId: string,
  whitelist: ReadonlyMap<string, readonly string[]> | null,
): Promise<{ readonly entries: readonly string[] | null; readonly free: string | null }> {
  if (!whitelist) return { entries: null, free: null };
  const inUse = groupInUse(record, instanceId) ?? whitelistGroup(record.restoreId);
  const entries = whitelist.get(inUse) ?? null;
  if (entries !== null || groupInUse(record, instanceId) !== null) return { entries, free: null };
  return { entries: null, free: await freeGroup(deps, record, instanceId, whitelist) };
}

/** Groups that admit somebody to the instance and that this restore has not opened there: it was made with them. */
export function copiedGroupsOf(
  record: RestoreRecord,
  instanceId: string,
  whitelist: ReadonlyMap<string, readonly string[]> | null,
): string[] {
  const own = groupInUse(record, instanceId);
  return [...(whitelist ?? [])].flatMap(([name, entries]) => (name === own || isClosedGroup(entries) ? [] : [name]));
}

/** Does another restore of the master, one that is not over, use this group of the instance? Then it is not ours to close any more. */
export async function isUsedByAnother(
  deps: Readers,
  record: RestoreRecord,
  instanceId: string,
  group: string,
): Promise<boolean> {
  const restores = await recentRestores(deps, record.request.masterInstanceId);
  return restores.some(
    (other) =>
      other.restoreId !== record.restoreId && other.status !== "closed" && groupInUse(other, instanceId) === group,
  );
}

/** Every group of the instance that a call of this restore may still change. */
function groupsOf(record: RestoreRecord, instanceId: string): string[] {
  const known = [...record.openings, ...watchedGroups(record)].filter((opening) => opening.instanceId === instanceId);
  return [whitelistGroup(record.restoreId), ...known.map(({ group }) => group)];
}
