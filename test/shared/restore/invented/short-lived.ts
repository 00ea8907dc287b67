import { fail } from "../../../../shared/restore/prerequisites/verdict";
import type { SourceRow } from "../../../../shared/restore/source";
import { native } from "../../../../shared/restore/source/native";

/** A source that nobody sells: made as the native one, billed, with a life of a few hours. */
export const shortLived: SourceRow<"short-lived"> = {
  ...native,
  kind: "short-lived",
  cost: () => "An invented source costs 1 CNY an hour.",
  judgeVersion: (master) => ({
    ...native.judgeVersion(master),
    verdict: "pass",
    code: null,
    text: "Every version has one.",
  }),
  refusesMode: (mode) => (mode === "missing-rows" ? "It adds no rows to live tables." : null),
  judge: ({ label }) => (label === "broken" ? [fail("invented", "create-refused", "It is out of order.")] : []),
  lifeEndMs: (createdAtMs) => createdAtMs + 5 * 3_600_000,
  ifLeftAlone: "it ends by itself after five hours",
};
