import { createRefused } from "./create-refused";
import type { DecisionContext } from "./decision-context";
import { freshJob, withNewAttempt } from "./migration-job";
import { type CallAnswer, type ChangingCall, type Intent, makesInstance } from "./model/calls";
import type { DatabaseRestoreWay } from "./model/database-restore";
import type { ReasonCode } from "./model/reasons";
import type { RestoreRecord } from "./model/record";
import { databaseRestoreOf, lostRestoreMs, showArriving } from "./restored-databases";
import { sourceOf } from "./source";
import { type Decision, note, stay, withdraw } from "./transition";
import { lostCreate } from "./watched-calls";

/** What an answered call means for the record. The intent is cleared with it, in one save. */
export function recordAnswer(
  record: RestoreRecord,
  call: ChangingCall,
  answer: CallAnswer,
  nowMs: number,
): RestoreRecord {
  const settled: RestoreRecord = { ...record, intent: null, lastRefusal: null };
  switch (call.kind) {
    case "create-temporary-instance":
    case "create-clone":
      return withInstance(settled, answer.instanceId!, lostCreate(record)?.sentAtMs ?? record.intent?.sentAtMs, nowMs);
    case "configure-job":
      return note(
        withJob(settled, {
          jobId: answer.jobId!,
          dtsInstanceId: settled.job?.dtsInstanceId ?? answer.dtsInstanceId ?? null,
          configured: true,
        }),
        nowMs,
        `the migration job ${call.jobName} is configured (${answer.jobId})`,
      );
    case "buy-job":
      return withJob(settled, {
        jobId: answer.jobId ?? call.jobId,
        dtsInstanceId: answer.dtsInstanceId ?? null,
        buySent: call.jobId !== null || (settled.job?.buySent ?? false),
      });
    case "start-job":
      return withJob(settled, { started: true });
    case "create-database":
      return note(settled, nowMs, `the database ${call.name} is created on the master`);
    case "restore-databases": {
      const restore = databaseRestoreOf(settled);
      // The time of the sending, because what is recognised as ours was made after it.
      const sentAtMs = record.intent?.sentAtMs ?? nowMs;
      return note(
        { ...settled, databaseRestore: { ...restore, sentAtMs } },
        nowMs,
        `RDS restores on the master: ${showArriving(restore)}`,
      );
    }
    case "delete-instance":
      return note(settled, nowMs, `RDS deletes the ${sourceOf(record).noun} ${call.instanceId}`);
    case "cover-copied-group":
      return note(
        settled,
        nowMs,
        `the whitelist group ${call.group} of ${call.instanceId}, copied from the master, admits no client now`,
      );
    case "open-addresses":
      return note(settled, nowMs, `our addresses are open on ${call.instanceId}, in the whitelist group ${call.group}`);
    case "close-addresses":
      return note(
        {
          ...settled,
          openings: settled.openings.map((opening) =>
            opening.instanceId === call.instanceId ? { ...opening, state: "closed" } : opening,
          ),
        },
        nowMs,
        `our addresses are closed on ${call.instanceId}`,
      );
    case "allocate-public-connection":
    case "stop-job":
    case "delete-job":
      return settled;
  }
}

/** Refusals that no repetition mends: the restore ends by them. All others are tried again until the state's deadline. */
const finalRefusals: Readonly<Partial<Record<ChangingCall["kind"], ReasonCode>>> = {
  "configure-job": "configure-refused",
  "buy-job": "purchase-refused",
  "create-database": "create-database-refused",
};

/** AllocateInstancePublicConnection where there is an endpoint already: a list that did not show it was behind. */
const endpointExistsCodes = new Set(["OtherEndpoint.Exist", "NetTypeExists"]);

/** What a definite refusal means: nothing was done, the service said why. */
export function recordRefusal(
  record: RestoreRecord,
  call: ChangingCall,
  code: string,
  context: DecisionContext,
): Decision {
  const text = `${call.kind} was refused with ${code}`;
  const refused: RestoreRecord = {
    ...withoutLeaves(record),
    intent: null,
    lastRefusal: { call: call.kind, code, text },
  };
  if (makesInstance(call)) return createRefused(refused, call, code, context);
  if (call.kind === "allocate-public-connection" && endpointExistsCodes.has(code))
    return stay({ ...refused, lastRefusal: null }, context.durations.pollMs);
  if (call.kind === "start-job" && record.status === "configuring") {
    return withdraw(
      refused,
      "failed",
      {
        code: "precheck-not-started",
        text: `DTS refuses to precheck a job that is not bought (${code}). Set REWIND_DTS_ORDER to buy-first.`,
      },
      context.nowMs,
    );
  }
  // The name is taken by a call of ours whose answer was lost: it is waited for, and no other call is tried.
  const isOwnName = code === "InvalidDBName.Duplicate" && lostRestoreMs(record) !== null;
  if (call.kind === "restore-databases" && !instanceBusyCodes.has(code) && !isOwnName)
    return stay(note(withRefusedWay(refused, call.way, code), context.nowMs, `${text} (${call.way})`), 0);
  const final = finalRefusals[call.kind];
  if (final !== undefined) return withdraw(refused, "failed", { code: final, text: `${text}.` }, context.nowMs);
  if (record.lastRefusal?.code === code && record.lastRefusal.call === call.kind)
    return stay(refused, context.durations.pollMs);
  return stay(note(refused, context.nowMs, text), context.durations.pollMs / 4);
}

/** Codes of RecoveryDBInstance and CopyDatabaseBetweenInstances that pass once the instance is Running (rds documentation). */
const instanceBusyCodes = new Set([
  "IncorrectDBInstanceState",
  "IncorrectMasterDBInstanceState",
  "MasterDBInstanceState.NotSupport",
  "OperationDenied.DBInstanceStatus",
]);

/** The other call of RDS is tried next; this one is not sent again. */
function withRefusedWay(record: RestoreRecord, way: DatabaseRestoreWay, code: string): RestoreRecord {
  const restore = databaseRestoreOf(record);
  return { ...record, databaseRestore: { ...restore, refused: [...restore.refused, { way, code }] } };
}

/** Nothing was made: what was listed for this very sending would name things of somebody else. Earlier sendings keep theirs. */
function withoutLeaves(record: RestoreRecord): RestoreRecord {
  const leaves = record.intent?.leaves ?? [];
  return { ...record, leftOnMaster: record.leftOnMaster.filter(({ name }) => !leaves.includes(name)) };
}

/** A passing failure: the call was not done (throttled); it is decided anew later. */
export function recordThrottled(
  record: RestoreRecord,
  retryAfterMs: number | undefined,
  context: DecisionContext,
): Decision {
  return stay({ ...withoutLeaves(record), intent: null }, Math.max(retryAfterMs ?? 0, context.durations.pollMs / 4));
}

/** The call is proven not to have happened, or repeating it is harmless: the record as if it had not been sent. */
export function recordNotHappened(record: RestoreRecord, intent: Intent, nowMs: number): RestoreRecord {
  const settled: RestoreRecord = { ...record, intent: null };
  switch (intent.call.kind) {
    case "create-temporary-instance":
    case "create-clone":
      return note(settled, nowMs, "the lost create left no trace");
    case "configure-job":
      return note(
        withNewAttempt({ ...settled, job: settled.job ?? freshJob(settled.restoreId, 1) }),
        nowMs,
        "the lost configure left no trace; a new attempt follows",
      );
    default:
      return settled;
  }
}

function withInstance(record: RestoreRecord, id: string, askedAtMs: number | undefined, nowMs: number): RestoreRecord {
  const temporaryInstance = {
    ...{ id, origin: "answer" as const, createdAtMs: null, missingSinceMs: null },
    ...(askedAtMs === undefined ? {} : { askedAtMs }),
  };
  return note({ ...record, temporaryInstance }, nowMs, `RDS creates the ${sourceOf(record).noun} ${id}`);
}

function withJob(record: RestoreRecord, change: Partial<NonNullable<RestoreRecord["job"]>>): RestoreRecord {
  return { ...record, job: { ...(record.job ?? freshJob(record.restoreId, 1)), ...change } };
}
