import { meansNoInstance } from "../cloud/statuses";
import { closeRefused } from "./closing";
import type { DecisionContext } from "./decision-context";
import type { CreatingCall } from "./model/calls";
import type { ReasonCode, StatedReason } from "./model/reasons";
import type { RestoreRecord } from "./model/record";
import { sourceOf } from "./source";
import { type Decision, note, stay } from "./transition";
import { lostCreate } from "./watched-calls";

/**
 * Codes after which the master is simply not free yet (documentation of CreateTempDBInstance and CloneDBInstance, error tables). A lock that
 * came after the prerequisites were read is theirs to judge, too.
 */
const masterBusyCodes = new Set([
  "OperationDenied.LockMode",
  "OperationDenied.TempDBInstanceExists",
  "OperationDenied.DBInstanceStatus",
  "OperationDenied.BackupJobExists",
  "OperationDenied.BackupStatus",
  "IncorrectDBInstanceState",
]);

/** Other codes whose reason is their own. The service decides which versions it serves, not its documents. */
const knownCauses = new Map<string, ReasonCode>([
  ...[
    "OperationDenied.CurrentEngineVersion",
    "OperationDenied.DBInstanceEngine",
    "OperationDenied.DBInstanceType",
    "UnsupportedOperation",
    "Api.NotSupport",
  ].map((code) => [code, "version-refused"] as const),
  ...["OperationDenied.ZoneResource", "InvalidDBInstanceClass.Offline", "UnsupportedClassCode"].map(
    (code) => [code, "class-sold-out"] as const,
  ),
]);

/** The creating call was refused: nothing was done by it. */
export function createRefused(
  record: RestoreRecord,
  call: CreatingCall,
  code: string,
  context: DecisionContext,
): Decision {
  const { nowMs, durations } = context;
  const { noun } = sourceOf(record);
  const lost = lostCreate(record);
  // Sent again with the token of a lost call: the refusal tells nothing of the first sending, which is still to be settled.
  if (call.kind === "create-clone" && lost) return stay({ ...record, intent: lost }, durations.pollMs);
  // accepted looks again and waits for what occupies the master.
  if (masterBusyCodes.has(code))
    return stay(note(record, nowMs, `the master is not free for a ${noun} yet (${code})`), durations.pollMs);
  return closeRefused(record, causeOf(record, noun, code), nowMs);
}

function causeOf(record: RestoreRecord, noun: string, code: string): StatedReason {
  if (meansNoInstance(code))
    return {
      code: "master-not-found",
      text: `${record.request.masterInstanceId} is gone (${code}). Nothing was made.`,
    };
  const known = knownCauses.get(code);
  if (known === "version-refused")
    return { code: known, text: `RDS refuses a ${noun} for this version or edition (${code}).` };
  return { code: known ?? "create-refused", text: `RDS refused the ${noun} with ${code}. Nothing was made.` };
}
