import { CloudError } from "../../../shared/cloud/cloud-error";
import { meansNoInstance } from "../../../shared/cloud/statuses";
import { type Bench, until } from "./bench";
import { refusalOf } from "./facts";
import { ForAPerson } from "./ledger";
import type { SourceDatabase } from "./source-database";

const minuteMs = 60_000;
/** From minutes to hours; RDS says nothing of it. */
const creationMaxMs = 4 * 60 * minuteMs;
const lookEveryMs = 15_000;

/** Makes the temporary instance and watches how it comes to be. @returns its id. @throws CloudError; Error when it is not ready in time */
export async function makeTemporaryInstance(bench: Bench, source: SourceDatabase): Promise<string> {
  const { rds, master, ledger, facts } = bench;
  const made: { id?: string } = {};
  ledger.add(`the temporary instance of ${master}`, () => removeTemporaryInstance(bench, made.id));
  const { instanceId } = await rds.createTemporaryInstance({
    masterInstanceId: master,
    restoreTimeMs: source.restoreTimeMs,
    backupId: null,
  });
  made.id = instanceId;
  bench.say(`  Made: the temporary instance ${instanceId}. Waiting until it runs.`);
  await facts.measure(["stateErrorStatus"], () => findStateErrorStatus(bench, instanceId));
  const isRunning = async () => {
    const [temporary, ofMaster] = [await rds.describeInstance(instanceId), await rds.describeInstance(master)];
    if (temporary?.status === "Running") return true;
    noteStatuses(bench, temporary?.status, ofMaster?.status);
    return false;
  };
  if (!(await until(bench, isRunning, { everyMs: lookEveryMs, atMostMs: creationMaxMs })))
    throw new Error(`the temporary instance ${instanceId} is not Running after four hours`);
  for (const name of ["tempStatusWhileCreated", "masterStatusWhileTempIsCreated"] as const)
    facts.miss(name, "it ran at the first look");
  return instanceId;
}

/** The statuses that were seen first: later ones may belong to something else. */
function noteStatuses({ facts }: Bench, ofTemporary: string | undefined, ofMaster: string | undefined): void {
  if (
    isOneOf(["Creating", "TempDBInstanceCreating", "Restoring"], ofTemporary) &&
    !("tempStatusWhileCreated" in facts.known)
  )
    facts.know("tempStatusWhileCreated", ofTemporary);
  if (isOneOf(["Running", "TempDBInstanceCreating"], ofMaster) && !("masterStatusWhileTempIsCreated" in facts.known))
    facts.know("masterStatusWhileTempIsCreated", ofMaster);
}

function isOneOf<const Value extends string>(values: readonly Value[], value: string | undefined): value is Value {
  return (values as readonly (string | undefined)[]).includes(value);
}

/** A database cannot be made on an instance that is not ready; this one is the probe's own. */
async function findStateErrorStatus({ rds, names, facts }: Bench, instanceId: string): Promise<void> {
  const database = { instanceId, name: names.again, characterSet: "Chinese_PRC_CI_AS", description: "probe" };
  const refusal = await rds.createDatabase(database).catch((error: unknown) => error);
  if (!(refusal instanceof CloudError) || refusal.code !== "OperationDenied.DBInstanceStatus") return;
  const { httpStatus } = refusal.details;
  if (httpStatus === 400 || httpStatus === 403) facts.know("stateErrorStatus", httpStatus);
}

/** What shows on the instance as soon as it runs. */
export async function measureInstance(bench: Bench, instanceId: string): Promise<void> {
  const { rds, call, facts, names, stage } = bench;
  await facts.measure(["creationTimes"], async () => {
    const listed = (await rds.listTemporaryInstances()).find(({ id }) => id === instanceId);
    const told = await rds.describeInstance(instanceId);
    if (listed && told)
      facts.know("creationTimes", listed.createdAtMs === told.createdAtMs ? "equal" : "moments-apart");
  });
  await facts.measure(["tempInheritsWhitelist"], () => compareWhitelists(bench, instanceId));
  await facts.measure(["tempAcceptsTags"], async () => {
    const query = {
      RegionId: stage.settings.region,
      ResourceType: "INSTANCE",
      "ResourceId.1": instanceId,
      "Tag.1.Key": "rewind",
      "Tag.1.Value": "probe",
    };
    const refusal = await refusalOf(() => call.rds.call("TagResources", query, { changing: true }));
    facts.know("tempAcceptsTags", refusal === undefined);
  });
  await facts.measure(["tempAcceptsPublicConnection"], async () => {
    const refusal = await refusalOf(() => rds.allocatePublicConnection(instanceId, names.publicPrefix, 3433));
    facts.know("tempAcceptsPublicConnection", refusal === undefined);
  });
}

async function compareWhitelists({ rds, master, facts }: Bench, instanceId: string): Promise<void> {
  const [ofMaster, ofTemporary] = [await rds.listWhitelist(master), await rds.listWhitelist(instanceId)];
  const telling = [...(ofMaster ?? [])].filter(([, entries]) => entries.some((entry) => entry !== "127.0.0.1"));
  if (telling.length === 0) return facts.miss("tempInheritsWhitelist", "the master's own whitelist admits no client");
  const isThere = ([name, entries]: readonly [string, readonly string[]]) =>
    [...(ofTemporary?.get(name) ?? [])].sort().join() === [...entries].sort().join();
  facts.know("tempInheritsWhitelist", telling.every(isThere));
}

/** Restored to the moment, or to the last backup before it? The database was made after that. */
export async function findRestoredMoment(
  { rds, facts, names, master }: Bench,
  instanceId: string,
  { madeAtMs, restoreTimeMs }: SourceDatabase,
): Promise<boolean> {
  const isThere = (await rds.listDatabases(instanceId)).some(({ name }) => name === names.database);
  const backups = await rds.listBackups(master, madeAtMs - 60 * minuteMs, restoreTimeMs);
  const hides = backups.some(({ endedAtMs }) => endedAtMs >= madeAtMs && endedAtMs <= restoreTimeMs);
  if (!isThere) facts.know("temporaryInstanceRestoresTo", "last-backup-before");
  else if (hides)
    facts.miss("temporaryInstanceRestoresTo", "a data backup ended between the database and the restore time");
  else facts.know("temporaryInstanceRestoresTo", "restore-time");
  return isThere;
}

/** Deletes the instance and finds out what RDS answers of one that is gone. */
export async function deleteAndLook(bench: Bench, instanceId: string): Promise<void> {
  const { rds, call, facts } = bench;
  await facts.measure(["goneInstanceAnswer"], async () => {
    await rds.deleteInstance(instanceId);
    const isGone = async () => {
      const answer = await answerOf(() =>
        call.rds.call("DescribeDBInstanceAttribute", { DBInstanceId: instanceId }, { changing: false }),
      );
      if (answer !== undefined) facts.know("goneInstanceAnswer", answer);
      return answer !== undefined;
    };
    await until(bench, isGone, { everyMs: lookEveryMs, atMostMs: 60 * minuteMs });
  });
}

async function answerOf(look: () => Promise<Record<string, unknown>>): Promise<"error" | "empty-list" | undefined> {
  try {
    const { Items } = (await look()) as { Items?: { DBInstanceAttribute?: readonly unknown[] } };
    return (Items?.DBInstanceAttribute ?? []).length === 0 ? "empty-list" : undefined;
  } catch (error) {
    if (error instanceof CloudError && meansNoInstance(error.code)) return "error";
    throw error;
  }
}

/** Deletes only what the create answered with. Without an answer, a temporary instance may be somebody else's. */
async function removeTemporaryInstance({ rds, master }: Bench, id: string | undefined): Promise<void> {
  const ofMaster = (await rds.listTemporaryInstances()).filter(({ masterInstanceId }) => masterInstanceId === master);
  if (id === undefined && ofMaster.length > 0)
    throw new ForAPerson("its creation got no answer; delete it in the console if nobody else made it");
  if (ofMaster.some((instance) => instance.id === id)) await rds.deleteInstance(id!);
}
