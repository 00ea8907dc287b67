import { decodeAlarm } from "../../../shared/alerts/alarm";
import { type AlertRule, matchRule } from "../../../shared/alerts/rules";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { AlarmQueue } from "../alarm-queue";
import type { World } from "../world";
import type { Break } from "./promise-broken";

/** A batch takes no longer than its function, and clocks differ by a little. */
const slackMs = 3 * 60_000;

/** What alarms may start: one inspection per master in the cool-down, no more than the day's cap, never a write; and none is lost. */
export class Alarms {
  readonly #world: World;
  readonly #rules: readonly AlertRule[];
  readonly #queue: AlarmQueue;
  readonly #broken: Break;
  /** When each restore was really begun; its record says when its alarm was first taken, which may be long before. */
  readonly #begunMs = new Map<string, number>();

  constructor(world: World, rules: readonly AlertRule[], queue: AlarmQueue, broken: Break) {
    this.#world = world;
    this.#rules = rules;
    this.#queue = queue;
    this.#broken = broken;
  }

  saved(before: RestoreRecord | undefined, record: RestoreRecord): void {
    if (record.origin !== "alert") return;
    const broken = (text: string) => this.#broken("alarms-inspect", `${record.restoreId} ${text}`);
    if (record.request.writeBack !== "none" || record.approval || record.job || record.leftOnMaster.length > 0)
      throw broken("was started by an alarm and does more than look");
    if (before) return;
    this.#begunMs.set(record.restoreId, this.#world.scheduler.nowMs());
    const { alertCoolDownMs } = this.#world.durations;
    const near = this.#started(record.request.masterInstanceId).find(
      (other) =>
        other.restoreId !== record.restoreId && Math.abs(other.createdAtMs - record.createdAtMs) < alertCoolDownMs,
    );
    if (near) throw broken(`was started in the cool-down of ${near.restoreId}`);
    const rule = this.#rules.find((one) => record.request.label.endsWith(one.name));
    const day = dayOf(record.createdAtMs);
    const ofDay = this.#started(record.request.masterInstanceId).filter((other) => dayOf(other.createdAtMs) === day);
    if (!rule || ofDay.length > rule.dailyCap) throw broken(`is number ${ofDay.length} of ${day}`);
  }

  /**
   * Every alarm with a rule started something, or came near what another one had started, or the day was full; and what nobody can read
   * is among the dead letters.
   */
  judgeEnd(): void {
    for (const { body, firstMs, atMs, kind, why, restoreId } of this.#queue.handled) {
      const decoded = decodeAlarm(body);
      const rule = decoded.kind === "alarm" ? matchRule(this.#rules, decoded.alarm) : null;
      if (decoded.kind !== "alarm" || !rule) {
        if (kind === "started") throw this.#broken("alarms-inspect", `${body} started a restore and has no rule`);
        if (decoded.kind === "unknown" && !this.#world.deadAlarms.includes(body))
          throw this.#broken("alarms-inspect", `${body} cannot be read, and is not among the dead letters`);
        continue;
      }
      const started = this.#started(rule.match.masterInstanceId);
      const sinceMs = atMs - this.#world.durations.alertCoolDownMs - slackMs;
      const isLookedInto = started.some(
        (one) =>
          one.restoreId === restoreId ||
          this.#beginnings(one).some((begunMs) => begunMs > sinceMs && begunMs < atMs + slackMs) ||
          // The same alarm once more.
          one.restoreTimeMs === secondBefore(decoded.alarm.atMs - rule.minutesBefore * 60_000),
      );
      // The day is that of the first delivery, which may have been yesterday; until it is refused it cools others down.
      const sinceDayMs = why === "daily-cap" ? Math.min(sinceMs, firstMs) : firstMs;
      const isFull = [sinceDayMs, atMs].some(
        (momentMs) =>
          started.filter((one) => this.#beginnings(one).some((begunMs) => dayOf(begunMs) === dayOf(momentMs))).length >=
          rule.dailyCap,
      );
      if (!isLookedInto && !isFull)
        throw this.#broken("alarms-inspect", `${body} was ${why ?? kind} at ${new Date(atMs).toISOString()} and lost`);
    }
  }

  /** By its record, and in fact: one whose alarm died yesterday and was continued today takes a slot of either day. */
  #beginnings(record: RestoreRecord): readonly number[] {
    return [record.createdAtMs, this.#begunMs.get(record.restoreId)!];
  }

  #started(masterInstanceId: string): RestoreRecord[] {
    return this.#world
      .records()
      .filter((record) => record.origin === "alert" && record.request.masterInstanceId === masterInstanceId);
  }
}

/** RDS restores to whole seconds. */
function secondBefore(atMs: number): number {
  return atMs - (atMs % 1_000);
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
