import * as z from "zod";
import { sha256Hex } from "../canonical-json";
import { begin } from "../engine/begin";
import { nudge } from "../engine/nudging";
import { readPrerequisites } from "../engine/observe/prerequisites";
import {
  arrivingDatabaseName,
  makeReadId,
  makeRestoreId,
  restoredDatabaseName,
  restoreIdPattern,
} from "../restore/model/names";
import type { RestoreRecord } from "../restore/model/record";
import { planDatabases } from "../restore/plan/dts-objects";
import { windowOf } from "../restore/prerequisites";
import { chooseSource } from "../restore/prerequisites/choose-source";
import { hashRequest, newRecord } from "../restore/request/new-record";
import { type Check, type RestoreRequest, restoreRequestSchema } from "../restore/request/request";
import type { SourceRow } from "../restore/source";
import { writeBackOf } from "../restore/write-back";
import type { ApiDependencies } from "./api-dependencies";
import { forecastMigration } from "./dry-run-forecast";
import { type HttpRequest, type HttpResponse, json, parseQuery, traceparentOf } from "./http";
import { type Caller, mayReadData } from "./identity";
import { takeRoom } from "./in-flight";
import { feasibility, judgeTables } from "./judge-tables";
import type { WantedDatabase } from "./master-survey";
import { surveyMaster } from "./master-survey";
import { mayUse, requireScope } from "./masters-scope";
import { presentEvents, presentRestore, summarize } from "./presentation";
import { Problem } from "./problem";
import { parseRestoreRequest } from "./restore-request";
import { disclose } from "./row-data";
import { showTime } from "./times";

const pageMax = 100;

/** POST /plans: every prerequisite with its verdict, the names, and the hash; nothing is made. */
export async function planRestore(deps: ApiDependencies, request: HttpRequest, caller: Caller): Promise<HttpResponse> {
  const nowMs = deps.clock.nowMs();
  const wanted = parseRestoreRequest(request.body, nowMs);
  requireScope(caller, wanted.masterInstanceId);
  const [facts, surveyed] = await Promise.all([
    readPrerequisites(deps, wanted),
    surveyMaster(deps, wanted.masterInstanceId, wanted.secretName, wantedDatabases(wanted, nowMs)),
  ]);
  const { row, choice, prerequisites: met } = chooseSource(wanted, facts, nowMs, deps.durations);
  const prerequisites = [...met, ...judgeTables(wanted.writeBack, surveyed)];
  const names = plannedNames(wanted, row, nowMs, deps.settings.restoredNameMax);
  const window = facts.master ? windowOf(facts, nowMs, deps.durations) : null;
  const zone = facts.master?.timeZone ?? null;
  return json(200, {
    requestHash: hashRequest(wanted),
    feasible: feasibility(prerequisites),
    prerequisites,
    recoveryWindow: window && {
      from: showTime(window.fromMs, zone, wanted.restoreTime),
      to: showTime(window.toMs, zone, wanted.restoreTime),
      holes: window.holes.map((hole) => ({
        from: showTime(hole.fromMs, zone, wanted.restoreTime),
        to: showTime(hole.toMs, zone, wanted.restoreTime),
      })),
    },
    restoreTime:
      wanted.restoreTime === null ? null : showTime(Date.parse(wanted.restoreTime), zone, wanted.restoreTime),
    writeBack: wanted.writeBack,
    names,
    checks: wanted.checks.map((check) => ({ ...check, runsIn: whereChecked(check, names, row) })),
    suitability: surveyed,
    forecast:
      row.movesRowsByDts && writeBackOf(wanted.writeBack).job
        ? forecastMigration(surveyed, row.lifeEndMs(0, wanted, deps.durations))
        : null,
    source: choice,
    cost: row.cost(wanted, facts),
  });
}

/** The chosen databases, each with what would be written of it. */
function wantedDatabases(wanted: RestoreRequest, nowMs: number): WantedDatabase[] {
  const atMs = wanted.restoreTime === null ? nowMs : Date.parse(wanted.restoreTime);
  const planned = planDatabases(wanted, laterId, atMs, null, null);
  return wanted.objects.map((object, index) => ({
    ...object,
    planned: { mode: wanted.writeBack, database: planned[index]! },
  }));
}

interface ArrivingName {
  readonly database: string;
  readonly arrivesAs: string;
}

/** An id of a restore that is not asked for yet, in a name. */
const laterId = "rw______________";

/** The names that rows would arrive under; the characters of the id come with the restore. */
function plannedNames(wanted: RestoreRequest, row: SourceRow, nowMs: number, nameMax: number): ArrivingName[] {
  const atMs = wanted.restoreTime === null ? nowMs : Date.parse(wanted.restoreTime);
  const { arrivesAside } = writeBackOf(wanted.writeBack);
  return wanted.objects.map(({ database, restoredName }, index) => {
    if (!row.movesRowsByDts) return { database, arrivesAs: arrivingDatabaseName(database, index, laterId, nameMax) };
    const aside = restoredName ?? restoredDatabaseName(database, atMs, laterId);
    return { database, arrivesAs: arrivesAside ? aside : database };
  });
}

/** Which of the two it will be is known once the temporary instance has its addresses; the plan says it. */
function whereChecked({ database }: Check, names: readonly ArrivingName[], row: SourceRow): string {
  const copy = names.find((one) => one.database.toLowerCase() === database.toLowerCase());
  const onMaster = `${copy?.arrivesAs ?? database} on the master, after the approval`;
  if (!row.movesRowsByDts) return onMaster;
  const first = `${database} on the temporary instance`;
  return copy && copy.arrivesAs === database ? first : `${first}; where that cannot be read, ${onMaster}`;
}

/** POST /restores: recorded before anything else; the same Idempotency-Key with the same body answers the same restore. */
export async function createRestore(
  deps: ApiDependencies,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const key = idempotencyKey(request);
  const traceparent = traceparentOf(request);
  const nowMs = deps.clock.nowMs();
  const wanted = parseRestoreRequest(request.body, nowMs);
  requireScope(caller, wanted.masterInstanceId);
  const automatic = deps.automaticApprovalRole !== null && caller.roles.has(deps.automaticApprovalRole);
  if (wanted.approval === "automatic" && deps.settings.twoPersonRule === "always")
    throw new Problem(
      "automatic-approval-not-allowed",
      "The two-person rule is on: somebody else approves. Ask with approval: required. Nothing was started.",
    );
  if (wanted.approval === "automatic" && writeBackOf(wanted.writeBack).addsRows)
    throw new Problem(
      "automatic-approval-not-allowed",
      "Rows are added to live tables: a person approves that. Ask with approval: required. Nothing was started.",
    );
  if (wanted.approval === "automatic" && !automatic)
    throw new Problem("automatic-approval-not-allowed", "Ask with approval: required. Nothing was started.");
  const fresh = { restoreId: makeRestoreId(nowMs, deps.random), bodyHash: hashRequest(wanted), atMs: nowMs };
  const claimed = key
    ? await deps.store.claimOnce(`idempotency/${sha256Hex(`${caller.subject}\n${key}`)}`, fresh)
    : fresh;
  if (claimed.bodyHash !== fresh.bodyHash)
    throw new Problem(
      "idempotency-conflict",
      `The key belongs to restore ${claimed.restoreId}, which was asked for with another body. Nothing was started.`,
    );
  // The first request may have crashed before it wrote the record. The next one completes it.
  const existing = await deps.store.read(claimed.restoreId);
  if (!existing) {
    requireWriteBacks(deps, wanted);
    await takeRoom(deps, caller, claimed.restoreId);
    await begin(
      { ...deps, traceparent },
      newRecord({
        restoreId: claimed.restoreId,
        request: wanted,
        requestedBy: caller.subject,
        requestKeyMadeBy: caller.key?.madeBy,
        traceparent,
        origin: "person",
        automaticApprovalAllowed: automatic,
        nowMs: claimed.atMs,
      }),
    );
  }
  const record = await readRecord(deps, caller, claimed.restoreId);
  if (existing && record.status === "accepted") await nudge(deps, "create-temp-instance", record.restoreId);
  const { answer } = disclose(presentRestore(record, { nowMs, durations: deps.durations }), false);
  return json(existing ? 200 : 202, answer, { location: `/restores/${record.restoreId}` });
}

/** A restore that is recorded already is answered all the same. @throws Problem `write-backs-stopped` */
function requireWriteBacks({ settings }: ApiDependencies, { writeBack }: RestoreRequest): void {
  if (settings.acceptsWriteBacks || !writeBackOf(writeBack).job) return;
  throw new Problem(
    "write-backs-stopped",
    "The operators stopped write-backs (acceptWriteBacks). Nothing was started. Ask with writeBack: none, which only looks, or later.",
  );
}

/** @returns null when the caller sent none: then each request is a restore of its own */
function idempotencyKey(request: HttpRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new Problem(
    "invalid-request",
    "Idempotency-Key: It is no such key. Send 1 to 200 visible ASCII characters, a UUID for example. Nothing was started.",
  );
}

/** The query of GET /restores. */
export const listQuery = z.strictObject({
  masterInstanceId: restoreRequestSchema.shape.masterInstanceId.optional(),
  limit: z.coerce.number("is no number. Send one from 1 to 100.").int().min(1).max(pageMax).default(20),
  before: z.string().regex(restoreIdPattern, "is no id of a restore. Send `next` of the page before.").optional(),
});

/** GET /restores: newest first, paged by the last id; restores of other masters than the caller's are not in it. */
export async function listRestores(deps: ApiDependencies, request: HttpRequest, caller: Caller): Promise<HttpResponse> {
  const query = parseQuery(listQuery, request.query);
  const { records, isLast } = await listVisible(deps, caller, query);
  const last = records.at(-1);
  const { answer } = disclose({ restores: records.map(summarize), next: isLast ? null : last!.restoreId }, false);
  return json(200, answer);
}

/**
 * A page of what the caller may see, which may take several pages of what there is. For callers of few masters those are large, and
 * nothing is read for a caller of none.
 */
async function listVisible(
  deps: ApiDependencies,
  caller: Caller,
  query: z.infer<typeof listQuery>,
): Promise<{ readonly records: RestoreRecord[]; readonly isLast: boolean }> {
  const records: RestoreRecord[] = [];
  if (caller.masters?.length === 0) return { records, isLast: true };
  const limit = caller.masters === null ? query.limit : pageMax;
  for (let { before } = query; ; ) {
    const page = await deps.store.list({ ...query, limit, ...(before !== undefined && { before }) });
    records.push(...page.filter((record) => mayUse(caller, record.request.masterInstanceId)));
    if (records.length >= query.limit) return { records: records.slice(0, query.limit), isLast: false };
    if (page.length < limit) return { records, isLast: true };
    before = page.at(-1)!.restoreId;
  }
}

/** GET /restores/{restoreId} */
export async function readRestore(deps: ApiDependencies, caller: Caller, restoreId: string): Promise<HttpResponse> {
  const record = await readRecord(deps, caller, restoreId);
  const shown = disclose(
    presentRestore(record, { nowMs: deps.clock.nowMs(), durations: deps.durations }),
    mayReadData(caller),
  );
  if (shown.showsValues) await noteRead(deps, caller, record);
  return json(200, shown.answer);
}

/** GET /restores/{restoreId}/events */
export async function readEvents(deps: ApiDependencies, caller: Caller, restoreId: string): Promise<HttpResponse> {
  const record = await readRecord(deps, caller, restoreId);
  if (disclose(presentEvents(record, []), mayReadData(caller)).showsValues) await noteRead(deps, caller, record);
  const events = presentEvents(record, await deps.store.listReads(restoreId));
  return json(200, { restoreId, events: disclose(events, mayReadData(caller)).answer });
}

/** Before the values are answered: where it cannot be noted, nothing is shown. */
async function noteRead(deps: ApiDependencies, caller: Caller, { restoreId, status }: RestoreRecord): Promise<void> {
  const atMs = deps.clock.nowMs();
  await deps.store.addRead({ restoreId, readId: makeReadId(atMs, deps.random), by: caller.subject, atMs, status });
}

/** A restore of another master than the caller's is answered as one that does not exist. @throws Problem `restore-not-found` */
export async function readRecord(deps: ApiDependencies, caller: Caller, restoreId: string): Promise<RestoreRecord> {
  const found = restoreIdPattern.test(restoreId) ? await deps.store.read(restoreId) : null;
  if (!found || !mayUse(caller, found.record.request.masterInstanceId))
    throw new Problem("restore-not-found", `There is no restore ${restoreId.slice(0, 40)}.`);
  return found.record;
}
