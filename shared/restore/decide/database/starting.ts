import type { RdsDatabase, RdsInstance } from "../../../cloud/rds";
import { listedByName, showName } from "../../../object-name";
import { giveUp, isOverdue } from "../../deadlines";
import type { DecisionContext } from "../../decision-context";
import { withLeft } from "../../leftovers";
import type { StatedReason } from "../../model/reasons";
import type { RestoreRecord } from "../../model/record";
import { databaseRestoreOf, lostRestoreMs, nextWay, restoreCall, restoredLeftovers } from "../../restored-databases";
import { type Decision, goAndWait, request, withdraw } from "../../transition";
import { whatIsWritten } from "../../what-is-written";
import { approvalObstacle } from "../approved";
import { cancelWork } from "../cancelling";
import { lookAgain, notMissed, theMaster } from "../second-look";

/**
 * starting, where RDS restores the databases. Everything is read afresh and compared with what was approved, then one call is sent. A call that
 * RDS refused is not sent again, and the other one is tried; one whose outcome is unknown is read back before anything else is sent.
 */
export interface StartingDatabaseFacts {
  readonly master: RdsInstance | null;
  readonly masterDatabases: readonly Pick<RdsDatabase, "name" | "status">[];
}

export function decideStartingDatabases(
  record: RestoreRecord,
  facts: StartingDatabaseFacts,
  context: DecisionContext,
): Decision {
  const { nowMs } = context;
  const restore = databaseRestoreOf(record);
  // RDS cannot take it back: a cancel waits for what arrives, too.
  if (restore.sentAtMs !== null)
    return goAndWait(record, "writing", context, "RDS restores the databases on the master");
  const sentAtMs = lostRestoreMs(record);
  if (sentAtMs !== null && isTaken(record, facts)) {
    const found = { ...record, databaseRestore: { ...restore, sentAtMs } };
    return goAndWait(found, "writing", context, "the restore whose answer was lost has come to the master");
  }
  if (record.cancelRequested) return cancelWork(record, context);
  const written = whatIsWritten(record, context.dtsOrder);
  const again = facts.master ? null : lookAgain(record, theMaster, context);
  if (again) return again;
  const current = notMissed(record);
  const obstacle = approvalObstacle(current, facts.master, context) ?? takenName(current, facts);
  if (obstacle) return withdraw(current, "failed", { ...obstacle, text: `${obstacle.text} ${written}` }, nowMs);
  const way = nextWay(restore);
  if (way === null) return withdraw(current, "failed", refusedByBoth(current, written), nowMs);
  if (isOverdue(current, context)) {
    const { lastRefusal } = current;
    const why = lastRefusal ? `: ${lastRefusal.text}` : "";
    return giveUp(
      current,
      { code: "start-too-slow", text: `The write-back could not be started in time${why}. ${written}` },
      context,
    );
  }
  return request(withLeft(current, restoredLeftovers(current, sentAtMs ?? nowMs)), restoreCall(current, way));
}

/** Read as free just before sending: what has the name later is ours, because the name carries the restore id. */
function takenName(record: RestoreRecord, facts: StartingDatabaseFacts): StatedReason | null {
  const taken = isTaken(record, facts);
  return taken ? { code: "target-exists", text: `The master has a database ${showName(taken.newName)} by now.` } : null;
}

function isTaken(record: RestoreRecord, { masterDatabases }: StartingDatabaseFacts) {
  const present = listedByName(masterDatabases);
  return databaseRestoreOf(record).names.find(({ newName }) => present.has(newName));
}

function refusedByBoth(record: RestoreRecord, written: string): StatedReason {
  const codes = databaseRestoreOf(record)
    .refused.map(({ way, code }) => `${callOf[way]} with ${code}`)
    .join(", ");
  return {
    code: "database-restore-refused",
    text: `RDS refused to restore the databases into ${record.request.masterInstanceId}: ${codes}. ${written} A clone of the instance needs neither call.`,
  };
}

const callOf = { recovery: "RecoveryDBInstance", copy: "CopyDatabaseBetweenInstances" } as const;
