import type { TableDefinition } from "../../emulator/data/table-definition";
import type { Command } from "../../shared/restore/model/command";
import type { RestoreRecord } from "../../shared/restore/model/record";
import { newRecord } from "../../shared/restore/request/new-record";
import type { RestoreRequest } from "../../shared/restore/request/request";

/** What every scene begins with: the smallest table with a key, a restore that ann has asked for, a command of a person. */

export function tableOf(name: string, more: Partial<TableDefinition> = {}): TableDefinition {
  return {
    schema: "dbo",
    name,
    columns: [
      { name: "Id", type: { name: "int" }, nullable: false },
      { name: "Text", type: { name: "nvarchar", length: 50 }, nullable: true },
    ],
    primaryKey: { name: `PK_${name}`, columns: ["Id"] },
    uniqueConstraints: [],
    foreignKeys: [],
    triggers: [],
    ...more,
  };
}

/** The source of restores that are put into a later state. */
export const chosenNative: NonNullable<RestoreRecord["source"]> = {
  kind: "native",
  because: "The request leaves no other.",
  cost: "Free of charge.",
  others: [],
};

export function askedByAnn(restoreId: string, request: RestoreRequest, nowMs: number): RestoreRecord {
  return newRecord({
    restoreId,
    request,
    requestedBy: "ann",
    origin: "person",
    automaticApprovalAllowed: false,
    nowMs,
  });
}

/** @param given what it is: at least its restore, id, kind, giver and time */
export function pendingCommand(
  given: Pick<Command, "restoreId" | "commandId" | "kind" | "by" | "atMs"> & Partial<Command>,
): Command {
  return { planHash: null, keepHours: null, instanceId: null, ours: null, state: "pending", text: null, ...given };
}
