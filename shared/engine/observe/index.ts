import type { Decided, FactsOf } from "../../restore/decide";
import type { RestoreRecord } from "../../restore/model/record";
import type { CloudView } from "../cloud-view";
import type { Dependencies } from "../dependencies";
import { observeAccepting, observeWaiting } from "./accepting";
import { observeComparing } from "./comparing";
import { observeConfiguring } from "./configuring";
import { observeCreating } from "./creating";
import { observeArrivedDatabases, observeStartingDatabases, observeWritingDatabases } from "./database";
import { observeJob } from "./prechecking";
import { observeStarting } from "./starting";
import { observeVerifying } from "./verifying";
import { observeWatch } from "./watching";
import { observeWithdrawing } from "./withdrawing";

type Observer<S extends Decided> = (deps: Dependencies, record: RestoreRecord, view: CloudView) => Promise<FactsOf[S]>;

/** What is read for each decision; the counterpart of shared/restore/decide. */
export const observers: { readonly [S in Decided]: Observer<S> } = {
  accepted: observeAccepting,
  waiting: observeWaiting,
  "creating-source": observeCreating,
  "confirming-instance": async (_deps, record, view) => ({
    candidate: record.candidate ? await view.instance(record.candidate.id) : null,
  }),
  verifying: observeVerifying,
  configuring: observeConfiguring,
  prechecking: observeJob,
  "precheck-failed": observeJob,
  "awaiting-approval": observeJob,
  starting: observeStarting,
  writing: observeJob,
  comparing: observeComparing,
  withdrawing: observeWithdrawing,
  holding: async (_deps, record, view) => ({ instance: await view.instance(record.temporaryInstance!.id) }),
  // A delete is decided on a read by id, made now.
  "cleaning-up": async (deps, record) => ({
    instance: record.temporaryInstance ? await deps.rds.describeInstance(record.temporaryInstance.id) : null,
  }),
  closed: observeWatch,
  "database/awaiting-approval": async () => null,
  "database/starting": observeStartingDatabases,
  "database/writing": observeWritingDatabases,
  "database/comparing": observeArrivedDatabases,
};
