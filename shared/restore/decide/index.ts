import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import type { Status } from "../model/states";
import { type OwnDecision, sourceOf } from "../source";
import type { Decision } from "../transition";
import { type AcceptingFacts, decideAccepted, decideWaiting, type InLine } from "./accepting";
import { decideAwaitingApproval } from "./approving";
import { type ComparingFacts, decideComparing } from "./comparing";
import { type ConfiguringFacts, decideConfiguring } from "./configuring";
import { type ConfirmingFacts, type CreatingFacts, decideConfirming, decideCreating } from "./creating";
import { decideAwaitingApprovalOfDatabases } from "./database/approving";
import { decideStartingDatabases, type StartingDatabaseFacts } from "./database/starting";
import { decideWritingDatabases, type WritingDatabaseFacts } from "./database/writing";
import { decideCleaningUp, decideHolding, type EndingFacts } from "./ending";
import { decidePrecheckFailed, decidePrechecking, type JobFacts } from "./prechecking";
import { decideStarting, type StartingFacts } from "./starting";
import { decideVerifying, type VerifyingFacts } from "./verifying";
import { decideWatch, type WatchFacts } from "./watching";
import { decideWithdrawing, type WithdrawingFacts } from "./withdrawing";
import { decideWriting } from "./writing";

/** A state as it is decided: a source may have decisions of its own for some of them. */
export type Decided = Status | OwnDecision;

/** Which decision the record's state takes, by the row of its source. */
export function decidedAs(record: RestoreRecord): Decided {
  return (record.source && sourceOf(record).decides[record.status]) ?? record.status;
}

/** What must be observed for each decision. */
export interface FactsOf extends Record<Decided, unknown> {
  accepted: AcceptingFacts;
  waiting: AcceptingFacts | InLine;
  "creating-source": CreatingFacts;
  "confirming-instance": ConfirmingFacts;
  verifying: VerifyingFacts;
  configuring: ConfiguringFacts;
  prechecking: JobFacts;
  "precheck-failed": JobFacts;
  "awaiting-approval": JobFacts;
  starting: StartingFacts;
  writing: JobFacts;
  comparing: ComparingFacts;
  withdrawing: WithdrawingFacts;
  holding: EndingFacts;
  "cleaning-up": EndingFacts;
  closed: WatchFacts;
  "database/awaiting-approval": null;
  "database/starting": StartingDatabaseFacts;
  "database/writing": WritingDatabaseFacts;
  "database/comparing": ComparingFacts;
}

type Decider<S extends Decided> = (record: RestoreRecord, facts: FactsOf[S], context: DecisionContext) => Decision;

/** One pure decision per state, and per state that a source decides otherwise. */
export const deciders: { readonly [S in Decided]: Decider<S> } = {
  accepted: decideAccepted,
  waiting: decideWaiting,
  "creating-source": decideCreating,
  "confirming-instance": decideConfirming,
  verifying: decideVerifying,
  configuring: decideConfiguring,
  prechecking: decidePrechecking,
  "precheck-failed": decidePrecheckFailed,
  "awaiting-approval": decideAwaitingApproval,
  starting: decideStarting,
  writing: decideWriting,
  comparing: decideComparing,
  withdrawing: decideWithdrawing,
  holding: decideHolding,
  "cleaning-up": decideCleaningUp,
  closed: decideWatch,
  "database/awaiting-approval": decideAwaitingApprovalOfDatabases,
  "database/starting": decideStartingDatabases,
  "database/writing": decideWritingDatabases,
  "database/comparing": decideComparing,
};

/** What happens next, from the record and what was observed for its decision. */
export function decide<S extends Decided>(
  decided: S,
  record: RestoreRecord,
  facts: FactsOf[S],
  context: DecisionContext,
): Decision {
  return deciders[decided](record, facts, context);
}
