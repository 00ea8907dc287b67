import { CloudError } from "../cloud/cloud-error";
import { reachableAddress } from "../engine/connect";
import { readWindowFacts } from "../engine/observe/prerequisites";
import { isSecretOf } from "../restore/prerequisites";
import { recoveryWindow } from "../restore/recovery-window";
import { suitability } from "../verification/suitability";
import type { ApiDependencies } from "./dependencies";
import { type HttpRequest, type HttpResponse, json } from "./http";
import { Problem } from "./problem";
import { showTime } from "./times";

/** How long the dry reads of the API may take against a SQL Server, milliseconds. */
const readTimeoutMs = 5_000;

/** GET /masters/{id}/recovery-window: what can be restored now, in UTC and in the instance's zone. */
export async function readRecoveryWindow(deps: ApiDependencies, masterInstanceId: string): Promise<HttpResponse> {
  const master = await requireMaster(deps, masterInstanceId);
  const facts = await readWindowFacts(deps, masterInstanceId);
  const nowMs = deps.clock.nowMs();
  const window = recoveryWindow(facts.backups, facts.logBackups, facts.retentionDays, nowMs, deps.durations);
  const show = (atMs: number) => showTime(atMs, master.timeZone, null);
  return json(200, {
    masterInstanceId,
    now: show(nowMs),
    window: window && {
      from: show(window.fromMs),
      to: show(window.toMs),
      holes: window.holes.map((hole) => ({ from: show(hole.fromMs), to: show(hole.toMs) })),
      lastLogBackupEnd: window.lastLogEndMs === null ? null : show(window.lastLogEndMs),
    },
    backups: (window?.backups ?? []).map((backup) => ({ backupId: backup.backupId, endedAt: show(backup.endedAtMs) })),
    logBackupEnabled: facts.logBackupEnabled,
  });
}

/** GET /masters/{id}/objects?secretName=…: databases, tables and what a restore of each has to know. */
export async function listObjects(
  deps: ApiDependencies,
  request: HttpRequest,
  masterInstanceId: string,
): Promise<HttpResponse> {
  await requireMaster(deps, masterInstanceId);
  const listed = await deps.rds.listDatabases(masterInstanceId);
  const secretName = request.query["secretName"];
  const databases = listed.map((database) => ({
    name: database.name,
    status: database.status,
    characterSet: database.characterSet,
  }));
  if (secretName === undefined) return json(200, { masterInstanceId, databases, tables: null });
  if (!isSecretOf(masterInstanceId, secretName))
    throw new Problem("secret-out-of-scope", `${secretName.slice(0, 200)} is not below rewind/${masterInstanceId}/.`);
  return json(200, {
    masterInstanceId,
    databases,
    tables: await readTables(
      deps,
      masterInstanceId,
      secretName,
      databases.map((database) => database.name),
    ),
  });
}

async function readTables(
  deps: ApiDependencies,
  masterInstanceId: string,
  secretName: string,
  databases: readonly string[],
): Promise<unknown[]> {
  const address = reachableAddress(await deps.rds.listAddresses(masterInstanceId));
  if (!address)
    throw new CloudError(
      "unavailable",
      "sql-server",
      "connect",
      "no-address",
      "the functions have no address of the master",
    );
  const session = await deps.sqlServers.connect(address, await deps.secrets.read(secretName, null), readTimeoutMs);
  try {
    const shapes = [];
    for (const database of databases) shapes.push(...(await session.describeTables(database, null)));
    return shapes.map((shape) => ({
      database: shape.database,
      schema: shape.schema,
      name: shape.name,
      key: shape.key,
      columns: shape.columns,
      notes: suitability(shape),
    }));
  } finally {
    await session.close();
  }
}

async function requireMaster(deps: ApiDependencies, masterInstanceId: string): Promise<{ timeZone: string | null }> {
  const master = await deps.rds.describeInstance(masterInstanceId);
  if (master?.type.toLowerCase() !== "primary")
    throw new Problem(
      "master-not-found",
      `There is no master instance ${masterInstanceId.slice(0, 64)} in this region.`,
    );
  return master;
}
