import type { DecisionContext } from "../decision-context";
import { withNewAttempt } from "../migration-job";
import type { Command } from "../model/command";
import type { StatedReason } from "../model/reasons";
import type { HandledCommand, RestoreRecord } from "../model/record";
import { type CommandKind, states } from "../model/states";
import { doesNotFit, fits } from "../plan/forecast";
import { needsTwoPeople } from "../plan/two-person-rule";
import { sourceOf } from "../source";
import { lifeEndMs } from "../temporary-instance";
import { conclude, enter, note } from "../transition";

const handledMax = 20;

/**
 * Takes one command of a person into the record. Pure; the engine saves the record and then marks the row. A command that was
 * taken already (its row could not be marked) changes nothing again.
 */
export function takeCommand(
  record: RestoreRecord,
  command: Command,
  context: DecisionContext,
): { record: RestoreRecord; handled: HandledCommand } {
  const before = record.handledCommands.find((entry) => entry.commandId === command.commandId);
  if (before) return { record, handled: before };
  if (!states[record.status].commands.includes(command.kind)) {
    const legal = states[record.status].commands.join(", ") || "nothing";
    return finish(
      record,
      command,
      false,
      `${command.kind} is not possible while ${record.status}; possible: ${legal}.`,
    );
  }
  const taken = take(record, command, context);
  if (typeof taken === "string") return finish(record, command, false, taken);
  const told = note(taken, context.nowMs, `${command.kind} by ${command.by}`);
  return finish(
    told,
    command,
    true,
    states[record.status].commands.includes("cancel") && command.kind === "cancel"
      ? `Cancel ${states[record.status].cancel}.`
      : `${command.kind} is accepted.`,
  );
}

/** The new record, or the sentence of a refusal. */
function take(record: RestoreRecord, command: Command, context: DecisionContext): RestoreRecord | string {
  const handlers: Record<CommandKind, () => RestoreRecord | string> = {
    cancel: () => ({ ...record, cancelRequested: true }),
    release: () => ({ ...record, cancelRequested: true }),
    approve: () => approve(record, command, context),
    reject: () =>
      enter(
        conclude(record, "cancelled", { code: "rejected", text: `Rejected by ${command.by}. Nothing was written.` }),
        "withdrawing",
        context.nowMs,
        `rejected by ${command.by}`,
      ),
    retry: () =>
      enter(
        withNewAttempt(record),
        "configuring",
        context.nowMs,
        "a new attempt: the old job is deleted, a new one is configured",
      ),
    extend: () => extend(record, command, context),
    "confirm-instance": () => confirm(record, command, context),
  };
  return handlers[command.kind]();
}

function approve(record: RestoreRecord, command: Command, context: DecisionContext): RestoreRecord | string {
  if (record.approval) return "The plan is approved already.";
  if (command.planHash !== record.planHash)
    return "The plan changed since it was read, or the hash is not its own: read the restore again and approve what it shows.";
  if (needsTwoPeople(context.twoPersonRule, record.request.writeBack) && command.by === record.requestedBy)
    return "The two-person rule is on: somebody else than the requester approves.";
  if (context.nowMs - command.atMs > context.durations.approvalMaxAgeMs)
    return "The approval was given too long ago; approve again.";
  if (!fits(record, context.nowMs)) return `${doesNotFit(record)} Nothing was written.`;
  return { ...record, approval: { planHash: command.planHash!, by: command.by, atMs: command.atMs } };
}

function extend(record: RestoreRecord, command: Command, context: DecisionContext): RestoreRecord | string {
  const createdAtMs = record.temporaryInstance?.createdAtMs;
  if (createdAtMs === undefined || createdAtMs === null) return "There is no temporary instance to keep.";
  const latestMs = lifeEndMs(record, createdAtMs, context);
  const wantedMs = context.nowMs + (command.keepHours ?? record.request.keepHours) * 3_600_000;
  const keptMs = record.expiresAtMs ?? 0;
  if (latestMs <= keptMs)
    return `It cannot be kept longer: ${sourceOf(record).lifeLimit(record.request)}; it is kept until ${new Date(latestMs).toISOString()}.`;
  if (wantedMs <= keptMs)
    return `It is kept until ${new Date(keptMs).toISOString()} already. Nothing was changed. keepHours counts from now; release gives it up sooner.`;
  return { ...record, expiresAtMs: Math.min(latestMs, wantedMs) };
}

function confirm(record: RestoreRecord, command: Command, context: DecisionContext): RestoreRecord | string {
  const { candidate } = record;
  if (!candidate || command.instanceId !== candidate.id)
    return `The instance in doubt is ${candidate?.id ?? "none"}, not ${command.instanceId}.`;
  if (!command.ours) {
    const reason: StatedReason = {
      code: "instance-not-ours",
      text: `${command.by} said that ${candidate.id} is not of this restore; it was left alone.`,
    };
    return enter(conclude(record, "failed", reason), "closed", context.nowMs, reason.text);
  }
  const temporaryInstance = {
    id: candidate.id,
    origin: "confirmed" as const,
    createdAtMs: candidate.createdAtMs,
    missingSinceMs: null,
  };
  return enter(
    { ...record, temporaryInstance },
    "creating-source",
    context.nowMs,
    `${command.by} confirmed that ${candidate.id} is of this restore`,
  );
}

function finish(
  record: RestoreRecord,
  command: Command,
  accepted: boolean,
  text: string,
): { record: RestoreRecord; handled: HandledCommand } {
  const handled: HandledCommand = { commandId: command.commandId, kind: command.kind, accepted, text };
  return { record: { ...record, handledCommands: [...record.handledCommands, handled].slice(-handledMax) }, handled };
}
