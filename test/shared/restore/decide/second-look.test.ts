import { decideAccepted, decideWaiting } from "../../../../shared/restore/decide/accepting";
import { decideComparing } from "../../../../shared/restore/decide/comparing";
import { decideConfiguring } from "../../../../shared/restore/decide/configuring";
import type { RestoreRecord } from "../../../../shared/restore/model/record";
import type { Decision } from "../../../../shared/restore/transition";
import { at, facts, instance, minute, record, restoreId } from "../samples";

/** One look at a world in which something is missed, or everything is there, so many milliseconds later. */
type Look = (before: RestoreRecord, isThere: boolean, later: number) => Decision;

const asked = { temporaryInstance: null, expiresAtMs: null, job: null, verification: null, target: null };
const prerequisites = (isThere: boolean) => ({
  prerequisites: isThere ? facts() : facts({ master: null }),
  lockHolder: restoreId,
});
const nothingOpen = { temporaryGroup: null, masterGroup: null, freeTemporaryGroup: null, freeMasterGroup: null };
const compared = { slice: null, verdict: null, sizes: new Map<string, number>() };
const unreachable = (code: "master-not-reachable" | "source-not-reachable") => ({ code, text: "no address" });

describe.each<[string, RestoreRecord, Look, string]>([
  [
    "accepted: the master",
    record("accepted", asked),
    (before, isThere, later) => decideAccepted(before, prerequisites(isThere), at(later)),
    "master-not-found",
  ],
  [
    "waiting: the master",
    record("waiting", asked),
    (before, isThere, later) => {
      const found = { ...prerequisites(isThere), lockHolder: isThere ? "rw00000000000000" : restoreId };
      return decideWaiting(before, found, at(later));
    },
    "master-not-found",
  ],
  [
    "configuring: the master",
    record("configuring", { job: null }),
    (before, isThere, later) => {
      const surroundings = isThere
        ? { ...nothingOpen, wantedAddresses: [], masterDatabases: [], target: null, targetProblem: null }
        : ("no-master" as const);
      const found = { instance: instance(), surroundings, job: undefined, staleJobs: new Map() };
      return decideConfiguring(before, found, at(later));
    },
    "master-not-found",
  ],
  ...(["master-not-reachable", "source-not-reachable"] as const).map((code): [string, RestoreRecord, Look, string] => [
    `comparing: an address (${code})`,
    record("comparing"),
    (before, isThere, later) =>
      decideComparing(
        before,
        { ...compared, instance: instance(), problem: isThere ? null : unreachable(code) },
        at(later),
      ),
    code,
  ]),
])("%s is given up only after a second look", (_name, before, look, code) => {
  test("two minutes after the first", () => {
    const once = look(before, false, 0);
    expect(once).toMatchObject({ call: null, record: { status: before.status, outcome: null } });
    expect(look(once.record, false, minute)).toMatchObject({ call: null, record: { status: before.status } });
    expect(look(once.record, false, 2 * minute).record.reason?.code).toBe(code);
  });

  test("%s is given up only after a second look and the first is forgotten once it is seen", () => {
    const seen = look(look(before, false, 0).record, true, minute).record;
    expect(seen.missed ?? null).toBeNull();
  });
});
