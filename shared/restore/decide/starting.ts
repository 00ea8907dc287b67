import type { DtsJob } from "../../cloud/dts";
import type { RdsInstance } from "../../cloud/rds";
import type { TableShape } from "../../cloud/sql-server";
import { jobCondition } from "../../cloud/statuses";
import type { DecisionContext } from "../context";
import { plannedLeftovers } from "../leftovers";
import { hashPlan, type PlannedDatabase } from "../plan";
import type { StatedReason } from "../reasons";
import type { LeftObject, RestoreRecord } from "../record";
import { targetObstacle } from "../target-obstacle";
import { type Decision, go, request, stay, withdraw } from "../transition";
import { lifeEndMs } from "./creating";
import { isOurs, isRunning } from "./source";

/**
 * starting: the point of no return. Every run reads everything afresh, compares it with what was approved, and makes at most one
 * of: create the target database, start the write. What may exist on the master is on the record before the call is sent.
 */
export interface StartingFacts {
  readonly instance: RdsInstance | null;
  readonly master: RdsInstance | null;
  readonly job: DtsJob | null;
  /** The master's databases, lower-case name to status. */
  readonly masterDatabases: ReadonlyMap<string, string>;
  /** The master's tables at the places to be written to, before the write is sent; null: they cannot be read, and DTS's precheck decides. */
  readonly masterTables: readonly TableShape[] | null;
}

/** The call after which DTS writes by itself was sent. */
export function isWriteSent(record: RestoreRecord, dtsOrder: DecisionContext["dtsOrder"]): boolean {
  return (dtsOrder === "buy-first" ? record.job?.started : record.job?.buySent) ?? false;
}

/** Bytes per second that a forecast counts on; physical restores are published at up to 20 MB/s, logical copies are slower. */
export const forecastBytesPerSecond = 5 * 1024 * 1024;

export function decideStarting(record: RestoreRecord, facts: StartingFacts, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const running = facts.job && ["migrating", "finished", "failed", "paused"].includes(jobCondition(facts.job.status));
  if (record.cancelRequested)
    return withdraw(
      record,
      "cancelled",
      {
        code: "cancelled-while-starting",
        text: "Cancelled while the write-back started; leftOnMaster lists what may have been written.",
      },
      nowMs,
    );
  if (running) {
    if (isWriteSent(record, context.dtsOrder)) return go(record, "migrating", nowMs, "DTS writes to the master");
    return withdraw(
      record,
      "failed",
      {
        code: "job-started-by-itself",
        text: `The migration job ${record.job?.name} runs although it was not started by us.`,
      },
      nowMs,
    );
  }
  const obstacle = whatChanged(record, facts, context);
  if (obstacle) return withdraw(record, "failed", obstacle, nowMs);
  if (nowMs > record.statusSinceMs + durations.startDeadlineMs) {
    const refusal = record.lastRefusal;
    return withdraw(
      record,
      "failed",
      {
        code: "start-too-slow",
        text: `The write-back could not be started in time${refusal ? `: ${refusal.call} was refused with ${refusal.code}` : ""}.`,
      },
      nowMs,
    );
  }
  return makeDatabases(record, facts, context) ?? startWriting(record, facts, context);
}

/** Compares the world with the approval; the first difference ends it before anything is written. */
function whatChanged(record: RestoreRecord, facts: StartingFacts, context: DecisionContext): StatedReason | null {
  const { nowMs, durations } = context;
  const { plan, approval, planHash } = record;
  if (!plan || !approval || approval.planHash !== planHash || hashPlan(plan) !== planHash)
    return { code: "plan-changed", text: "The approved plan is not the one on the record." };
  if (nowMs - approval.atMs > durations.approvalMaxAgeMs)
    return { code: "approval-too-old", text: "The approval is too old; ask again and approve again." };
  if (!facts.instance || !isOurs(record, facts.instance) || !isRunning(facts.instance))
    return {
      code: "source-released",
      text: `The temporary instance ${plan.temporaryInstanceId} is not there, not ours, or not Running any more.`,
    };
  if (!facts.master || !isRunning(facts.master))
    return {
      code: "master-not-running",
      text: `The master is ${facts.master?.status ?? "not found"}; nothing is written to it.`,
    };
  if (facts.master.lockMode !== "" && facts.master.lockMode.toLowerCase() !== "unlock")
    return { code: "master-locked", text: `The master is locked (${facts.master.lockMode}).` };
  if (
    facts.master.engineVersion !== record.master?.engineVersion ||
    (facts.master.collation ?? "") !== record.master.collation
  )
    return { code: "master-changed", text: "The master's version or collation changed since the plan was made." };
  if (!facts.job || facts.job.jobId !== plan.jobId)
    return { code: "job-deleted", text: `The migration job ${plan.jobName} is not there any more.` };
  if (facts.job.objects !== null && facts.job.objects !== plan.dtsObjects)
    return {
      code: "job-edited",
      text: `The objects of the migration job ${plan.jobName} were edited after the approval.`,
    };
  const taken = plan.databases.find(
    (database) =>
      database.createsDatabase &&
      facts.masterDatabases.has(database.targetDatabase.toLowerCase()) &&
      !isMade(record, database),
  );
  if (taken)
    return {
      code: "target-exists",
      text: `The master has a database ${taken.targetDatabase} by now; nothing was written.`,
    };
  if (facts.masterTables && !isWriteSent(record, context.dtsOrder)) {
    const obstacle = targetObstacle(plan.mode, plan.databases, facts.masterTables);
    if (obstacle) return obstacle;
  }
  const forecastMs = ((record.verification?.sizeBytes ?? 0) / forecastBytesPerSecond) * 1000;
  if (nowMs + forecastMs > lifeEndMs(plan.temporaryInstanceCreatedAtMs, context))
    return {
      code: "forecast-does-not-fit",
      text: "The migration would not end before RDS releases the temporary instance; ask for a new restore.",
    };
  return null;
}

function isMade(record: RestoreRecord, database: PlannedDatabase): boolean {
  return record.leftOnMaster.some((left) => left.kind === "database" && left.name === database.targetDatabase);
}

function makeDatabases(record: RestoreRecord, facts: StartingFacts, context: DecisionContext): Decision | null {
  for (const database of record.plan!.databases) {
    if (!database.createsDatabase) continue;
    const status = facts.masterDatabases.get(database.targetDatabase.toLowerCase());
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

function startWriting(record: RestoreRecord, facts: StartingFacts, context: DecisionContext): Decision {
  const job = record.job!;
  const jobId = facts.job!.jobId;
  const leaving = withLeft(record, plannedLeftovers(record));
  if (context.dtsOrder === "buy-first") {
    if (job.started)
      return go(record, "prechecking", context.nowMs, "the job is started: DTS prechecks and then writes");
    return request(leaving, { kind: "start-job", jobId });
  }
  if (job.dtsInstanceId === null)
    return request({ ...leaving, job: { ...job, buySent: true } }, { kind: "buy-job", jobId, autoStart: true });
  // Bought with AutoStart: it starts by itself; only if it does not, it is started by hand.
  if (context.nowMs < record.statusSinceMs + context.durations.settleMs)
    return stay(record, context.durations.pollMs / 4);
  return request(leaving, { kind: "start-job", jobId });
}

/** Adds what is not listed yet. */
export function withLeft(record: RestoreRecord, left: readonly LeftObject[]): RestoreRecord {
  const known = new Set(record.leftOnMaster.map((entry) => entry.name));
  return { ...record, leftOnMaster: [...record.leftOnMaster, ...left.filter((entry) => !known.has(entry.name))] };
}
