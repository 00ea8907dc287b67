import * as z from "zod";
import { readWindowFacts } from "../engine/observe/prerequisites";
import { isSecretOf } from "../restore/prerequisites";
import { recoveryWindow } from "../restore/prerequisites/recovery-window";
import type { ApiDependencies } from "./api-dependencies";
import { type HttpRequest, type HttpResponse, json, parseQuery } from "./http";
import type { Caller } from "./identity";
import { surveyMaster } from "./master-survey";
import { masterNotFound, requireScope } from "./masters-scope";
import { Problem } from "./problem";
import { showTime } from "./times";

/** Ids of master instances; anything else is not sent to the cloud. */
const masterIdPattern = /^rm-[a-z0-9]{1,60}$/;

/** GET /masters/{masterInstanceId}/recovery-window: what can be restored now, in UTC and in the instance's zone. */
export async function readRecoveryWindow(
  deps: ApiDependencies,
  caller: Caller,
  masterInstanceId: string,
): Promise<HttpResponse> {
  const master = await requireMaster(deps, caller, masterInstanceId);
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

/** The query of GET /masters/{masterInstanceId}/objects. */
export const objectsQuery = z.strictObject({ secretName: z.string().min(1).max(200).optional() });

/** GET /masters/{masterInstanceId}/objects?secretName=…: databases, and with a secret their tables and what a restore of each has to know. */
export async function listObjects(
  deps: ApiDependencies,
  request: HttpRequest,
  caller: Caller,
  masterInstanceId: string,
): Promise<HttpResponse> {
  const { secretName } = parseQuery(objectsQuery, request.query);
  await requireMaster(deps, caller, masterInstanceId);
  if (secretName !== undefined && !isSecretOf(masterInstanceId, secretName))
    throw new Problem("secret-out-of-scope", `${secretName} is not below rewind/${masterInstanceId}/.`);
  const listed = await deps.rds.listDatabases(masterInstanceId);
  const surveyed =
    secretName === undefined
      ? []
      : await surveyMaster(
          deps,
          masterInstanceId,
          secretName,
          listed.map(({ name }) => ({ database: name, tables: null })),
        );
  return json(200, {
    masterInstanceId,
    databases: listed.map((database, index) => ({
      name: database.name,
      status: database.status,
      characterSet: database.characterSet,
      sizeBytes: surveyed[index]?.sizeBytes ?? null,
      tables: surveyed[index]?.tables ?? null,
      notShown: surveyed[index]?.notShown ?? 0,
      problem: surveyed[index]?.problem ?? null,
    })),
  });
}

async function requireMaster(
  deps: ApiDependencies,
  caller: Caller,
  masterInstanceId: string,
): Promise<{ timeZone: string | null }> {
  requireScope(caller, masterInstanceId);
  const master = masterIdPattern.test(masterInstanceId) ? await deps.rds.describeInstance(masterInstanceId) : null;
  if (master?.type.toLowerCase() !== "primary") throw masterNotFound(masterInstanceId);
  return master;
}
