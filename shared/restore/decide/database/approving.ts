import type { DecisionContext } from "../../decision-context";
import type { RestoreRecord } from "../../model/record";
import type { Decision } from "../../transition";
import { awaitApproval } from "../approving";
import { cancelWork } from "../cancelling";

/** awaiting-approval, where RDS restores the databases: nothing was made yet, so there is nothing to look at. */
export function decideAwaitingApprovalOfDatabases(
  record: RestoreRecord,
  _facts: null,
  context: DecisionContext,
): Decision {
  if (record.cancelRequested) return cancelWork(record, context);
  return awaitApproval(record, context);
}
