import type { Database } from "../../../emulator/data/database";
import { temporaryInstanceLifetimeMs } from "../../../emulator/rds/status";
import type { CallKind } from "../../../shared/restore/model/calls";
import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { Status } from "../../../shared/restore/model/states";
import { forecastBytesPerSecond } from "../../../shared/restore/plan/forecast";
import type { PlannedDatabase } from "../../../shared/restore/plan/plan";
import type { World } from "../world";
import type { Break } from "./promise-broken";

const minuteMs = 60_000;
/** Clocks differ, and a save takes its time. */
const slackMs = 4 * minuteMs;
/** Two reads minutes apart, each after the longest pause. */
const noticedWithinMs = 40 * minuteMs;

const writes: readonly CallKind[] = ["create-database", "buy-job", "start-job"];
/** The work that cannot go on without the temporary instance. */
const needing: readonly Status[] = [
  "verifying",
  "configuring",
  "prechecking",
  "precheck-failed",
  "awaiting-approval",
  "starting",
  "writing",
];

/** The 48 hours of a temporary instance, by its own creation time and the size of its own databases. */
export class Lifespans {
  readonly #world: World;
  readonly #healthyFromMs: number;
  readonly #broken: Break;
  /** Restore id to when its instance was first seen to be lost. */
  readonly #lostSinceMs = new Map<string, number>();

  /** @param healthyFromMs when the faults have ended; before that a notice may come late */
  constructor(world: World, healthyFromMs: number, broken: Break) {
    this.#world = world;
    this.#healthyFromMs = healthyFromMs;
    this.#broken = broken;
  }

  saved(before: RestoreRecord | undefined, record: RestoreRecord): void {
    if (record.status !== "starting" || !record.intent || record.intent.sentAtMs === before?.intent?.sentAtMs) return;
    if (!writes.includes(record.intent.call.kind)) return;
    const instance = this.#world.rds.instance(record.temporaryInstance?.id ?? "");
    if (!instance) return;
    const { durations, scheduler, sizeFactor } = this.#world;
    const endMs =
      instance.type === "Temp"
        ? instance.createdAtMs + temporaryInstanceLifetimeMs - durations.releaseMarginMs
        : instance.createdAtMs + record.request.source.cloneMaxHours * 60 * minuteMs;
    // What could not be measured has no forecast.
    const isMeasured = record.verification?.sizeBytes !== null;
    const bytes = (record.plan?.databases ?? []).reduce(
      (sum, planned) => sum + sizeOf(instance.data.database(planned.database), planned) * sizeFactor,
      0,
    );
    const forecastMs = isMeasured ? (bytes / forecastBytesPerSecond) * 1_000 : 0;
    const overMs = scheduler.nowMs() + forecastMs - endMs;
    if (overMs > slackMs) {
      const text = `${record.intent.call.kind} of ${record.restoreId} is begun ${Math.round(overMs / minuteMs)} minutes too late to end in time`;
      throw this.#broken("within-the-life", text);
    }
  }

  ticked(): void {
    const nowMs = this.#world.scheduler.nowMs();
    for (const { restoreId, status, temporaryInstance } of this.#world.records()) {
      const isNeeded = temporaryInstance !== null && needing.includes(status);
      if (!isNeeded || !this.#isLost(temporaryInstance.id)) {
        this.#lostSinceMs.delete(restoreId);
        continue;
      }
      const sinceMs = Math.max(this.#lostSinceMs.get(restoreId) ?? nowMs, this.#healthyFromMs);
      this.#lostSinceMs.set(restoreId, sinceMs);
      if (nowMs > sinceMs + noticedWithinMs)
        throw this.#broken("within-the-life", `${restoreId} is ${status} and ${temporaryInstance.id} is long gone`);
    }
  }

  #isLost(instanceId: string): boolean {
    const { rds } = this.#world;
    return rds.instance(instanceId) === undefined || rds.status(instanceId) === "Deleting";
  }
}

/** What of a database is moved. */
function sizeOf(database: Database | undefined, { whole, tables }: PlannedDatabase): number {
  if (whole) return database?.sizeBytes() ?? 0;
  return tables.reduce((sum, { schema, name }) => sum + (database?.table(schema, name)?.sizeBytes() ?? 0), 0);
}
