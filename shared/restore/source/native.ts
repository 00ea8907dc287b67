import type { PrerequisiteFacts } from "../prerequisites";
import type { Prerequisite } from "../prerequisites/verdict";
import { fail, pass, unknown, wait } from "../prerequisites/verdict";
import type { SourceRow } from "./row";

/** What CreateTempDBInstance is documented to accept, then and now; the service has the last word. */
const acceptedVersions: readonly { readonly version: string; readonly category: string | null }[] = [
  { version: "2008r2", category: null },
  { version: "2012", category: "Basic" },
  { version: "2012_web", category: "Basic" },
  { version: "2016_web", category: "Basic" },
];

/** CreateTempDBInstance: an instance of RDS's own type `Temp`, one per master, which RDS releases 48 hours after its creation. */
export const native: SourceRow<"native"> = {
  kind: "native",
  noun: "temporary instance",
  isBilled: false,
  copiesWhitelist: false,
  liesInOurVpc: false,
  listedAmong: "temporary-instances",
  readsDatabaseFiles: false,
  movesRowsByDts: true,
  cost: () => "A temporary instance and a full migration by DTS are free of charge.",
  judgeVersion: (master) => {
    const name = "engine-and-version";
    const version = master.engineVersion.toLowerCase();
    const isAccepted = acceptedVersions.some(
      (entry) => entry.version === version && (entry.category === null || entry.category === master.category),
    );
    if (!isAccepted)
      return fail(
        name,
        "version-not-supported",
        `${master.id} runs SQL Server ${master.engineVersion}${master.category ? ` (${master.category})` : ""}. Temporary instances exist for 2008 R2 on local disk, and by older documents for 2012 EE Basic, 2012 Web and 2016 Web.`,
      );
    if (version === "2008r2") return pass(name, "SQL Server 2008 R2: a temporary instance is possible.");
    return unknown(
      name,
      `SQL Server ${master.engineVersion}: older documents allow a temporary instance, today's do not; the service decides.`,
    );
  },
  refusesMode: () => null,
  judge: (_request, facts) => [judgeRoom(facts)],
  creation: ({ request, restoreTimeMs }) => ({
    kind: "create-temporary-instance",
    masterInstanceId: request.masterInstanceId,
    restoreTimeMs,
    backupId: request.backupId,
  }),
  decides: {},
  notes: () => [],
  hasExpectedKind: ({ type, masterInstanceId }, { request }) =>
    type.toLowerCase() === "temp" && masterInstanceId === request.masterInstanceId,
  lifeEndMs: (createdAtMs, _request, durations) =>
    createdAtMs + durations.temporaryInstanceLifeMs - durations.releaseMarginMs,
  lifeLimit: () => "RDS releases it 48 hours after its creation",
  ifLeftAlone: "RDS releases it 48 hours after its creation",
  removal: (instanceId) => ({ kind: "delete-instance", instanceId }),
};

/** RDS makes one temporary instance of a master at a time. */
function judgeRoom({ temporaryInstances: [other] }: PrerequisiteFacts): Prerequisite {
  const name = "no-other-temporary-instance";
  if (!other) return pass(name, "The master has no temporary instance.");
  return wait(
    name,
    "temporary-instance-exists",
    `The master already has the temporary instance ${other.id} (${other.status}). It is not touched; the restore goes on once it is gone.`,
    null,
  );
}
