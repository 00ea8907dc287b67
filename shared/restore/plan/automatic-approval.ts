import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import { writeBackOf } from "../write-back";

/**
 * Automatic approval is a role's right, and never for an alert, an adopted instance, data that nobody looked at, or a mode that writes into
 * live tables. It is nobody's where it takes two people.
 * @returns why a person has to approve, half a sentence; null: nobody has to
 */
export function whyNotAutomatic(record: RestoreRecord, { twoPersonRule }: DecisionContext): string | null {
  if (record.request.approval !== "automatic") return "it was not asked for";
  if (twoPersonRule === "always") return "it takes two people";
  if (!record.automaticApprovalAllowed) return "the requester's role does not allow it";
  if (record.origin !== "person") return "an alert asked for it";
  if (record.temporaryInstance?.origin !== "answer") return "the temporary instance was confirmed by hand";
  if (writeBackOf(record.request.writeBack).addsRows) return "rows are added to live tables";
  return record.verification?.route === "copy-first" ? "the data could not be looked at" : null;
}
