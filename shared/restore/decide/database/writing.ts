import type { RdsDatabase, RdsInstance } from "../../../cloud/rds";
import { giveUp, isOverdue } from "../../deadlines";
import type { DecisionContext } from "../../decision-context";
import type { RestoreRecord } from "../../model/record";
import { isAdmitted, openTo } from "../../openings";
import { arrivalOf, databaseRestoreOf, restoreCall, showArriving } from "../../restored-databases";
import { type Decision, go, noteOnce, stay, withdraw } from "../../transition";
import { withDoubt } from "../../watched-calls";
import { lookAgain, notMissed, theMaster } from "../second-look";

/** writing, where RDS restores the databases. Reads only, until all are Running; then our addresses are opened, to look at what arrived. */
export interface WritingDatabaseFacts {
  readonly master: RdsInstance | null;
  readonly masterDatabases: readonly Pick<RdsDatabase, "name" | "status">[];
  /** Our whitelist group on the master; null: none. Read once all databases are Running. */
  readonly group: readonly string[] | null;
  /** A closed group of an earlier restore that may be used again; null: none, or we have one. */
  readonly freeGroup: string | null;
  readonly egress: readonly string[];
}

export function decideWritingDatabases(
  record: RestoreRecord,
  facts: WritingDatabaseFacts,
  context: DecisionContext,
): Decision {
  const { nowMs, durations } = context;
  const restore = databaseRestoreOf(record);
  if (!facts.master) {
    const again = lookAgain(record, theMaster, context);
    const text = `There is no instance ${record.request.masterInstanceId} any more.`;
    return again ?? withdraw(record, "failed", { code: "master-not-found", text }, nowMs);
  }
  const { running, underWay, absent } = arrivalOf(restore, facts.masterDatabases);
  const listed = [...new Set([...restore.listed, ...running, ...underWay])];
  const seen: RestoreRecord = { ...record, databaseRestore: { ...restore, listed } };
  const isThere = underWay.length === 0 && absent.length === 0;
  if (isThere) return arrived(notMissed(seen), facts, context);
  const vanished = absent.filter((name) => restore.listed.includes(name));
  if (vanished.length > 0) {
    const again = lookAgain(seen, vanished[0]!, context);
    return again ?? withdraw(withoutAbsent(seen, absent), "failed", notArrived(vanished), nowMs);
  }
  const current = notMissed(seen);
  if (isOverdue(current, context)) return giveUpArriving(current, context);
  const told = record.cancelRequested
    ? noteOnce(current, "cancel", nowMs, "RDS has no call that stops the restore of a database: it is waited for")
    : current;
  // RDS counts calls, and restores take minutes at least.
  return stay(told, 2 * durations.pollMs);
}

/** What is under way may arrive after the restore is closed: it is watched for. */
export function giveUpArriving(record: RestoreRecord, context: DecisionContext): Decision {
  const arriving = showArriving(databaseRestoreOf(record));
  const text = `RDS did not restore ${arriving} in time. It has no call that stops it: what arrives within two days is named here, and leftOnMaster lists it.`;
  return giveUp(watched(record, context), { code: "migration-too-slow", text }, context);
}

function arrived(before: RestoreRecord, facts: WritingDatabaseFacts, context: DecisionContext): Decision {
  const { nowMs } = context;
  // An earlier sending that was in doubt brings nothing else: the names are taken now.
  const doubts = before.doubts.filter(({ intent }) => intent.call.kind !== "restore-databases");
  const record = { ...before, doubts };
  if (record.cancelRequested)
    return withdraw(
      record,
      "cancelled",
      {
        code: "cancelled-while-migrating",
        text: "Cancelled while RDS restored; the databases have arrived. leftOnMaster lists them.",
      },
      nowMs,
    );
  const { group, freeGroup, egress } = facts;
  if (!isAdmitted(group, egress)) return openTo(record, record.request.masterInstanceId, freeGroup, egress);
  return go(record, "comparing", nowMs, "the databases are Running; what arrived is looked at");
}

function notArrived(vanished: readonly string[]) {
  return {
    code: "migration-failed",
    text: `RDS gave up restoring ${vanished.join(", ")}: it was listed and is not there any more. See the tasks of the instance in the console.`,
  } as const;
}

function withoutAbsent(record: RestoreRecord, absent: readonly string[]): RestoreRecord {
  return { ...record, leftOnMaster: record.leftOnMaster.filter(({ name }) => !absent.includes(name)) };
}

function watched(record: RestoreRecord, context: DecisionContext): RestoreRecord {
  const { sentAtMs } = databaseRestoreOf(record);
  const call = restoreCall(record, "recovery");
  return withDoubt(record, { call, sentAtMs: sentAtMs ?? context.nowMs, negativeReads: 0 }, context);
}
