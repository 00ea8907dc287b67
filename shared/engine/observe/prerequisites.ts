import { CloudError } from "../../cloud/cloud-error";
import type { RdsInstance } from "../../cloud/rds";
import type { PrerequisiteFacts } from "../../restore/prerequisites";
import { isSecretOf } from "../../restore/prerequisites";
import type { RestoreRequest } from "../../restore/request/request";
import { candidates } from "../../restore/source";
import { temporaryInstancesOf } from "../cloud-view";
import { reachableAddress } from "../connect";
import type { Dependencies } from "../dependencies";
import { readOffer } from "./offer";

type Readers = Pick<Dependencies, "rds" | "secrets" | "sqlServers" | "clock" | "durations" | "settings">;

/** Reads everything that a restore needs to be true, for the dry run and the first step alike; nothing is changed. */
export async function readPrerequisites(deps: Readers, request: RestoreRequest): Promise<PrerequisiteFacts> {
  const { rds } = deps;
  const masterInstanceId = request.masterInstanceId;
  const master = await rds.describeInstance(masterInstanceId);
  if (master?.engine.toLowerCase() !== "sqlserver") return { ...nothingKnown, master };
  const [window, databases, diskUsedBytes, temporaryInstances, offer, secrets] = await Promise.all([
    readWindowFacts(deps, masterInstanceId),
    orNull(rds.listDatabases(masterInstanceId)),
    orNull(rds.describeDiskUsed(masterInstanceId)),
    temporaryInstancesOf(deps, masterInstanceId, master.temporaryInstanceId),
    readOffer(deps, request, master),
    readSecrets(deps, request),
  ]);
  const databaseFiles = await readDatabaseFiles(deps, request, master);
  const { vpcId, egressAddresses } = deps.settings;
  const routes = { vpc: vpcId !== null, publicEndpoint: egressAddresses.length > 0 };
  return { master, ...window, databases, temporaryInstances, offer, diskUsedBytes, secrets, routes, ...databaseFiles };
}

/** What cannot be read is left out: functions may have no way to the master, and the login no right. */
async function readDatabaseFiles(
  deps: Readers,
  request: RestoreRequest,
  master: RdsInstance,
): Promise<Pick<PrerequisiteFacts, "databaseFiles">> {
  const wants = candidates(request).some(
    (row) => row.readsDatabaseFiles && row.judgeVersion(master).verdict !== "fail",
  );
  if (!wants) return {};
  const databaseFiles: { database: string; bytes: number; isEncrypted: boolean }[] = [];
  try {
    const address = await reachableAddress(deps, master.id);
    if (!address) return { databaseFiles };
    const secret = await deps.secrets.read(request.secretName, null);
    const session = await deps.sqlServers.connect(address, secret, filesTimeoutMs);
    try {
      for (const { database } of request.objects)
        databaseFiles.push({ database, ...(await session.databaseFiles(database)) });
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
  }
  return { databaseFiles };
}

/** A dry run answers a person who waits. */
const filesTimeoutMs = 3_000;

type WindowFacts = Pick<PrerequisiteFacts, "backups" | "logBackups" | "retentionDays" | "logBackupEnabled">;

/** Backups and log backups as far back as a restore can reach, and the policy that keeps them. */
export async function readWindowFacts(
  deps: Pick<Readers, "rds" | "clock" | "durations">,
  masterInstanceId: string,
): Promise<WindowFacts> {
  const nowMs = deps.clock.nowMs();
  // A full backup from before the reach may be the base of the log chain inside it.
  const fromMs = nowMs - deps.durations.restoreReachMs - 24 * 3_600_000;
  const [policy, backups, logBackups] = await Promise.all([
    deps.rds.describeBackupPolicy(masterInstanceId),
    deps.rds.listBackups(masterInstanceId, fromMs, nowMs),
    deps.rds.listLogBackups(masterInstanceId, fromMs, nowMs),
  ]);
  return {
    backups: backups.map((backup) => ({
      backupId: backup.backupId,
      usable: backup.available && backup.status.toLowerCase() === "success",
      full: backup.type.toLowerCase() === "fullbackup",
      method: backup.method ?? null,
      endedAtMs: backup.endedAtMs,
      consistentAtMs: backup.consistentAtMs,
    })),
    logBackups,
    retentionDays: policy.dataRetentionDays,
    logBackupEnabled: policy.logBackupEnabled,
  };
}

const nothingKnown: PrerequisiteFacts = {
  master: null,
  databases: null,
  backups: [],
  logBackups: [],
  retentionDays: 0,
  logBackupEnabled: false,
  temporaryInstances: [],
  offer: null,
  diskUsedBytes: null,
  secrets: [],
  routes: { vpc: false, publicEndpoint: false },
};

async function readSecrets(deps: Readers, request: RestoreRequest): Promise<PrerequisiteFacts["secrets"]> {
  const temporary = request.temporaryInstanceSecret;
  const wanted = [
    { name: request.secretName, versionId: null },
    ...(temporary.name !== null || temporary.versionId !== null
      ? [{ name: temporary.name ?? request.secretName, versionId: temporary.versionId }]
      : []),
  ];
  return Promise.all(wanted.map((secret) => readSecret(deps, request.masterInstanceId, secret.name, secret.versionId)));
}

async function readSecret(
  deps: Readers,
  masterInstanceId: string,
  name: string,
  versionId: string | null,
): Promise<PrerequisiteFacts["secrets"][number]> {
  if (!isSecretOf(masterInstanceId, name))
    return {
      name,
      readable: false,
      text: `${name} is not below rewind/${masterInstanceId}/; only the master's own secrets can be used.`,
    };
  try {
    await deps.secrets.read(name, versionId);
    return { name, readable: true, text: "" };
  } catch (error) {
    if (!(error instanceof CloudError) || error.kind !== "refused") throw error;
    return { name, readable: false, text: `The secret ${name} cannot be read (${error.code}).` };
  }
}

/** Reads that some editions refuse: a refusal means unknown, anything else is the caller's to handle. */
async function orNull<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof CloudError && error.kind === "refused") return null;
    throw error;
  }
}
