import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import { writeBackOf } from "../write-back";

/**
 * Automatic approval needs a role that allows it. It is not possible for an alert, an instance confirmed by hand, data that was not looked at,
 * or a mode that adds rows to live tables. It is disabled under the two-person rule `always`.
 * @returns why a person has to approve, as a part of a sentence; null: no person has to
 */
export function whyNotAutomatic(record: RestoreRecord, { twoPersonRule }: DecisionContext): string | null {
  if (record.request.approval !== "automatic") return "it was not asked for";
  if (twoPersonRule === "always") return "it takes two people";
  if (!record.automaticApprovalAllowed) return "the requester's role does not allow it";
  if (record.origin !== "person") return "an alert asked for it";
  if (record.databaseRestore) return "the data could not be looked at";
  if (record.temporaryInstance?.origin !== "answer") return "the temporary instance was confirmed by hand";
  if (writeBackOf(record.request.writeBack).addsRows) return "rows are added to live tables";
  return record.verification?.route === "copy-first" ? "the data could not be looked at" : null;
}
