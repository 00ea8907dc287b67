import type { MeasuredFacts } from "../../emulator/capabilities-file";
import { type Finding, notChecked, ok, wrong } from "./finding";

interface Hindrance {
  readonly isThere: (facts: MeasuredFacts) => boolean;
  readonly text: string;
  readonly advice: string;
}

/** Behaviours with which a part of Rewind does not work, and what helps. */
const hindrances: readonly Hindrance[] = [
  {
    isThere: ({ dtsTakesTemporarySource }) => dtsTakesTemporarySource === false,
    text: "DTS takes no temporary instance as the source of a job, so nothing can be written back.",
    advice: "Restore with writeBack: none, and copy by hand from the temporary instance.",
  },
  {
    isThere: ({ failedHandler }) => failedHandler === "taken",
    text: "EventBridge takes a message on which a function failed for delivered: such an alarm is lost, and is no dead letter.",
    advice: "Set an alarm on the errors of the function restore-on-alert, and start the restore by hand.",
  },
  {
    isThere: ({ tempAcceptsPublicConnection }) => tempAcceptsPublicConnection === false,
    text: "RDS makes no public endpoint for a temporary instance, so functions cannot look at it.",
    advice: "Ask for side-by-side: the checks run on the copy then.",
  },
  {
    isThere: ({ temporaryInstanceRestoresTo }) => temporaryInstanceRestoresTo === "last-backup-before",
    text: "RDS restores a temporary instance to the last backup before the time that was asked for.",
    advice: "Look at the checks of each plan: rows of the time between are missing.",
  },
];

/** @param facts null: `rewind.yaml` names no capabilities file */
export function lookAtFacts(facts: MeasuredFacts | null): Omit<Finding, "area">[] {
  if (facts === null)
    return [
      notChecked(
        "What DTS, RDS and EventBridge do where no document says it was not found out on this account.",
        "Run npm run doctor -- --probe with a master that is there for tests.",
      ),
    ];
  const found = hindrances.filter(({ isThere }) => isThere(facts));
  if (found.length === 0) return [ok("Nothing that a probe found out on this account stands in the way.")];
  return found.map(({ text, advice }) => wrong(text, advice));
}
