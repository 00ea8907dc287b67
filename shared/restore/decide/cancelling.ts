import type { DecisionContext } from "../decision-context";
import type { ReasonCode } from "../model/reasons";
import type { RestoreRecord } from "../model/record";
import type { Status } from "../model/states";
import { type Decision, withdraw } from "../transition";
import { whatIsWritten } from "../what-is-written";

/** When it was cancelled, for people. */
const moments: Readonly<Partial<Record<Status, string>>> = {
  "creating-source": "while the temporary instance was being created",
  verifying: "while checks ran",
  configuring: "while the migration was prepared",
  prechecking: "during the precheck",
  "precheck-failed": "after the precheck failed",
  "awaiting-approval": "before anything was approved",
  starting: "while the write-back started",
  writing: "while DTS wrote",
};

const codes: Readonly<Partial<Record<Status, ReasonCode>>> = {
  starting: "cancelled-while-starting",
  writing: "cancelled-while-migrating",
};

/**
 * A person's cancel of a restore that has a temporary instance and works. It needs no look at the cloud: what was begun is stopped and
 * taken back by `withdrawing`, which looks for itself.
 */
export function cancelWork(record: RestoreRecord, { nowMs, dtsOrder }: DecisionContext): Decision {
  const { status } = record;
  // What was to be stopped is; the instance is kept like that of any other restore that was not verified.
  if (status === "comparing")
    return withdraw(
      { ...record, cancelRequested: false },
      "finished-unverified",
      { code: "comparison-cancelled", text: "The rows are on the master; the comparison was cancelled." },
      nowMs,
    );
  const text = `Cancelled ${moments[status] ?? `in ${status}`}. ${whatIsWritten(record, dtsOrder)}`;
  return withdraw(record, "cancelled", { code: codes[status] ?? "cancelled", text }, nowMs);
}
