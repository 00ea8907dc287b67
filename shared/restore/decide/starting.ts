import type { DtsJob } from "../../cloud/dts";
import type { RdsDatabase, RdsInstance } from "../../cloud/rds";
import type { TableShape } from "../../cloud/sql-server";
import { hasBegunToWrite } from "../../cloud/statuses";
import { listedByName, showName } from "../../object-name";
import { giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import { plannedLeftovers, withLeft } from "../leftovers";
import type { StatedReason } from "../model/reasons";
import type { RestoreRecord } from "../model/record";
import { doesNotFit, forecastMs } from "../plan/forecast";
import { editOf } from "../plan/job-edits";
import type { PlannedDatabase } from "../plan/plan";
import { namesNeeded } from "../plan/plan-facts";
import { type FoundObject, takenName } from "../plan/taken-names";
import { changedKey } from "../plan/target-key";
import { targetObstacle } from "../plan/target-obstacle";
import { isRunning, lifeEndMs, seen } from "../temporary-instance";
import { type Decision, goAndWait, note, request, stay, withdraw } from "../transition";
import { isWriteSent, whatIsWritten, whatSomebodyElseWrote } from "../what-is-written";
import { writeBackOf } from "../write-back";
import { approvalObstacle } from "./approved";
import { cancelWork } from "./cancelling";
import { decideOnSource } from "./lost-source";
import { decideOnMissingJob, goWriting } from "./prechecking";
import { lookAgain, notMissed, theMaster } from "./second-look";

/**
 * starting: the point of no return. Every run reads everything afresh, compares it with what was approved, and makes at most one
 * of: create the target database, start the write. What may exist on the master is on the record before the call is sent.
 */
export interface StartingFacts {
  readonly instance: RdsInstance | null;
  readonly master: RdsInstance | null;
  readonly job: DtsJob | null;
  readonly masterDatabases: readonly Pick<RdsDatabase, "name" | "status" | "characterSet">[];
  /** The master's tables at the places to be written to, before the write is sent; null: they cannot be read, and DTS's precheck decides. */
  readonly masterTables: readonly TableShape[] | null;
  /** Objects of the master that have a name which the tables to be made need; left out: none were looked for. */
  readonly masterObjects?: readonly FoundObject[];
}

export function decideStarting(record: RestoreRecord, facts: StartingFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const written = whatIsWritten(record, context.dtsOrder);
  const running = facts.job && hasBegunToWrite(facts.job.status);
  if (record.cancelRequested) return cancelWork(record, context);
  if (running) {
    if (isWriteSent(record, context.dtsOrder))
      return goWriting(record, facts.job!, "DTS writes to the master", context);
    return withdraw(
      withLeft(record, plannedLeftovers(record)),
      "failed",
      {
        code: "job-started-by-itself",
        text: `The migration job ${record.job?.name} runs although it was not started by us; it is stopped and deleted. ${whatSomebodyElseWrote(record)}`,
      },
      nowMs,
    );
  }
  const lost = decideOnSource(record, facts.instance, context);
  if (lost) return lost;
  if (!facts.job) return decideOnMissingJob(seen(record), written, context);
  const again = facts.master ? null : lookAgain(seen(record), theMaster, context);
  if (again) return again;
  const current: RestoreRecord = { ...notMissed(seen(record)), job: { ...record.job!, missingSinceMs: null } };
  const obstacle = whatChanged(current, facts, facts.job, context);
  if (obstacle) return withdraw(current, "failed", { ...obstacle, text: `${obstacle.text} ${written}` }, nowMs);
  if (isOverdue(current, context)) {
    const refusal = current.lastRefusal;
    const why = refusal ? `: ${refusal.call} was refused with ${refusal.code}` : "";
    const text = `The write-back could not be started in time${why}. ${written}`;
    return giveUp(current, { code: "start-too-slow", text }, context);
  }
  const awaited = whatIsAwaited(current, facts, facts.job);
  if (awaited) return stay(current.idleRuns === 0 ? note(current, nowMs, awaited) : current, durations.pollMs / 4);
  return makeDatabases(current, facts, context) ?? startWriting(current, facts.job, context);
}

/** What must be seen before anything is written, and cannot be seen now; it is waited for until the state's deadline. */
function whatIsAwaited(record: RestoreRecord, facts: StartingFacts, job: DtsJob): string | null {
  if (!isRunning(facts.instance!)) return `the temporary instance is ${facts.instance!.status}; it is waited for`;
  if (job.objects === null) return "DTS does not tell which objects the job would copy; it is asked again";
  // If the plan saw the tables, read them again before writing: a trigger or a table may have been added.
  if (facts.masterTables === null && !record.target?.unseen)
    return "the master's tables cannot be read at the moment; it is tried again";
  return null;
}

/** Compares the world with the approval; the first difference ends it before anything is written, and so does the operators' stop. */
function whatChanged(
  record: RestoreRecord,
  facts: StartingFacts,
  job: DtsJob,
  context: DecisionContext,
): StatedReason | null {
  const obstacle = approvalObstacle(record, facts.master, context);
  if (obstacle) return obstacle;
  const plan = record.plan!;
  if (job.jobId !== plan.jobId)
    return { code: "job-deleted", text: `The migration job ${plan.jobName} is not there any more.` };
  const edit = job.objects === null ? null : editOf(record, job, plan.dtsObjects!);
  if (edit)
    return {
      code: "job-edited",
      text: `Of the migration job ${plan.jobName}, ${edit} changed after the approval: somebody edited it.`,
    };
  const present = listedByName(facts.masterDatabases);
  const taken = plan.databases.find(
    (database) => database.createsDatabase && present.has(database.targetDatabase) && !isMade(record, database),
  );
  if (taken)
    return {
      code: "target-exists",
      text: `The master has a database ${showName(taken.targetDatabase)} by now.`,
    };
  const altered = plan.databases.find((database) => !database.createsDatabase && isAltered(database, record, facts));
  if (altered)
    return {
      code: "master-changed",
      text: `The database ${showName(altered.targetDatabase)}, into which rows were to be written, is not on the master any more, or has another collation.`,
    };
  if (facts.masterTables && !isWriteSent(record, context.dtsOrder)) {
    const obstacle = targetObstacle(plan.mode, plan.databases, facts.masterTables);
    if (obstacle) return obstacle;
    const { addsRows } = writeBackOf(plan.mode);
    const taken = takenName(namesNeeded(record), facts.masterObjects ?? []);
    if (taken) return taken;
    const changed = addsRows ? changedKey(record.target?.keys ?? [], plan.databases, facts.masterTables) : null;
    if (changed) return changed;
  }
  if (context.nowMs + forecastMs(record) > lifeEndMs(record, plan.temporaryInstanceCreatedAtMs!, context))
    return { code: "forecast-does-not-fit", text: doesNotFit(record) };
  return null;
}

/** Where it could not be listed for the plan, its collation was not known. */
function isAltered(
  { targetDatabase, characterSet }: PlannedDatabase,
  record: RestoreRecord,
  facts: StartingFacts,
): boolean {
  const now = listedByName(facts.masterDatabases).find(targetDatabase);
  const wasListed = listedByName(record.master?.databases ?? []).has(targetDatabase);
  return now === undefined || (wasListed && now.characterSet !== characterSet);
}

function isMade(record: RestoreRecord, database: PlannedDatabase): boolean {
  return record.leftOnMaster.some((left) => left.kind === "database" && left.name === database.targetDatabase);
}

function makeDatabases(record: RestoreRecord, facts: StartingFacts, context: DecisionContext): Decision | null {
  const present = listedByName(facts.masterDatabases);
  for (const database of record.plan!.databases) {
    if (!database.createsDatabase) continue;
    const status = present.find(database.targetDatabase)?.status;
    if (status === undefined) {
      return request(
        withLeft(
          record,
          plannedLeftovers(record).filter((left) => left.name === database.targetDatabase),
        ),
        {
          kind: "create-database",
          instanceId: record.request.masterInstanceId,
          name: database.targetDatabase,
          characterSet: database.characterSet,
        },
      );
    }
    if (status.toLowerCase() !== "running") return stay(record, context.durations.pollMs / 4);
  }
  return null;
}

function startWriting(record: RestoreRecord, { jobId }: DtsJob, context: DecisionContext): Decision {
  const job = record.job!;
  const leaving = withLeft(record, plannedLeftovers(record));
  if (context.dtsOrder === "buy-first") {
    if (job.started)
      return goAndWait(record, "prechecking", context, "the job is started: DTS prechecks and then writes");
    return request(leaving, { kind: "start-job", jobId });
  }
  if (job.dtsInstanceId === null)
    return request({ ...leaving, job: { ...job, buySent: true } }, { kind: "buy-job", jobId, autoStart: true });
  // Bought with AutoStart: it starts by itself; only if it does not, it is started by hand.
  if (context.nowMs < record.statusSinceMs + context.durations.settleMs)
    return stay(record, context.durations.pollMs / 4);
  return request(leaving, { kind: "start-job", jobId });
}
