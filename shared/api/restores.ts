import * as z from "zod";
import { nudge } from "../engine/nudging";
import { readPrerequisites } from "../engine/observe/prerequisites";
import { hashRequest, newRecord } from "../restore/accept";
import { makeRestoreId, restoredDatabaseName, restoreIdPattern } from "../restore/names";
import { sha256Hex } from "../restore/plan";
import { fail, type Prerequisite } from "../restore/prerequisite";
import { judgePrerequisites, windowOf } from "../restore/prerequisites";
import type { RestoreRecord } from "../restore/record";
import { type Check, type RestoreRequest, restoreRequestSchema } from "../restore/request";
import { writesIntoLiveTables } from "../restore/two-person-rule";
import type { ApiDependencies } from "./dependencies";
import { forecastMigration } from "./forecast";
import { type HttpRequest, type HttpResponse, json, parseQuery } from "./http";
import type { Caller } from "./identity";
import { type SurveyedDatabase, surveyMaster } from "./master-survey";
import { presentEvents, presentRestore, summarize } from "./presentation";
import { Problem } from "./problem";
import { parseRestoreRequest } from "./restore-request";
import { showTime } from "./times";

const pageMax = 100;

/** POST /plans: every prerequisite with its verdict, the names, and the hash; nothing is made. */
export async function planRestore(deps: ApiDependencies, request: HttpRequest): Promise<HttpResponse> {
  const nowMs = deps.clock.nowMs();
  const wanted = parseRestoreRequest(request.body, nowMs);
  const [facts, surveyed] = await Promise.all([
    readPrerequisites(deps, wanted),
    surveyMaster(deps, wanted.masterInstanceId, wanted.secretName, wanted.objects),
  ]);
  const prerequisites = [
    ...judgePrerequisites(wanted, facts, nowMs, deps.durations),
    ...judgeTables(wanted.writeBack, surveyed),
  ];
  const window = facts.master ? windowOf(facts, nowMs, deps.durations) : null;
  const zone = facts.master?.timeZone ?? null;
  return json(200, {
    requestHash: hashRequest(wanted),
    feasible: prerequisites.every((entry) => entry.verdict !== "fail"),
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
    names: plannedNames(wanted, nowMs),
    checks: wanted.checks.map((check) => ({ ...check, runsIn: whereChecked(check, wanted, nowMs) })),
    suitability: surveyed,
    forecast: wanted.writeBack === "none" ? null : forecastMigration(surveyed, deps.durations),
    cost: "A temporary instance and a full migration by DTS are free of charge.",
  });
}

/** Whether the mode fits the tables that are on the master now, where they could be read; the restore looks again before it writes. */
function judgeTables(mode: RestoreRequest["writeBack"], surveyed: readonly SurveyedDatabase[]): Prerequisite[] {
  return surveyed.flatMap(({ database, tables, missing }) => {
    const name = `tables of ${database}`;
    const present = (tables ?? []).slice(0, 3).map((table) => `${table.schema}.${table.name}`);
    if (mode === "same-name" && present.length > 0)
      return fail(
        name,
        "target-exists",
        `The master has ${tables!.length} of them (${present.join(", ")}${tables!.length > present.length ? " …" : ""}); same-name brings back what was dropped. Ask for missing-rows or side-by-side.`,
      );
    if (mode === "missing-rows" && missing.length > 0)
      return fail(
        name,
        "target-table-missing",
        `The master has no ${missing.slice(0, 3).join(", ")} to add rows to; ask for same-name or side-by-side.`,
      );
    return [];
  });
}

/** The names that rows would arrive under; the last four characters come with the restore id. */
function plannedNames(wanted: RestoreRequest, nowMs: number): { database: string; arrivesAs: string }[] {
  const atMs = wanted.restoreTime === null ? nowMs : Date.parse(wanted.restoreTime);
  return wanted.objects.map((object) => ({
    database: object.database,
    arrivesAs:
      wanted.writeBack === "side-by-side"
        ? (object.restoredName ?? restoredDatabaseName(object.database, atMs, "rw____________"))
        : object.database,
  }));
}

/** Which of the two it will be is known once the temporary instance has its addresses; the plan says it. */
function whereChecked({ database }: Check, wanted: RestoreRequest, nowMs: number): string {
  const first = `${database} on the temporary instance`;
  if (wanted.writeBack !== "side-by-side") return first;
  const copy = plannedNames(wanted, nowMs).find((one) => one.database.toLowerCase() === database.toLowerCase());
  return `${first}; where that cannot be read, ${copy?.arrivesAs ?? database} on the master, after the approval`;
}

/** POST /restores: recorded before anything else; the same Idempotency-Key with the same body answers the same restore. */
export async function createRestore(
  deps: ApiDependencies,
  request: HttpRequest,
  caller: Caller,
): Promise<HttpResponse> {
  const key = idempotencyKey(request);
  const nowMs = deps.clock.nowMs();
  const wanted = parseRestoreRequest(request.body, nowMs);
  const automatic = deps.automaticApprovalRole !== null && caller.roles.has(deps.automaticApprovalRole);
  if (wanted.approval === "automatic" && deps.settings.twoPersonRule === "always")
    throw new Problem(
      "automatic-approval-not-allowed",
      "The two-person rule is on: somebody else approves. Ask with approval: required. Nothing was started.",
    );
  if (wanted.approval === "automatic" && writesIntoLiveTables(wanted.writeBack))
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
  // Whoever finds the key's row completes what it stands for: the first caller may have died before the record.
  const existing = await deps.store.read(claimed.restoreId);
  if (!existing)
    await deps.store.create(
      newRecord({
        restoreId: claimed.restoreId,
        request: wanted,
        requestedBy: caller.subject,
        origin: "person",
        automaticApprovalAllowed: automatic,
        nowMs: claimed.atMs,
      }),
    );
  const record = await readRecord(deps, claimed.restoreId);
  if (record.status === "accepted") await nudge(deps, "create-temp-instance", record.restoreId);
  return json(existing ? 200 : 202, presentRestore(record, { nowMs, durations: deps.durations }), {
    location: `/restores/${record.restoreId}`,
  });
}

/** @returns null when the caller sent none: then each request is a restore of its own */
function idempotencyKey(request: HttpRequest): string | null {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return null;
  if (/^[\x21-\x7e]{1,200}$/.test(key)) return key;
  throw new Problem(
    "invalid-request",
    "Idempotency-Key: 1 to 200 visible ASCII characters, a UUID for example. Nothing was started.",
  );
}

/** The query of GET /restores. */
export const listQuery = z.strictObject({
  masterInstanceId: restoreRequestSchema.shape.masterInstanceId.optional(),
  limit: z.coerce.number("a number from 1 to 100").int().min(1).max(pageMax).default(20),
  before: z.string().regex(restoreIdPattern, "the id of a restore, as `next` of the page before says it").optional(),
});

/** GET /restores: newest first, paged by the last id. */
export async function listRestores(deps: ApiDependencies, request: HttpRequest): Promise<HttpResponse> {
  const query = parseQuery(listQuery, request.query);
  const records = await deps.store.list(query);
  const last = records.at(-1);
  return json(200, {
    restores: records.map(summarize),
    next: records.length === query.limit && last ? last.restoreId : null,
  });
}

export async function readRestore(deps: ApiDependencies, restoreId: string): Promise<HttpResponse> {
  return json(
    200,
    presentRestore(await readRecord(deps, restoreId), { nowMs: deps.clock.nowMs(), durations: deps.durations }),
  );
}

export async function readEvents(deps: ApiDependencies, restoreId: string): Promise<HttpResponse> {
  return json(200, { restoreId, events: presentEvents(await readRecord(deps, restoreId)) });
}

/** @throws Problem `restore-not-found` */
export async function readRecord(deps: ApiDependencies, restoreId: string): Promise<RestoreRecord> {
  const found = restoreIdPattern.test(restoreId) ? await deps.store.read(restoreId) : null;
  if (!found) throw new Problem("restore-not-found", `There is no restore ${restoreId.slice(0, 40)}.`);
  return found.record;
}
