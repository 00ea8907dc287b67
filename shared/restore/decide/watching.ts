import type { RdsInstance } from "../../cloud/rds";
import { listedByName } from "../../object-name";
import type { DecisionContext } from "../decision-context";
import { makesInstance } from "../model/calls";
import type { Doubt, RestoreRecord } from "../model/record";
import { sourceOf } from "../source";
import type { Decision } from "../transition";
import { note, stay } from "../transition";
import { isMadeByIntent, lostCreate, watchedGroup } from "../watched-calls";
export interface WatchFacts {
  /** Instances like the one that a lost create was to make, which no restore has. */
  readonly instances: readonly RdsInstance[];
  /** Names of the master's databases. Left out: none are watched. */
  readonly masterDatabases?: readonly string[];
}

/** A closed restore with effects in doubt: what appears within the time is named, and never touched. */
export function decideWatch(record: RestoreRecord, facts: WatchFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  // Nothing can be opened any more on an instance that is gone.
  const standing = record.doubts.filter(({ intent }) => {
    const group = watchedGroup(intent);
    return group === null || group.instanceId !== record.temporaryInstance?.id;
  });
  const watched = standing.map((doubt) => look(doubt, record, facts, context));
  const news = watched.find((doubt, index) => doubt.found !== standing[index]!.found);
  // What was found is named for as long as it is there.
  const isOver = ({ untilMs, found }: Doubt) =>
    untilMs <= nowMs && !facts.instances.some((instance) => instance.id === found);
  const over = watched.filter(isOver);
  const open = watched.filter((doubt) => !isOver(doubt));
  let next = over.reduce(withoutNeverArrived, { ...record, doubts: open });
  if (news) next = note(next, nowMs, tellFound(news, record));
  if (over.length > 0) next = note(next, nowMs, "the watch over effects in doubt is over");
  // Openings are the sweep's to look after.
  return stay(next, lostCreate(next) === null ? durations.sweepMs : durations.backOffMaxMs);
}

function tellFound({ found, intent }: Doubt, record: RestoreRecord): string {
  if (intent.call.kind === "restore-databases")
    return `${found} arrived on the master after this restore was closed: RDS has no call that stops such a restore. leftOnMaster gives the statement that drops it`;
  return `${found} appeared after a create of this restore that was lost, and no restore has it: it was made by that create or by hand. It is left alone; ${sourceOf(record).ifLeftAlone}`;
}

/** The list names what is on the master: a database that did not arrive within the watch is not. */
function withoutNeverArrived(record: RestoreRecord, { intent: { call }, found }: Doubt): RestoreRecord {
  if (call.kind !== "restore-databases") return record;
  const arrived = found?.split(", ") ?? [];
  const never = new Set(call.databases.map(({ newName }) => newName).filter((name) => !arrived.includes(name)));
  return { ...record, leftOnMaster: record.leftOnMaster.filter(({ name }) => !never.has(name)) };
}

/** Names have no comma: they are made of letters, digits and underscores. */
function arrivedOf(wanted: readonly { readonly newName: string }[], listed: readonly string[]): string | null {
  const present = listedByName(listed.map((name) => ({ name })));
  return wanted.flatMap(({ newName }) => (present.has(newName) ? [newName] : [])).join(", ") || null;
}

function look(doubt: Doubt, record: RestoreRecord, facts: WatchFacts, context: DecisionContext): Doubt {
  const { call, sentAtMs } = doubt.intent;
  if (call.kind === "restore-databases")
    return { ...doubt, found: arrivedOf(call.databases, facts.masterDatabases ?? []) ?? doubt.found };
  if (!makesInstance(call)) return doubt;
  // Another restore that made it has had the time to record it.
  const untilMs = context.nowMs - context.durations.settleMs;
  // Several creates may have been lost: once the first instance is gone, the next one can appear.
  const found = facts.instances.find(
    ({ id, createdAtMs }) =>
      id !== record.temporaryInstance?.id &&
      id !== record.candidate?.id &&
      isMadeByIntent(createdAtMs, sentAtMs, untilMs - sentAtMs),
  );
  return found ? { ...doubt, found: found.id } : doubt;
}
