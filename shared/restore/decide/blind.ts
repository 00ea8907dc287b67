import type { CloudError } from "../../cloud/cloud-error";
import { closeCancelled, closeRefused } from "../closing";
import type { DecisionContext } from "../context";
import { deadlineMs, giveUp, isOverdue } from "../deadlines";
import type { StatedReason } from "../reasons";
import { type RestoreRecord, recordTooLarge } from "../record";
import { backOffMs, type Decision, note, stay } from "../transition";
import { whatIsWritten } from "../written";
import { cancelWork } from "./cancelling";
import { decideConfirming } from "./creating";

/**
 * A read failed, so nothing is known, or what was read could not be saved. Passing failures are tried again with growing pauses; a refused
 * read is told once and tried again too, because a permission can be granted; only the state's deadline ends it. What has no room in the
 * record will have none at the next try.
 */
export function decideBlind(record: RestoreRecord, error: CloudError, context: DecisionContext): Decision {
  const { nowMs, durations } = context;
  const text =
    error.service === "functions" ? error.message : `${error.service} ${error.action} failed with ${error.code}`;
  if (record.status === "accepted" || record.status === "waiting") {
    if (record.cancelRequested) return closeCancelled(record, nowMs);
    if (error.kind === "refused")
      return closeRefused(record, { code: "cloud-refused", text: `${text}. Nothing was made.` }, nowMs);
  }
  // To leave an instance in doubt alone needs no look at it.
  const isOver = record.cancelRequested || isOverdue(record, context);
  if (record.status === "confirming-instance" && isOver) return decideConfirming(record, { candidate: null }, context);
  const hasDeadline = deadlineMs(record, durations) !== null;
  if (hasDeadline && record.intent === null && record.temporaryInstance !== null) {
    if (record.cancelRequested) return cancelWork(record, context);
    if (error.code === recordTooLarge) return giveUp(record, tooLarge(record, context), context);
    if (isOverdue(record, context))
      return giveUp(
        record,
        { code: "cloud-unreachable", text: `The deadline passed while the cloud could not be read: ${text}.` },
        context,
      );
  }
  const told = error.kind === "refused" && record.idleRuns === 0 ? note(record, nowMs, text) : record;
  return stay(
    told,
    Math.max(error.details.retryAfterMs ?? 0, backOffMs(record.idleRuns, durations.pollMs / 4, durations.backOffMaxMs)),
  );
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
