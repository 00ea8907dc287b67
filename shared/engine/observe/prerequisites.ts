import { CloudError } from "../../cloud/cloud-error";
import type { PrerequisiteFacts } from "../../restore/prerequisites";
import { isSecretOf } from "../../restore/prerequisites";
import type { RestoreRequest } from "../../restore/request/request";
import { temporaryInstancesOf } from "../cloud-view";
import type { Dependencies } from "../dependencies";
import { readOffer } from "./offer";

type Readers = Pick<Dependencies, "rds" | "secrets" | "clock" | "durations" | "settings">;

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
  const { vpcId, egressAddresses } = deps.settings;
  const routes = { vpc: vpcId !== null, publicEndpoint: egressAddresses.length > 0 };
  return { master, ...window, databases, temporaryInstances, offer, diskUsedBytes, secrets, routes };
}

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
