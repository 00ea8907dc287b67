import { begin } from "../engine/begin";
import type { Dependencies } from "../engine/dependencies";
import { makeRestoreId } from "../restore/model/names";
import { newRecord } from "../restore/request/new-record";
import type { RestoreRequest } from "../restore/request/request";
import type { Once } from "../store/restore-store";
import { decodeAlarm } from "./alarm";
import { type AlertRule, matchRule, requestOf, restoreTimeMs } from "./rules";

/** No queue keeps an alarm for so long. */
const oldestMs = 366 * 24 * 3_600_000;

export type AlertReport =
  | { readonly kind: "started"; readonly restoreId: string }
  | { readonly kind: "ignored"; readonly why: "recovery" | "no-rule" | "cool-down" | "daily-cap" }
  | { readonly kind: "ignored"; readonly why: "not-an-alarm" | "not-restorable"; readonly problem: string };

/** What a cool-down row says once the day's cap has refused its alarm. */
const refusedByCap = "daily-cap";

/** Up to November 2026 the refusal stood in the place of the hash. */
function isRefused({ refused, bodyHash }: Once): boolean {
  return refused !== undefined || bodyHash === refusedByCap;
}

/**
 * One alarm: at most one restore per master within the cool-down and at most `dailyCap` a day. The cool-down row carries the restore
 * id; a run that finds it completes what it stands for, so a crash between the row and the record loses nothing.
 */
export async function startOnAlarm(
  deps: Dependencies,
  rules: readonly AlertRule[],
  body: string,
): Promise<AlertReport> {
  const decoded = decodeAlarm(body);
  if (decoded.kind === "recovery") return { kind: "ignored", why: "recovery" };
  if (decoded.kind === "unknown") return { kind: "ignored", why: "not-an-alarm", problem: decoded.problem };
  const { alarm } = decoded;
  const rule = matchRule(rules, alarm);
  if (!rule) return { kind: "ignored", why: "no-rule" };
  const nowMs = deps.clock.nowMs();
  const problem = timeProblem(restoreTimeMs(rule, alarm), nowMs);
  if (problem !== null) return { kind: "ignored", why: "not-restorable", problem };
  const request = requestOf(rule, alarm);
  const fresh: Once = {
    restoreId: makeRestoreId(nowMs, deps.random),
    bodyHash: JSON.stringify({ rule: rule.name, at: alarm.atMs, reason: alarm.reason }),
    atMs: nowMs,
  };
  const started = await claimCoolDown(deps, alarm.masterInstanceId, fresh);
  if (started === null) return { kind: "ignored", why: "cool-down" };
  if (!(await claimDailySlot(deps, rule, started))) {
    await endCoolDown(deps, alarm.masterInstanceId, started);
    return { kind: "ignored", why: "daily-cap" };
  }
  return complete(deps, started, request);
}

/**
 * A time of another age is a mistake of its sender, not a late delivery: its restore could only fail, and would take the cool-down and the
 * day's slot from an alarm that can be restored. Times that no request can be written with, such as those before the year 0, are among them.
 */
function timeProblem(atMs: number, nowMs: number): string | null {
  if (atMs > nowMs) return "the time to restore to has not happened yet";
  return atMs < nowMs - oldestMs ? "the time to restore to lies more than a year back" : null;
}

/** The row that this alarm may act on: a new one, or an earlier one whose restore was never recorded. Null: it is cooling down. */
async function claimCoolDown(deps: Dependencies, masterInstanceId: string, fresh: Once): Promise<Once | null> {
  const key = coolDownKey(masterInstanceId);
  const held = await deps.store.claimOnce(key, fresh);
  if (held.restoreId === fresh.restoreId) return fresh;
  // The same alarm once more: it starts its restore if that was not started yet, and nothing else, however late it comes.
  if (!isRefused(held) && held.bodyHash === fresh.bodyHash)
    return (await deps.store.read(held.restoreId)) ? null : held;
  const isCoolingDown = fresh.atMs - held.atMs < deps.durations.alertCoolDownMs;
  if (isCoolingDown && dayOf(held) === dayOf(fresh)) return null;
  // The run of an earlier alarm crashed before its record: its restore is started by this one, so that its slot of the day is not lost. Under the same id,
  // so that there is one record even if the crashed run is repeated just now. Nor does it cool down the next day: its own may be full.
  const isDead = !isRefused(held) && !(await deps.store.read(held.restoreId));
  if (isCoolingDown && !isDead) return null;
  const next = isDead ? { ...fresh, restoreId: held.restoreId } : fresh;
  // Somebody was quicker: what stands there now decides, which may be a refusal that leaves the row to this alarm.
  return (await deps.store.replaceOnce(key, held, next)) ? next : claimCoolDown(deps, masterInstanceId, fresh);
}

/** Nothing was started, so nothing cools down: the first alarm of the next day is not to be held up by the last of this one. */
async function endCoolDown(deps: Dependencies, masterInstanceId: string, started: Once): Promise<void> {
  await deps.store.replaceOnce(coolDownKey(masterInstanceId), started, { ...started, refused: refusedByCap, atMs: 0 });
}

function coolDownKey(masterInstanceId: string): string {
  return `alert/${masterInstanceId}`;
}

/** One of the day's numbered slots; a repeated alarm finds its own again. */
async function claimDailySlot(deps: Dependencies, rule: AlertRule, started: Once): Promise<boolean> {
  for (let slot = 0; slot < rule.dailyCap; slot++) {
    const held = await deps.store.claimOnce(`alert-day/${rule.name}/${dayOf(started)}/${slot}`, started);
    if (held.restoreId === started.restoreId) return true;
  }
  return false;
}

/** `2026-11-20`, in UTC. */
function dayOf({ atMs }: Once): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

async function complete(deps: Dependencies, started: Once, request: RestoreRequest): Promise<AlertReport> {
  const { restoreId } = started;
  await begin(
    deps,
    newRecord({
      restoreId,
      request,
      requestedBy: "alert",
      origin: "alert",
      automaticApprovalAllowed: false,
      nowMs: started.atMs,
    }),
  );
  return { kind: "started", restoreId };
}
