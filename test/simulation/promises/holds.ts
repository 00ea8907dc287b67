import type { RestoreRecord } from "../../../shared/restore/model/record";
import type { Parameters, Product } from "../onlooker";
import type { People } from "../people";
import type { World } from "../world";
import type { Break } from "./promise-broken";

const hourMs = 3_600_000;
/** RDS releases a temporary instance 48 hours after its creation; people are promised two hours less. */
const keptHoursMax = 46;
/** Clocks of functions are this far apart, and times are told in whole seconds. */
const slackMs = 30_000;

/** Outcomes after which the temporary instance is kept for people. */
const heldOutcomes: readonly (string | null)[] = ["inspected", "failed", "finished-unverified"];

/**
 * What people are told: the instance of a restore that failed, was inspected or was not verified is kept for the hours that they asked
 * for, or until 46 hours after its creation (a clone: until its own limit), unless somebody lets go of it. Here it is judged by the calls that delete instances.
 */
export class Holds {
  readonly #world: World;
  readonly #people: People;
  readonly #broken: Break;
  /** Restore id to the time until which its instance is promised. */
  readonly #promisedUntilMs = new Map<string, number>();
  /** Restore id to when its instance began to be held. */
  readonly #heldSinceMs = new Map<string, number>();

  constructor(world: World, people: People, broken: Break) {
    this.#world = world;
    this.#people = people;
    this.#broken = broken;
  }

  saved(before: RestoreRecord | undefined, record: RestoreRecord): void {
    const { restoreId, outcome, expiresAtMs, request, status } = record;
    // One that was never Running has nothing for people to look at.
    if (!heldOutcomes.includes(outcome) || expiresAtMs === null) return;
    const instance = this.#world.rds.instance(record.temporaryInstance?.id ?? "");
    // The hours begin when everything of the restore's own is taken back.
    if (before?.status === "withdrawing" && instance) {
      const keptUntilMs = this.#world.scheduler.nowMs() + request.keepHours * hourMs;
      const lifeMs =
        instance.type === "Temp"
          ? keptHoursMax * hourMs
          : request.source.cloneMaxHours * hourMs - this.#world.durations.cloneMarginMs;
      this.#promisedUntilMs.set(restoreId, Math.min(keptUntilMs, instance.createdAtMs + lifeMs));
    }
    // From here on people read the time itself, and may ask for a later one.
    if (status !== "holding") return;
    this.#promisedUntilMs.set(restoreId, expiresAtMs);
    if (before?.status !== "holding") this.#heldSinceMs.set(restoreId, this.#world.scheduler.nowMs());
  }

  sending(_product: Product, action: string, parameters: Parameters): void {
    if (action !== "DeleteDBInstance") return;
    const { rds, scheduler } = this.#world;
    const id = String(parameters["DBInstanceId"]);
    const owner = this.#world.records().find((record) => record.temporaryInstance?.id === id);
    const untilMs = owner && this.#promisedUntilMs.get(owner.restoreId);
    if (!owner || untilMs === undefined || scheduler.nowMs() >= untilMs - slackMs) return;
    // What somebody else released already loses nothing by this.
    const isLeaving = !rds.instance(id) || rds.status(id) === "Deleting";
    if (isLeaving || this.#isLetGo(owner.restoreId)) return;
    const early = ((untilMs - scheduler.nowMs()) / hourMs).toFixed(1);
    throw this.#broken(
      "held-for-people",
      `${owner.restoreId} is ${owner.outcome} and ${id} is deleted ${early} hours before the time that people were told`,
    );
  }

  /** A release that was asked for before there was anything to release was refused. */
  #isLetGo(restoreId: string): boolean {
    const heldSinceMs = this.#heldSinceMs.get(restoreId) ?? Number.POSITIVE_INFINITY;
    return this.#people.asked.some(
      (asked) =>
        asked.restoreId === restoreId &&
        (asked.kind === "cancel" || (asked.kind === "release" && asked.placedAtMs >= heldSinceMs)),
    );
  }
}
