import { decideAccepted } from "../../../../../shared/restore/decide/accepting";
import type { RestoreRecord } from "../../../../../shared/restore/model/record";
import { context, facts, master, minute, nowMs, request, restoreId } from "../../samples";
import { fresh } from "../fixtures";

export const modern = master({ engineVersion: "2019_std_ha", category: "HighAvailability" });
export const newName = "shop_r0mi3k2x9aabc123";

/** The prerequisites of a master of 2019 are met, and the lock is ours. */
export const mine = { prerequisites: facts({ master: modern }), lockHolder: restoreId };

/** The plan is frozen before anything was made. */
export function awaiting(overrides: Partial<RestoreRecord> = {}): RestoreRecord {
  const asked = {
    ...fresh(),
    source: null,
    target: null,
    automaticApprovalAllowed: true,
    request: request(overrides.request ?? {}),
  };
  return { ...decideAccepted(asked, mine, context).record, ...overrides };
}

/** Approved, and nothing was sent. */
export function approved(overrides: Partial<RestoreRecord> = {}): RestoreRecord {
  const planned = awaiting();
  const approval = { planHash: planned.planHash!, by: "bob", atMs: nowMs };
  return { ...planned, status: "starting", approval, ...overrides };
}

/** RDS took the call a minute ago. */
export function restoring(overrides: Partial<RestoreRecord> = {}): RestoreRecord {
  const record = approved();
  return {
    ...record,
    status: "writing",
    databaseRestore: { ...record.databaseRestore!, sentAtMs: nowMs - minute },
    leftOnMaster: [{ kind: "database", name: newName, sizeBytes: null, sql: "DROP" }],
    ...overrides,
  };
}
