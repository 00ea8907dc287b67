import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import type { Status } from "../model/states";
import type { Decision } from "../transition";
import { type AcceptingFacts, decideAccepted, decideWaiting, type InLine } from "./accepting";
import { decideAwaitingApproval } from "./approving";
import { type ComparingFacts, decideComparing } from "./comparing";
import { type ConfiguringFacts, decideConfiguring } from "./configuring";
import { type ConfirmingFacts, type CreatingFacts, decideConfirming, decideCreating } from "./creating";
import { decideCleaningUp, decideHolding, type EndingFacts } from "./ending";
import { decidePrecheckFailed, decidePrechecking, type JobFacts } from "./prechecking";
import { decideStarting, type StartingFacts } from "./starting";
import { decideVerifying, type VerifyingFacts } from "./verifying";
import { decideWatch, type WatchFacts } from "./watching";
import { decideWithdrawing, type WithdrawingFacts } from "./withdrawing";
import { decideWriting } from "./writing";

/** What must be observed in each state before it can be decided. */
export interface FactsOf extends Record<Status, unknown> {
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
}

type Decider<S extends Status> = (record: RestoreRecord, facts: FactsOf[S], context: DecisionContext) => Decision;

/** One pure decision per state. */
export const deciders: { readonly [S in Status]: Decider<S> } = {
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
};

/** What happens next, from the record and what was observed for its state. */
export function decide<S extends Status>(
  record: RestoreRecord & { readonly status: S },
  facts: FactsOf[S],
  context: DecisionContext,
): Decision {
  return deciders[record.status](record, facts, context);
}
