import type { CloudError } from "../../cloud/cloud-error";
import { closeCancelled, closeRefused } from "../closing";
import { deadlineMs, giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import type { StatedReason } from "../model/reasons";
import { type RestoreRecord, recordTooLarge } from "../model/record";
import { backOffMs, type Decision, note, stay } from "../transition";
import { whatIsWritten } from "../what-is-written";
import { cancelWork } from "./cancelling";
import { decideConfirming } from "./creating";
import { giveUpArriving } from "./database/writing";

/** Why a run knows nothing of the cloud. */
export interface Trouble {
  readonly kind: "passing" | "refused" | "record-too-large" | "crashed";
  /** For people, as a part of a sentence. */
  readonly text: string;
  /** How long the service asks to be left alone, milliseconds. */
  readonly retryAfterMs: number;
}

/** A read failed, or what was read could not be saved. */
export function troubleOf({ service, action, code, kind, details }: CloudError): Trouble {
  const known = code === recordTooLarge ? "record-too-large" : kind === "refused" ? "refused" : "passing";
  return { kind: known, text: `${service} ${action} failed with ${code}`, retryAfterMs: details.retryAfterMs ?? 0 };
}

/** The runs before this one crashed: what they read was too large for the function, or by a bug of ours. */
export function crashed(runs: number): Trouble {
  return { kind: "crashed", text: `${runs} runs in a row crashed`, retryAfterMs: 0 };
}

/**
 * Nothing is known of the cloud. Passing trouble is tried again with growing pauses; a refusal is told once and tried again too, because a
 * permission can be granted; only the state's deadline ends it. What has no room in the record will have none at the next try.
 */
export function decideBlind(record: RestoreRecord, trouble: Trouble, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const { text } = trouble;
  const isRefused = trouble.kind === "refused" || trouble.kind === "record-too-large";
  if (record.status === "accepted" || record.status === "waiting") {
    if (record.cancelRequested) return closeCancelled(record, nowMs);
    if (isRefused) return closeRefused(record, { code: "cloud-refused", text: `${text}. Nothing was made.` }, nowMs);
  }
  // To leave an instance in doubt alone needs no look at it.
  const isOver = record.cancelRequested || isOverdue(record, context);
  if (record.status === "confirming-instance" && isOver) return decideConfirming(record, { candidate: null }, context);
  const hasDeadline = deadlineMs(record, durations) !== null;
  // A restore of databases that was sent is waited for, whatever people ask.
  if (record.status === "writing" && record.databaseRestore)
    return isOverdue(record, context)
      ? giveUpArriving(record, context)
      : stay(record, pauseMs(record, trouble, context));
  const hasBegun = record.temporaryInstance !== null || record.plan !== null;
  if (hasDeadline && record.intent === null && hasBegun) {
    if (record.cancelRequested) return cancelWork(record, context);
    if (trouble.kind === "record-too-large") return giveUp(record, tooLarge(record, context), context);
    if (isOverdue(record, context))
      return giveUp(
        record,
        { code: "cloud-unreachable", text: `The deadline passed while the cloud could not be read: ${text}.` },
        context,
      );
  }
  const told = isRefused && record.idleRuns === 0 ? note(record, nowMs, text) : record;
  return stay(told, pauseMs(record, trouble, context));
}

function pauseMs({ idleRuns }: RestoreRecord, { retryAfterMs }: Trouble, { durations }: DecisionContext): number {
  return Math.max(retryAfterMs, backOffMs(idleRuns, durations.pollMs / 4, durations.backOffMaxMs));
}

function tooLarge(record: RestoreRecord, { dtsOrder }: DecisionContext): StatedReason {
  const written =
    record.status === "comparing"
      ? "The rows are on the master, and not all of them were compared."
      : whatIsWritten(record, dtsOrder);
  return {
    code: "record-too-large",
    text: `What was found of the tables is more than the record of one restore holds. ${written} Ask for fewer tables at once.`,
  };
}
