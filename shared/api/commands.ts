import * as z from "zod";
import { nudge } from "../engine/nudging";
import type { Command } from "../restore/model/command";
import { makeCommandId } from "../restore/model/names";
import type { RestoreRecord } from "../restore/model/record";
import { type CommandKind, states } from "../restore/model/states";
import { actorOf } from "../restore/transition";
import type { ApiDependencies } from "./api-dependencies";
import { type HttpRequest, type HttpResponse, json, parseBody, traceparentOf } from "./http";
import type { Caller } from "./identity";
import { presentCommand } from "./presentation";
import { Problem } from "./problem";
import { readRecord } from "./restores";
import { whyNotSecondPerson } from "./second-person";

const commandIdPattern = /^c[0-9a-z]{14}$/;

/** Commands that may wait for one restore at a time. */
const pendingMax = 20;

/** The body of each command. */
export const commandBodies = {
  approve: z.strictObject({
    planHash: z.string().regex(/^[0-9a-f]{64}$/, "is no hash of a plan. Send the planHash that the restore shows."),
  }),
  reject: z.strictObject({}),
  cancel: z.strictObject({}),
  retry: z.strictObject({}),
  release: z.strictObject({}),
  extend: z.strictObject({ keepHours: z.number().min(1).max(47) }),
  "confirm-instance": z.strictObject({ instanceId: z.string().min(1).max(100), ours: z.boolean() }),
} satisfies Record<CommandKind, z.ZodType>;

/**
 * POST /restores/{restoreId}/{command}: a row of its own, answered 202; the engine takes it when no run holds the restore. What is plainly
 * impossible is refused at once, the engine judges again. @throws Problem
 */
export async function giveCommand(
  deps: ApiDependencies,
  request: HttpRequest,
  caller: Caller,
  restoreId: string,
  kind: CommandKind,
): Promise<HttpResponse> {
  const body = parseBody(commandBodies[kind] as z.ZodType<Record<string, unknown>>, request.body);
  const record = await readRecord(deps, caller, restoreId);
  if (!states[record.status].commands.includes(kind)) {
    const possible = states[record.status].commands.join(", ") || "nothing";
    throw new Problem(
      "command-not-possible",
      `${kind} is not possible while the restore is ${record.status}; possible: ${possible}. Nothing was changed.`,
      { restoreStatus: record.status },
    );
  }
  if (kind === "approve") checkApproval(deps, caller, record, body["planHash"]);
  const pending = (await deps.store.listCommands(restoreId)).filter((command) => command.state === "pending");
  if (pending.length >= pendingMax)
    throw new Problem(
      "too-many-commands",
      `${pending.length} commands wait for ${restoreId}; look at what becomes of them first.`,
    );
  const nowMs = deps.clock.nowMs();
  const command: Command = {
    restoreId,
    commandId: makeCommandId(nowMs, deps.random),
    kind,
    by: caller.subject,
    atMs: nowMs,
    planHash: typeof body["planHash"] === "string" ? body["planHash"] : null,
    keepHours: typeof body["keepHours"] === "number" ? body["keepHours"] : null,
    instanceId: typeof body["instanceId"] === "string" ? body["instanceId"] : null,
    ours: typeof body["ours"] === "boolean" ? body["ours"] : null,
    state: "pending",
    text: null,
  };
  await deps.store.addCommand(command);
  const actor = actorOf(record);
  if (actor) await nudge({ ...deps, traceparent: traceparentOf(request) }, actor, restoreId);
  return json(202, presentCommand(command), { location: `/restores/${restoreId}/commands/${command.commandId}` });
}

function checkApproval(deps: ApiDependencies, caller: Caller, record: RestoreRecord, given: unknown): void {
  if (!deps.settings.acceptsWriteBacks)
    throw new Problem(
      "write-backs-stopped",
      "The operators stopped write-backs (acceptWriteBacks). Nothing was approved. The restore keeps waiting until its deadline; approve later.",
    );
  if (given !== record.planHash)
    throw new Problem(
      "plan-hash-mismatch",
      "The plan changed since it was read. Read the restore again and approve what it shows. Nothing was approved.",
    );
  const why = whyNotSecondPerson(caller, record, deps.settings.twoPersonRule);
  if (why !== null) throw new Problem("two-person-rule", `${why} Nothing was approved.`);
}

/** GET /restores/{restoreId}/commands/{commandId}: what became of it. */
export async function readCommand(
  deps: ApiDependencies,
  caller: Caller,
  restoreId: string,
  commandId: string,
): Promise<HttpResponse> {
  const record = await readRecord(deps, caller, restoreId);
  const command = commandIdPattern.test(commandId) ? await deps.store.readCommand(restoreId, commandId) : null;
  if (!command)
    throw new Problem("not-found", `The restore ${restoreId.slice(0, 40)} has no command ${commandId.slice(0, 40)}.`);
  return json(200, presentCommand(command.state === "pending" ? asHandled(record, command) : command));
}

/** The record knows first: a command's row is marked after it, or not at all where the function crashed or the restore was closed. */
function asHandled({ handledCommands, status }: RestoreRecord, command: Command): Command {
  const handled = handledCommands.find((entry) => entry.commandId === command.commandId);
  if (handled) return { ...command, state: handled.accepted ? "accepted" : "refused", text: handled.text };
  return status === "closed"
    ? { ...command, state: "refused", text: "The restore was over before the command was taken. Nothing was changed." }
    : command;
}
