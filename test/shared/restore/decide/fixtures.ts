import { freezePlan } from "../../../../shared/restore/decide/freezing";
import type { Command } from "../../../../shared/restore/model/command";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import type { CommandKind } from "../../../../shared/restore/model/states";
import { dtsObjects, plannedDatabases } from "../../../../shared/restore/plan/dts-objects";
import { pendingCommand } from "../../../simulation/sample-records";
import { context, facts, instance, job, nowMs, record, restoreId } from "../samples";

/** The prerequisites are met and the lock is ours. */
export const mine = { prerequisites: facts(), lockHolder: restoreId };
/** A restore that has made nothing yet. */
export const fresh = () =>
  record("accepted", { temporaryInstance: null, job: null, verification: null, expiresAtMs: null });
export const objects = dtsObjects(plannedDatabases(record("prechecking")), "bare");
export const passedJob = job("PreCheckPass", { objects });
/** The plan is frozen and waits for a yes. */
export const awaiting = (overrides: Partial<RestoreRecord> = {}) => ({
  ...freezePlan(record("prechecking"), passedJob, context).record,
  ...overrides,
});
/** The plan is approved, nothing was sent. */
export const approved = (overrides: Partial<RestoreRecord> = {}) => {
  const planned = awaiting();
  return {
    ...planned,
    status: "starting" as const,
    approval: { planHash: planned.planHash!, by: "bob", atMs: nowMs },
    ...overrides,
  };
};
/** What is seen of a job whose precheck has passed. */
export const seenJob = { instance: instance(), job: passedJob, precheckItems: [] };
/** A command of a person, given just now. */
export const given = (kind: CommandKind, overrides: Partial<Command> = {}): Command =>
  pendingCommand({ restoreId, commandId: `c-${kind}`, kind, by: "bob", atMs: nowMs, ...overrides });
