import { jobCondition } from "../../cloud/statuses";
import { giveUp, isOverdue } from "../deadlines";
import type { DecisionContext } from "../decision-context";
import type { RestoreRecord } from "../model/record";
import { whyNotAutomatic } from "../plan/automatic-approval";
import { seen } from "../temporary-instance";
import { type Decision, enter, stay, withdraw } from "../transition";
import { cancelWork } from "./cancelling";
import { decideOnRogueJob } from "./configuring";
import { decideOnSource } from "./lost-source";
import type { JobFacts } from "./prechecking";

/** awaiting-approval. Silence is never consent: only an approval of exactly this plan hash leads to `starting`. */
export function decideAwaitingApproval(record: RestoreRecord, facts: JobFacts, context: DecisionContext): Decision {
  const { nowMs } = context;
  if (record.approval === null) {
    const rogue = decideOnRogueJob(record, facts.job, context);
    if (rogue) return rogue;
  }
  if (record.cancelRequested) return cancelWork(record, context);
  const lost = decideOnSource(record, facts.instance, context);
  if (lost) return lost;
  const current = seen(record);
  if (facts.job && jobCondition(facts.job.status) === "precheck-failed") {
    return withdraw(
      current,
      "failed",
      {
        code: "job-edited",
        text: `The migration job ${facts.job.name} was changed in the console after its precheck.`,
      },
      nowMs,
    );
  }
  return awaitApproval(current, context);
}

/** What every source has in common: nothing stands against the plan, and a person's word is waited for. */
export function awaitApproval(current: RestoreRecord, context: DecisionContext): Decision {
  if (current.approval) return consumeApproval(current, context);
  if (isOverdue(current, context))
    return giveUp(
      current,
      { code: "not-approved", text: "The plan was not approved in time. Nothing was written." },
      context,
    );
  if (context.acceptsWriteBacks && whyNotAutomatic(current, context) === null) {
    const by = `${current.requestedBy} (automatic)`;
    return consumeApproval({ ...current, approval: { planHash: current.planHash!, by, atMs: context.nowMs } }, context);
  }
  return stay(current, context.durations.idlePollMs);
}

function consumeApproval(record: RestoreRecord, context: DecisionContext): Decision {
  return {
    record: enter(record, "starting", context.nowMs, `approved by ${record.approval!.by}: the write-back starts`),
    call: null,
    checkAfterMs: 0,
  };
}
